namespace KafkaOracle.Reactive.Embedded.OracleSql;

internal sealed partial class Translator
{
    private static readonly HashSet<string> Aggregates = ["COUNT", "SUM", "AVG", "MIN", "MAX", "LISTAGG"];

    private TypedSql Call(CallExpr call, Scope scope)
    {
        if (call.Over != null) return Analytic(call, scope);
        if (Aggregates.Contains(call.Name)) return Aggregate(call, scope);
        if (Functions.Table.TryGetValue(call.Name, out var simple)) return SimpleCall(call, simple, scope);
        var values = call.Arguments.Select(a => Value(a, call.Name == "DECODE" ? scope : scope)).ToList();
        switch (call.Name)
        {
            case "NVL" when values.Count == 2:
                return Common("ifnull", values);
            case "COALESCE" when values.Count >= 2:
                return Common("coalesce", values);
            case "NULLIF" when values.Count == 2:
                var (a, b) = Conversions.Comparable(values[0], values[1], call.Start);
                return new TypedSql($"CASE WHEN {a} = {b} THEN NULL ELSE {values[0].Text} END", values[0].Type);
            case "NVL2" when values.Count == 3:
                var type = OracleType.Common(values[1].Type, values[2].Type);
                return new TypedSql($"CASE WHEN {values[0].Text} IS NOT NULL THEN {Conversions.To(values[1], type).Text} ELSE {Conversions.To(values[2], type).Text} END", type);
            case "GREATEST" or "LEAST" when values.Count >= 1:
                return Extreme(call, values);
            case "DECODE" when values.Count >= 3:
                return Decode(values, call.Start);
            case "ROUND" or "TRUNC" when values.Count is 1 or 2:
                return Rounded(call, values);
            case "TO_CHAR" when values.Count is 1 or 2:
                return ToChar(call, values);
            case "TO_NUMBER" when values.Count == 1:
                return Conversions.ToNumber(values[0], call.Start);
            case "TO_BINARY_DOUBLE" when values.Count == 1:
                return Conversions.ToDouble(values[0], call.Start);
            case "CONCAT" when values.Count == 2:
                return Concat(new BinaryExpr(call.Start, "||", call.Arguments[0], call.Arguments[1]), scope);
            case "TRIM" when values.Count is 1 or 3:
                return Trim(call, values);
            case "SYS_CONTEXT" when call.Arguments is [TextLiteral space, TextLiteral parameter]:
                var found = space.Text.Equals("USERENV", StringComparison.OrdinalIgnoreCase) ? Functions.UserEnvironment(parameter.Text.ToUpperInvariant(), catalog, "FREEPDB1") : null;
                return found ?? throw OracleError.Unsupported($"SYS_CONTEXT('{space.Text}', '{parameter.Text}')", call.Start);
            case "NVL" or "COALESCE" or "NULLIF" or "NVL2" or "GREATEST" or "LEAST" or "DECODE" or "ROUND" or "TRUNC" or "TO_CHAR" or "CONCAT" or "TRIM":
                throw Functions.WrongArguments(call);
            default:
                throw OracleError.NoColumn($"\"{call.Name}\"", call.Start);
        }
    }

    private TypedSql SimpleCall(CallExpr call, Functions.Simple simple, Scope scope)
    {
        var kinds = simple.Required + simple.Optional;
        var arguments = call.Name == "TO_CLOB" ? [.. call.Arguments, new NullLiteral(call.Start)] : call.Arguments;
        if (arguments.Count < simple.Required.Length || arguments.Count > kinds.Length) throw Functions.WrongArguments(call);
        var values = arguments.Select((a, i) => Functions.Argument(Value(a, scope), kinds[i], a.Start)).ToList();
        // TO_DATE of what is a date already goes through its text, as on a real server.
        return new TypedSql($"{simple.Target}({string.Join(", ", values.Select(v => v.Text))})", simple.Result);
    }

    private static TypedSql Common(string function, List<TypedSql> values)
    {
        // The first argument's type decides unless it is NULL.
        var first = values[0].Type;
        var type = values.Skip(1).Aggregate(first, (t, v) => t.Kind != TypeKind.Null && !(t.IsText && v.Type.IsText) && !(t.IsNumeric && v.Type.IsNumeric) ? t : OracleType.Common(t, v.Type));
        return new TypedSql($"{function}({string.Join(", ", values.Select(v => Conversions.To(v, type).Text))})", type, NotNull: values.Any(v => v.NotNull));
    }

    private static TypedSql Extreme(CallExpr call, List<TypedSql> values)
    {
        var type = values.Aggregate(OracleType.Null, (t, v) => OracleType.Common(t, v.Type));
        // SQLite's max() of one argument is its aggregate, and of several it gives NULL when one is NULL, like Oracle's.
        if (values.Count == 1) return values[0];
        return new TypedSql($"{(call.Name == "GREATEST" ? "max" : "min")}({string.Join(", ", values.Select(v => Conversions.To(v, type).Text))})", type);
    }

    private static TypedSql Decode(List<TypedSql> values, int position)
    {
        var operand = values[0];
        var results = new List<TypedSql>();
        for (var i = 2; i < values.Count; i += 2) results.Add(values[i]);
        if (values.Count % 2 == 0) results.Add(values[^1]);
        var type = results[0].Type.Kind == TypeKind.Null ? OracleType.Text : results.Aggregate(OracleType.Null, (t, v) => OracleType.Common(t, v.Type));
        var text = new System.Text.StringBuilder("CASE");
        for (var i = 1; i + 1 < values.Count; i += 2)
        {
            var (a, b) = Conversions.Comparable(operand, values[i], position);
            text.Append($" WHEN {a} IS {b} THEN {Conversions.To(values[i + 1], type).Text}"); // NULLs are equal in DECODE
        }
        if (values.Count % 2 == 0) text.Append($" ELSE {Conversions.To(values[^1], type).Text}");
        return new TypedSql(text.Append(" END").ToString(), type);
    }

    private static TypedSql Rounded(CallExpr call, List<TypedSql> values)
    {
        var operation = call.Name == "ROUND" ? "round" : "trunc";
        if (values[0].Type.IsInstant)
        {
            var format = values.Count == 2 ? Conversions.ToText(values[1]).Text : "'DD'";
            return new TypedSql($"o_{operation}_date({Conversions.ToInstant(values[0], OracleType.Date).Text}, {format})", OracleType.Date);
        }
        var digits = values.Count == 2 ? Conversions.ToNumber(values[1], call.Start).Text : Functions.Zero;
        return new TypedSql($"o_{operation}({Conversions.ToNumber(values[0], call.Start).Text}, {digits})", OracleType.Number);
    }

    private static TypedSql ToChar(CallExpr call, List<TypedSql> values)
    {
        if (values.Count == 1) return Conversions.ToText(values[0], call.Start);
        var format = Conversions.ToText(values[1]).Text;
        var type = OracleType.Text with { Size = 200, Chars = 200 };
        if (values[0].Type.IsZoned) return new TypedSql($"o_format_zoned({values[0].Text}, {format})", type);
        if (values[0].Type.IsInstant) return new TypedSql($"o_format_date({values[0].Text}, {format})", type);
        return new TypedSql($"o_format_number({Conversions.ToNumber(values[0], call.Start).Text}, {format})", type);
    }

    private static TypedSql Trim(CallExpr call, List<TypedSql> values)
    {
        if (values.Count == 1) return new TypedSql($"o_trim({Conversions.ToText(values[0]).Text}, ' ', 'BOTH')", values[0].Type.IsText ? OracleType.Text with { Size = values[0].Type.Size, Chars = values[0].Type.Chars } : OracleType.Text);
        return new TypedSql($"o_trim({Conversions.ToText(values[2], call.Start).Text}, {Conversions.ToText(values[1]).Text}, {values[0].Text})", OracleType.Text);
    }

    private TypedSql Aggregate(CallExpr call, Scope scope)
    {
        if (scope.InsideAggregate && scope.Grouping is { } && call.Arguments.Any(Aggregated)) throw new OracleError(935, "group function is nested too deeply", call.Start);
        if (call.Name == "COUNT" && call.Arguments is [StarExpr]) return Functions.FromInteger("count(*)");
        if (call.Arguments.Count != 1 && call.Name != "LISTAGG") throw Functions.WrongArguments(call);
        var inside = scope.InsideAggregate;
        scope.InsideAggregate = true;
        var value = Value(call.Arguments[0], scope);
        var distinct = call.Distinct ? "DISTINCT " : "";
        TypedSql result;
        switch (call.Name)
        {
            case "COUNT":
                result = Functions.FromInteger($"count({distinct}{value.Text})");
                break;
            case "MIN" or "MAX":
                if (value.Type.IsLob) throw OracleError.Inconsistent("-", value.Type.Name, call.Start);
                result = new TypedSql($"{(call.Name == "MIN" ? "min" : "max")}({value.Text})", value.Type);
                break;
            case "LISTAGG":
                var separator = call.Arguments.Count > 1 ? Conversions.ToText(Value(call.Arguments[1], scope)).Text : "NULL";
                var order = string.Join(", ", call.WithinGroup.Select(o => Value(o.Value, scope).Text + Direction(o)));
                result = new TypedSql($"nullif(group_concat({distinct}{Conversions.ToText(value).Text}, ifnull({separator}, ''){(order.Length > 0 ? " ORDER BY " + order : "")}), '')", OracleType.Text);
                break;
            default:
                result = value.Type.IsFloat
                    ? new TypedSql($"o_float_{call.Name.ToLowerInvariant()}({distinct}{value.Text})", OracleType.BinaryDouble)
                    : new TypedSql($"o_{call.Name.ToLowerInvariant()}({distinct}{Conversions.ToNumber(value, call.Start).Text})", OracleType.Number);
                break;
        }
        scope.InsideAggregate = inside;
        return result;
    }

    private TypedSql Analytic(CallExpr call, Scope scope)
    {
        var over = Over(call.Over!, scope);
        switch (call.Name)
        {
            case "ROW_NUMBER" or "RANK" or "DENSE_RANK":
                return Functions.FromInteger($"{call.Name.ToLowerInvariant()}() OVER {over}");
            case "COUNT":
                return Functions.FromInteger($"count({(call.Arguments[0] is StarExpr ? "*" : Value(call.Arguments[0], scope).Text)}) OVER {over}");
            case "MIN" or "MAX" or "FIRST_VALUE" or "LAST_VALUE":
                var value = Value(call.Arguments[0], scope);
                return new TypedSql($"{call.Name.ToLowerInvariant()}({value.Text}) OVER {over}", value.Type);
            case "LAG" or "LEAD":
                var shifted = Value(call.Arguments[0], scope);
                var by = call.Arguments.Count > 1 ? $", o_limit({Conversions.ToNumber(Value(call.Arguments[1], scope)).Text})" : "";
                var otherwise = call.Arguments.Count > 2 ? $", {Conversions.To(Value(call.Arguments[2], scope), shifted.Type).Text}" : "";
                return new TypedSql($"{call.Name.ToLowerInvariant()}({shifted.Text}{by}{otherwise}) OVER {over}", shifted.Type);
            default:
                throw OracleError.Unsupported($"{call.Name} OVER", call.Start);
        }
    }

    private string Over(WindowClause window, Scope scope)
    {
        var parts = new List<string>();
        if (window.Partition.Count > 0) parts.Add("PARTITION BY " + string.Join(", ", window.Partition.Select(p => Value(p, scope).Text)));
        if (window.Order.Count > 0) parts.Add("ORDER BY " + string.Join(", ", window.Order.Select(o => Ordered(Value(o.Value, scope)) + Direction(o))));
        return $"({string.Join(" ", parts)})";
    }

    /// <summary>Whether an expression contains an aggregate of this query block.</summary>
    private static bool Aggregated(Expr expr) => expr switch
    {
        CallExpr call => (call.Over == null && Aggregates.Contains(call.Name)) || call.Arguments.Any(Aggregated),
        UnaryExpr unary => Aggregated(unary.Operand),
        BinaryExpr binary => Aggregated(binary.Left) || Aggregated(binary.Right),
        CastExpr cast => Aggregated(cast.Operand),
        ExtractExpr extract => Aggregated(extract.Operand),
        CaseExpr @case => (@case.Operand != null && Aggregated(@case.Operand)) || @case.Branches.Any(b => Aggregated(b.When) || Aggregated(b.Then)) || (@case.Else != null && Aggregated(@case.Else)),
        IsNullExpr isNull => Aggregated(isNull.Operand),
        BetweenExpr between => Aggregated(between.Operand) || Aggregated(between.Low) || Aggregated(between.High),
        InExpr @in => Aggregated(@in.Operand) || @in.Items.Any(Aggregated),
        LikeExpr like => Aggregated(like.Operand) || Aggregated(like.Pattern),
        _ => false,
    };
}
