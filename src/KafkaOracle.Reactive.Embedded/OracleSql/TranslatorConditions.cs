namespace KafkaOracle.Reactive.Embedded.OracleSql;

internal sealed partial class Translator
{
    public string Condition(Expr expr, Scope scope)
    {
        switch (expr)
        {
            case BinaryExpr { Operator: "AND" or "OR" } logic:
                return $"({Condition(logic.Left, scope)} {logic.Operator} {Condition(logic.Right, scope)})";
            case UnaryExpr { Operator: "NOT" } not:
                return $"(NOT {Condition(not.Operand, scope)})";
            case BinaryExpr { Operator: "=" or "<>" or "<" or ">" or "<=" or ">=" } comparison:
                return Comparison(comparison, scope);
            case IsNullExpr isNull:
                return $"({Value(isNull.Operand, scope).Text} IS {(isNull.Negated ? "NOT " : "")}NULL)";
            case BetweenExpr between:
                var low = Compared(between.Operand, ">=", between.Low, scope);
                var high = Compared(between.Operand, "<=", between.High, scope);
                return $"({(between.Negated ? "NOT " : "")}({low} AND {high}))";
            case LikeExpr like:
                return Like(like, scope);
            case InExpr @in:
                return In(@in, scope);
            case ExistsExpr exists:
                return $"EXISTS ({Query(exists.Query, scope).Text})";
            default:
                throw new OracleError(920, "invalid relational operator", expr.End);
        }
    }

    private string Compared(Expr left, string op, Expr right, Scope scope)
    {
        var (a, b) = Conversions.Comparable(Value(left, scope), Value(right, scope), right.Start);
        return $"{a} {op} {b}";
    }

    private string Comparison(BinaryExpr comparison, Scope scope)
    {
        if (comparison is { Left: TupleExpr left, Right: TupleExpr right, Operator: "=" or "<>" })
        {
            if (left.Items.Count != right.Items.Count) throw new OracleError(947, "not enough values", right.Start);
            var pairs = left.Items.Zip(right.Items, (l, r) => Compared(l, "=", r, scope));
            return $"({(comparison.Operator == "=" ? "" : "NOT ")}({string.Join(" AND ", pairs)}))";
        }
        return $"({Compared(comparison.Left, comparison.Operator, comparison.Right, scope)})";
    }

    private string Like(LikeExpr like, Scope scope)
    {
        var value = Conversions.ToText(Value(like.Operand, scope), like.Start).Text;
        var pattern = Conversions.ToText(Value(like.Pattern, scope), like.Start).Text;
        var escape = like.Escape == null ? "NULL" : Conversions.ToText(Value(like.Escape, scope), like.Start).Text;
        return $"({(like.Negated ? "NOT " : "")}o_like({value}, {pattern}, {escape}))";
    }

    private string In(InExpr @in, Scope scope)
    {
        var not = @in.Negated ? "NOT " : "";
        if (@in.Query == null)
        {
            var any = @in.Items.Select(item => @in.Operand is TupleExpr ? Comparison(new BinaryExpr(item.Start, "=", @in.Operand, item), scope) : null).ToList();
            if (@in.Operand is TupleExpr) return $"({not}({string.Join(" OR ", any)}))";
            var operand = Value(@in.Operand, scope);
            var items = @in.Items.Select(i => Value(i, scope)).ToList();
            // The operand keeps its text (and thereby its index) when no item asks for its conversion.
            var pairs = items.Select(i => Conversions.Comparable(operand, i, @in.Start)).ToList();
            if (pairs.All(p => p.Left == pairs[0].Left)) return $"({pairs[0].Left} {not}IN ({string.Join(", ", pairs.Select(p => p.Right))}))";
            return $"({not}({string.Join(" OR ", pairs.Select(p => $"{p.Left} = {p.Right}"))}))";
        }
        var query = Query(@in.Query, scope);
        var operands = @in.Operand is TupleExpr tuple ? tuple.Items.Select(i => Value(i, scope)).ToList() : [Value(@in.Operand, scope)];
        if (operands.Count != query.Columns.Count) throw new OracleError(operands.Count < query.Columns.Count ? 913 : 947, operands.Count < query.Columns.Count ? "too many values" : "not enough values", @in.Start);
        var left = new List<string>();
        var right = new List<string>();
        for (var i = 0; i < operands.Count; i++)
        {
            var (l, r) = Conversions.Comparable(operands[i], new TypedSql($"c{i + 1}", query.Columns[i].Type), @in.Start);
            left.Add(l);
            right.Add(r);
        }
        return $"(({string.Join(", ", left)}) {not}IN (SELECT {string.Join(", ", right)} FROM ({query.Text})))";
    }
}
