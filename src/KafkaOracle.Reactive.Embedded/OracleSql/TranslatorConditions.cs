using System.Runtime.CompilerServices;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Conditions, which Oracle keeps apart from values.</summary>

internal sealed partial class Translator
{
    public string Condition(Expr expr, Scope scope)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
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
                return $"EXISTS ({Subquery(exists.Query, scope).Text})";
            case QuantifiedExpr quantified:
                return Quantified(quantified, scope);
            case IsExpr @is:
                return Is(@is, scope);
            case CallExpr { Name: "REGEXP_LIKE", Arguments.Count: 2 or 3 } like:
                var texts = like.Arguments.Select(a => Conversions.ToText(Value(a, scope), a.Start).Text).ToList();
                return $"o_regexp_like({texts[0]}, {texts[1]}, {(texts.Count > 2 ? texts[2] : "NULL")})";
            case CallExpr { Name: "LNNVL", Arguments.Count: 1 } lnnvl:
                return $"(({Condition(lnnvl.Arguments[0], scope)}) IS NOT TRUE)";
            case JsonExpr { Name: "JSON_EXISTS" } json:
                return $"o_json_exists({Conversions.ToText(Value(json.Operand, scope), json.Start).Text}, {Literals.Quote(json.Path)})";
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
            CheckCount(left.Items.Count, right.Items.Count, right.Start);
            var pairs = left.Items.Zip(right.Items, (l, r) => Compared(l, "=", r, scope));
            return $"({(comparison.Operator == "=" ? "" : "NOT ")}({string.Join(" AND ", pairs)}))";
        }
        if (comparison is { Left: TupleExpr tuple, Right: SubqueryExpr rows, Operator: "=" or "<>" })
        {
            var any = In(new InExpr(comparison.Start, tuple, [], rows.Query, false), scope);
            return comparison.Operator == "=" ? any : $"(NOT {any})";
        }
        return $"({Compared(comparison.Left, comparison.Operator, comparison.Right, scope)})";
    }

    private string Is(IsExpr @is, Scope scope)
    {
        var value = Value(@is.Operand, scope);
        var not = @is.Negated ? "NOT " : "";
        return @is.What switch
        {
            "JSON" => $"({not}o_is_json({Conversions.ToText(value, @is.Start).Text}))",
            "NAN" => $"({not}o_is_nan({Conversions.ToDouble(value, @is.Start).Text}))",
            _ => $"({not}o_is_infinite({Conversions.ToDouble(value, @is.Start).Text}))",
        };
    }

    /// <summary>ANY holds when the comparison does for one element, ALL when it does for every one; NULLs leave either unknown.</summary>
    private string Quantified(QuantifiedExpr quantified, Scope scope)
    {
        if (quantified.Query == null)
            return $"({string.Join(quantified.All ? " AND " : " OR ", quantified.Items.Select(i => Comparison(new BinaryExpr(i.Start, quantified.Operator, quantified.Operand, i), scope)))})";
        var query = Subquery(quantified.Query, scope);
        if (query.Columns.Count != 1) throw new OracleError(913, "too many values", quantified.Start);
        var (left, right) = Conversions.Comparable(Value(quantified.Operand, scope), new TypedSql("c1", query.Columns[0].Type), quantified.Start);
        var holds = $"{left} {quantified.Operator} {right}";
        var deciding = $"EXISTS (SELECT 1 FROM ({query.Text}) WHERE {(quantified.All ? $"NOT ({holds})" : holds)})";
        var unknown = $"EXISTS (SELECT 1 FROM ({query.Text}) WHERE ({holds}) IS NULL)";
        return $"(CASE WHEN {deciding} THEN {(quantified.All ? 0 : 1)} WHEN {unknown} THEN NULL ELSE {(quantified.All ? 1 : 0)} END)";
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
        var query = Subquery(@in.Query, scope);
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
