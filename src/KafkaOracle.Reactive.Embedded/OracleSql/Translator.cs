using KafkaOracle.Reactive.Embedded.OracleProtocol;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Translates syntax trees into SQLite's SQL, with types: expressions here, queries and DML in the other parts.</summary>
/// <param name="catalog">The data dictionary that names are looked up in.</param>
/// <param name="binds">The type of each bind as the client sends it.</param>
internal sealed partial class Translator(Catalog catalog, IReadOnlyList<OracleType> binds)
{
    private int _aliases;

    private string NewAlias() => $"s{++_aliases}";

    public TypedSql Value(Expr expr, Scope scope)
    {
        if (scope.Grouping is { Count: > 0 } groups && !scope.InsideAggregate && expr is not (ColumnExpr or NumberLiteral or TextLiteral))
        {
            // An expression that is grouped by as a whole may contain columns that are not.
            scope.InsideAggregate = true;
            var whole = expr is CallExpr { Name: var name } && Aggregates.Contains(name) ? null : Translate(expr, scope);
            scope.InsideAggregate = false;
            if (whole != null && groups.Contains(whole.Text)) return whole;
        }
        return Translate(expr, scope);
    }

    private TypedSql Translate(Expr expr, Scope scope)
    {
        switch (expr)
        {
            case NullLiteral: return Literals.Null;
            case NumberLiteral number: return Literals.Number(number);
            case TextLiteral text: return Literals.Text(text.Text);
            case InstantLiteral instant: return Literals.Instant(instant);
            case IntervalLiteral interval: return Literals.Interval(interval);
            case BindExpr bind: return new TypedSql($"?{bind.Index + 1}", bind.Index < binds.Count ? binds[bind.Index] : throw new OracleError(1008, "not all variables bound"));
            case ColumnExpr column: return Column(column, scope);
            case UnaryExpr { Operator: "-" } unary: return Negate(unary, scope);
            case BinaryExpr { Operator: "+" or "-" or "*" or "/" } binary: return Arithmetic(binary, scope);
            case BinaryExpr { Operator: "||" } concat: return Concat(concat, scope);
            case CallExpr call: return Call(call, scope);
            case CaseExpr @case: return Case(@case, scope);
            case CastExpr cast: return Cast(cast, scope);
            case ExtractExpr extract: return Extract(extract, scope);
            case SubqueryExpr subquery: return ScalarSubquery(subquery, scope);
            case DefaultExpr: throw new OracleError(936, "missing expression", expr.Start);
            default: throw OracleError.Unsupported("a condition as a value", expr.Start);
        }
    }

    private TypedSql Column(ColumnExpr column, Scope scope)
    {
        if (scope.Find(column) is { } found) return found;
        if (column.Qualifier == null && Functions.Pseudocolumn(column.Name, catalog) is { } pseudo) return pseudo;
        var name = column.Qualifier == null ? $"\"{column.Name}\"" : $"\"{column.Qualifier}\".\"{column.Name}\"";
        throw OracleError.NoColumn(name, column.Start);
    }

    private TypedSql Negate(UnaryExpr unary, Scope scope)
    {
        if (unary.Operand is NumberLiteral { Suffix: "" } literal) return Literals.Number(-OracleNumber.Parse(literal.Text));
        var value = Value(unary.Operand, scope);
        return value.Type.IsFloat
            ? new TypedSql($"o_float_neg({Conversions.ToDouble(value).Text})", OracleType.BinaryDouble)
            : new TypedSql($"o_neg({Conversions.ToNumber(value, unary.Start).Text})", OracleType.Number);
    }

    private TypedSql Arithmetic(BinaryExpr binary, Scope scope)
    {
        var left = Value(binary.Left, scope);
        var right = Value(binary.Right, scope);
        if (left.Type.IsInstant || right.Type.IsInstant || left.Type.Kind == TypeKind.Interval || right.Type.Kind == TypeKind.Interval)
            return InstantArithmetic(binary, left, right);
        var name = binary.Operator switch { "+" => "add", "-" => "sub", "*" => "mul", _ => "div" };
        if (left.Type.IsFloat || right.Type.IsFloat)
            return new TypedSql($"o_float_{name}({Conversions.ToDouble(left).Text}, {Conversions.ToDouble(right).Text})", OracleType.BinaryDouble);
        return new TypedSql($"o_{name}({Conversions.ToNumber(left, binary.Start).Text}, {Conversions.ToNumber(right, binary.Start).Text})", OracleType.Number);
    }

    private static TypedSql InstantArithmetic(BinaryExpr binary, TypedSql left, TypedSql right)
    {
        var minus = binary.Operator == "-";
        if (!minus && binary.Operator != "+") throw OracleError.Inconsistent("NUMBER", left.Type.IsInstant ? left.Type.Name : right.Type.Name, binary.Start);
        if (left.Type.IsInstant && right.Type.IsInstant)
        {
            if (!minus) throw new OracleError(975, "date + date not allowed", binary.Start);
            if (left.Type.Kind == TypeKind.Date && right.Type.Kind == TypeKind.Date) return new TypedSql($"o_days_between({left.Text}, {right.Text})", OracleType.Number);
            return new TypedSql($"o_interval_between({left.Text}, {right.Text})", OracleType.Interval);
        }
        if (!left.Type.IsInstant && right.Type.IsInstant && !minus) (left, right) = (right, left);
        var sign = minus ? -1 : 1;
        if (right.Type.Kind == TypeKind.Interval)
        {
            return left.Type.Kind == TypeKind.Interval
                ? new TypedSql($"o_add_intervals({left.Text}, {right.Text}, {sign})", OracleType.Interval)
                : new TypedSql($"o_add_interval({left.Text}, {right.Text}, {sign})", left.Type);
        }
        if (!left.Type.IsInstant) throw OracleError.Unsupported("this interval arithmetic", binary.Start);
        // A number of days added to any instant gives a DATE.
        var date = Conversions.ToInstant(left, OracleType.Date);
        return new TypedSql($"o_add_days({date.Text}, {Conversions.ToNumber(right, binary.Start).Text}, {sign})", OracleType.Date);
    }

    private TypedSql Concat(BinaryExpr binary, Scope scope)
    {
        var left = Conversions.ToText(Value(binary.Left, scope), binary.Start);
        var right = Conversions.ToText(Value(binary.Right, scope), binary.Start);
        var type = left.Type.Kind == TypeKind.Clob || right.Type.Kind == TypeKind.Clob
            ? OracleType.Clob
            : new OracleType(TypeKind.Text, Size: Math.Min(32767, left.Type.Size + right.Type.Size), Chars: Math.Min(32767, left.Type.Chars + right.Type.Chars));
        return new TypedSql($"nullif(ifnull({left.Text}, '') || ifnull({right.Text}, ''), '')", type);
    }

    private TypedSql Case(CaseExpr @case, Scope scope)
    {
        var values = @case.Branches.Select(b => Value(b.Then, scope)).ToList();
        if (@case.Else != null) values.Add(Value(@case.Else, scope));
        var type = values.Aggregate(OracleType.Null, (t, v) => OracleType.Common(t, v.Type));
        var text = new System.Text.StringBuilder("CASE");
        var operand = @case.Operand == null ? null : Value(@case.Operand, scope);
        for (var i = 0; i < @case.Branches.Count; i++)
        {
            var when = @case.Branches[i].When;
            string condition;
            if (operand == null) condition = Condition(when, scope);
            else
            {
                var (a, b) = Conversions.Comparable(operand, Value(when, scope), when.Start);
                condition = $"{a} = {b}";
            }
            text.Append(" WHEN ").Append(condition).Append(" THEN ").Append(Conversions.To(values[i], type).Text);
        }
        if (@case.Else != null) text.Append(" ELSE ").Append(Conversions.To(values[^1], type).Text);
        return new TypedSql(text.Append(" END").ToString(), type);
    }

    private TypedSql Cast(CastExpr cast, Scope scope) => Fitted(Conversions.To(Value(cast.Operand, scope), cast.Type, cast.Start), cast.Type, "");

    private TypedSql Extract(ExtractExpr extract, Scope scope)
    {
        var value = Value(extract.Operand, scope);
        if (!value.Type.IsInstant && value.Type.Kind != TypeKind.Interval) throw new OracleError(30076, "invalid extract field for extract source", extract.Start);
        var function = value.Type.Kind == TypeKind.Interval ? "o_extract_interval" : "o_extract";
        return new TypedSql($"{function}({Literals.Quote(extract.Field)}, {value.Text})", OracleType.Number);
    }

    private TypedSql ScalarSubquery(SubqueryExpr subquery, Scope scope)
    {
        var query = Query(subquery.Query, scope);
        if (query.Columns.Count != 1) throw new OracleError(913, "too many values", subquery.Start);
        return new TypedSql($"({query.Text})", query.Columns[0].Type);
    }

    /// <summary>Makes a value fit a declared type: rounds, pads, or fails with the errors of an assignment.</summary>
    /// <param name="value">A value of the type's kind.</param>
    /// <param name="type">The declared type.</param>
    /// <param name="column">The quoted name of the column assigned to, for errors; empty for CAST.</param>
    private static TypedSql Fitted(TypedSql value, OracleType type, string column)
    {
        var label = Literals.Quote(column);
        var text = type.Kind switch
        {
            TypeKind.Number when type.Precision > 0 => $"o_fit_number({value.Text}, {type.Precision}, {type.Scale})",
            TypeKind.Text or TypeKind.Char =>
                $"o_fit_text({value.Text}, {(type.InChars ? type.Chars : type.Size)}, {(type.InChars ? 1 : 0)}, {(type.Kind == TypeKind.Char ? 1 : 0)}, {label})",
            TypeKind.Raw => $"o_fit_raw({value.Text}, {type.Size}, {label})",
            TypeKind.Date when value.Type.Kind != TypeKind.Date => $"substr({value.Text}, 1, 7)",
            TypeKind.Timestamp or TypeKind.TimestampLtz or TypeKind.TimestampTz when value.Type.Kind != TypeKind.Date => $"o_fit_timestamp({value.Text}, {type.Scale})",
            _ => value.Text,
        };
        return new TypedSql(text, type);
    }
}
