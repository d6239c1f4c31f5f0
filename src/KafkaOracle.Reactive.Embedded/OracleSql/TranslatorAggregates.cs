namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Aggregates over groups and windows, and the analytic functions.</summary>
internal sealed partial class Translator
{
    private static readonly HashSet<string> Aggregates =
    [
        "COUNT", "SUM", "AVG", "MIN", "MAX", "LISTAGG", "MEDIAN", "STDDEV", "STDDEV_POP", "STDDEV_SAMP", "VARIANCE", "VAR_POP", "VAR_SAMP", "ANY_VALUE", "APPROX_COUNT_DISTINCT",
        "PERCENTILE_CONT", "PERCENTILE_DISC",
    ];

    private static readonly HashSet<string> Rankings = ["ROW_NUMBER", "RANK", "DENSE_RANK", "NTILE", "PERCENT_RANK", "CUME_DIST", "LAG", "LEAD", "FIRST_VALUE", "LAST_VALUE", "NTH_VALUE"];

    /// <summary>Whether an expression contains an aggregate of this query block.</summary>
    private static bool Aggregated(Expr expr) => SyntaxTree.Any(expr, e => e is JsonMakerExpr { IsAggregate: true } || (e is CallExpr { Over: null } call && Aggregates.Contains(call.Name)));

    private static bool Windowed(Expr expr) => SyntaxTree.Any(expr, e => e is CallExpr { Over: not null });

    private TypedSql Aggregate(CallExpr call, Scope scope)
    {
        if (!scope.AllowsAggregates) throw new OracleError(934, "group function is not allowed here", call.Start);
        if (call.Arguments.Any(Aggregated)) return OuterAggregate(call, scope);
        if (scope.Below is { NestsAggregates: true } && !scope.InsideOuterAggregate) throw OracleError.Unsupported("aggregates of rows beside aggregates of aggregates", call.Start);
        var inside = scope.InsideAggregate;
        scope.InsideAggregate = true;
        try
        {
            var value = Aggregate(call, scope, "");
            return scope.Below?.Aggregate(value) ?? value;
        }
        finally
        {
            scope.InsideAggregate = inside;
        }
    }

    /// <summary>An aggregate over groups, of aggregates over the rows of each.</summary>
    private TypedSql OuterAggregate(CallExpr call, Scope scope)
    {
        if (scope.InsideAggregate || scope.InsideOuterAggregate) throw new OracleError(935, "group function is nested too deeply", call.Start);
        if (scope.Below is not { NestsAggregates: true } || scope.Grouping is not { Count: > 0 }) throw new OracleError(978, "nested group function without GROUP BY", call.Start);
        scope.InsideOuterAggregate = true;
        try
        {
            return Aggregate(call, scope, "");
        }
        finally
        {
            scope.InsideOuterAggregate = false;
        }
    }

    private TypedSql Aggregate(CallExpr call, Scope scope, string over)
    {
        if (call.Keep != null) return Kept(call, call.Keep, scope, over);
        if (call.Name == "COUNT" && call.Arguments is [StarExpr]) return Functions.FromInteger($"count(*){over}");
        if (call.Arguments.Count != 1 && !(call.Name == "LISTAGG" && call.Arguments.Count == 2)) throw Functions.WrongArguments(call);
        if (call.Distinct && over.Length > 0) throw OracleError.Unsupported("DISTINCT over a window", call.Start);
        if (call.Name is "PERCENTILE_CONT" or "PERCENTILE_DISC") return Percentile(call, scope, over);
        var value = Value(call.Arguments[0], scope);
        if (value.Type.IsLob && (call.Name != "COUNT" || call.Distinct)) throw OracleError.Inconsistent("-", value.Type.Name, call.Start);
        var distinct = call.Distinct ? "DISTINCT " : "";
        switch (call.Name)
        {
            case "COUNT":
                return Functions.FromInteger($"count({distinct}{value.Text}){over}");
            case "APPROX_COUNT_DISTINCT":
                return over.Length == 0 ? Functions.FromInteger($"count(DISTINCT {value.Text})") : throw OracleError.Unsupported("DISTINCT over a window", call.Start);
            case "MIN" or "MAX" or "ANY_VALUE":
                return new TypedSql($"{(call.Name == "MAX" ? "max" : "min")}({value.Text}){over}", value.Type is { Kind: TypeKind.Number, Scale: 0 } ? OracleType.Integer : value.Type);
            case "LISTAGG":
                return List(call, value, scope, over);
            default:
                var name = call.Name.ToLowerInvariant();
                if (over.Length > 0 && call.Name == "MEDIAN" && over.Contains("ORDER BY", StringComparison.Ordinal)) throw new OracleError(30487, "ORDER BY not allowed here", call.Start);
                if (call.Name == "MEDIAN" && value.Type.IsInstant) return Interpolated("X'C033'", value, "a", over);
                if (value.Type.IsFloat && call.Name is "SUM" or "AVG") return new TypedSql($"o_float_{name}({distinct}{Conversions.ToDouble(value).Text}){over}", OracleType.BinaryDouble);
                return new TypedSql($"o_{name}({distinct}{Conversions.ToNumber(value, call.Start).Text}){over}", OracleType.Number);
        }
    }

    private TypedSql List(CallExpr call, TypedSql value, Scope scope, string over)
    {
        var separator = call.Arguments.Count > 1 ? Conversions.ToText(Value(call.Arguments[1], scope)).Text : "NULL";
        var text = Conversions.ToText(value).Text;
        if (over.Length > 0)
        {
            if (call.Over!.Order.Count > 0) throw new OracleError(30487, "ORDER BY not allowed here", call.Start);
            return new TypedSql($"o_listagg_sorted({text}, {separator}, {SortKey(call.WithinGroup, scope)}){over}", OracleType.Text);
        }
        var order = call.WithinGroup.Select(o => Ordered(Value(o.Value, scope)) + Direction(o)).ToList();
        return new TypedSql($"o_listagg({text}, {separator}, '{(call.Distinct ? 'D' : 'A')}'{(order.Count > 0 ? " ORDER BY " + string.Join(", ", order) : "")})", OracleType.Text);
    }

    private TypedSql Analytic(CallExpr call, Scope scope)
    {
        if (!scope.AllowsWindows) throw new OracleError(30483, "window functions are not allowed here", call.Start);
        if (!Aggregates.Contains(call.Name) && !Rankings.Contains(call.Name) && call.Name != "RATIO_TO_REPORT") throw OracleError.Unsupported($"{call.Name} OVER", call.Start);
        var windows = scope.AllowsWindows;
        scope.AllowsWindows = false;
        try
        {
            return Analytic(call, call.Over!, scope);
        }
        finally
        {
            scope.AllowsWindows = windows;
        }
    }

    private TypedSql Analytic(CallExpr call, WindowClause window, Scope scope)
    {
        var over = $" OVER {Over(window, scope)}";
        var name = call.Name.ToLowerInvariant();
        if (call.Name is "ROW_NUMBER" or "RANK" or "DENSE_RANK" or "NTILE" or "PERCENT_RANK" or "CUME_DIST" or "LAG" or "LEAD")
        {
            if (window.Order.Count == 0) throw new OracleError(30485, "missing ORDER BY expression in the window specification", call.Start);
            if (window.Frame != null) throw new OracleError(907, "missing right parenthesis", call.Start);
        }
        if (Aggregates.Contains(call.Name)) return Aggregate(call, scope, over);
        var values = call.Arguments.Select(a => Value(a, scope)).ToList();
        if (call.IgnoresNulls) return WithoutNulls(call, window, values, scope);
        switch (call.Name)
        {
            case "ROW_NUMBER" or "RANK" or "DENSE_RANK" when values.Count == 0:
                return Functions.FromInteger($"{name}(){over}");
            case "PERCENT_RANK" or "CUME_DIST" when values.Count == 0:
                // As an exact quotient: SQLite's is a double.
                var rows = Over(new WindowClause(window.Partition, [], null), scope);
                return call.Name == "PERCENT_RANK"
                    ? new TypedSql($"CASE WHEN count(*) OVER {rows} = 1 THEN {Functions.Zero} ELSE o_div(o_from_integer(rank(){over} - 1), o_from_integer(count(*) OVER {rows} - 1)) END", OracleType.Number)
                    : new TypedSql($"o_div(o_from_integer(count(*){over}), o_from_integer(count(*) OVER {rows}))", OracleType.Number);
            case "NTILE" when values.Count == 1:
                return Functions.FromInteger($"ntile(o_limit({Conversions.ToNumber(values[0], call.Start).Text})){over}");
            case "FIRST_VALUE" or "LAST_VALUE" when values.Count == 1:
                return new TypedSql($"{name}({values[0].Text}){over}", values[0].Type);
            case "NTH_VALUE" when values.Count == 2:
                return new TypedSql($"nth_value({values[0].Text}, o_limit({Conversions.ToNumber(values[1], call.Start).Text})){over}", values[0].Type);
            case "LAG" or "LEAD" when values.Count is >= 1 and <= 3:
                var by = values.Count > 1 ? $", o_limit({Conversions.ToNumber(values[1], call.Start).Text})" : "";
                var type = values.Count > 2 ? Widened(values[0].Type, values[2].Type) : values[0].Type;
                var otherwise = values.Count > 2 ? $", {Conversions.To(values[2], type, call.Start).Text}" : "";
                return new TypedSql($"{name}({values[0].Text}{by}{otherwise}){over}", type);
            case "RATIO_TO_REPORT" when values.Count == 1:
                var part = Conversions.ToNumber(values[0], call.Start).Text;
                return new TypedSql($"o_div({part}, nullif(o_sum({part}){over}, {Functions.Zero}))", OracleType.Number);
            default:
                throw Functions.WrongArguments(call);
        }
    }
}
