using KafkaOracle.Reactive.Embedded.OracleProtocol;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>What RANGE measures: numbers in millionths, as integers of SQLite's, which has no others that are exact.</summary>
internal static class WindowMeasure
{
    private const int Places = 6;
    private const int MostDigits = 12;

    public static long Of(OracleNumber number) =>
        number.Normalized() is { Scale: <= Places, DigitsBeforePoint: <= MostDigits } n
            ? (long)n.UnscaledAt(Places)
            : throw OracleError.Unsupported($"RANGE over numbers of more than {Places} decimal places or {MostDigits} digits before them");
}

/// <summary>Windows and their frames, and what needs the order of rows beyond SQLite's own: KEEP, percentiles, IGNORE NULLS.</summary>
internal sealed partial class Translator
{
    private static readonly HashSet<string> Keepable = ["MIN", "MAX", "SUM", "AVG", "COUNT", "STDDEV", "VARIANCE"];

    private string Over(WindowClause window, Scope scope)
    {
        var parts = new List<string>();
        if (window.Partition.Count > 0) parts.Add("PARTITION BY " + string.Join(", ", window.Partition.Select(p => Value(p, scope).Text)));
        var order = window.Order.Select(o => (Value: Value(o.Value, scope), Item: o)).ToList();
        if (window.Frame is not { } frame)
        {
            if (order.Count > 0) parts.Add("ORDER BY " + string.Join(", ", order.Select(o => Ordered(o.Value) + Direction(o.Item))));
            return $"({string.Join(" ", parts)})";
        }
        if (order.Count == 0) throw new OracleError(30485, "missing ORDER BY expression in the window specification");
        var measures = frame is { Unit: "RANGE", HasOffset: true };
        if (measures && order.Count > 1) throw new OracleError(30486, "invalid window aggregation group in the window specification", window.Order[0].Value.Start);
        parts.Add("ORDER BY " + string.Join(", ", order.Select(o => (measures ? Measure(o.Value, window.Order[0].Value.Start) : Ordered(o.Value)) + Direction(o.Item))));
        var from = Bound(frame.From, measures ? order[0].Value.Type : null);
        parts.Add(frame.To == null ? $"{frame.Unit} {from}" : $"{frame.Unit} BETWEEN {from} AND {Bound(frame.To, measures ? order[0].Value.Type : null)}");
        return $"({string.Join(" ", parts)})";
    }

    /// <summary>The value that RANGE measures, as an integer of SQLite's.</summary>
    private static string Measure(TypedSql value, int position) =>
        value.Type.Kind == TypeKind.Number ? $"o_measure({value.Text})"
        : value.Type.IsInstant ? $"o_measure_time({Ordered(value)})"
        : throw OracleError.Unsupported($"RANGE over {value.Type.Name} with an offset", position);

    private static string Bound(WindowBound bound, OracleType? measured)
    {
        if (bound.Offset is not { } offset) return bound.Words;
        if (measured == null)
        {
            return offset is NumberLiteral { Suffix: "" } rows && int.TryParse(rows.Text, out var count)
                ? $"{count} {bound.Words}" : throw OracleError.Unsupported("window bounds other than whole numbers", offset.Start);
        }
        return $"{Distance(offset, measured)} {bound.Words}";
    }

    /// <summary>How far RANGE reaches, as an integer that SQLite takes for constant.</summary>
    private static long Distance(Expr offset, OracleType measured) => offset switch
    {
        NumberLiteral number when measured.Kind == TypeKind.Number => WindowMeasure.Of(OracleNumber.Parse(number.Text)),
        NumberLiteral days when measured.IsInstant => Intervals.Span(OracleNumber.Parse(days.Text), "DAY").Ticks,
        CallExpr { Name: "NUMTODSINTERVAL", Arguments: [NumberLiteral count, TextLiteral unit] } when measured.IsInstant => Intervals.Span(OracleNumber.Parse(count.Text), unit.Text).Ticks,
        IntervalLiteral interval when measured.IsInstant && Intervals.Literal(interval) is { Type.Kind: TypeKind.Interval } span => OracleInstant.FromInterval(Convert.FromHexString(span.Text[2..^1])).Ticks,
        _ => throw OracleError.Unsupported("RANGE by this distance", offset.Start),
    };

    /// <summary>Bytes that sort as rows do by these keys.</summary>
    private string SortKey(IReadOnlyList<OrderItem> order, Scope scope)
    {
        var directions = string.Concat(order.Select(o => (o.Descending ? 'd' : 'a', (o.NullsFirst ?? o.Descending) ? 'f' : 'l')).SelectMany(d => new[] { d.Item1, d.Item2 }));
        return $"o_sort_key('{directions}'{string.Concat(order.Select(o => ", " + Ordered(Value(o.Value, scope))))})";
    }

    private TypedSql Kept(CallExpr call, KeepClause keep, Scope scope, string over)
    {
        if (!Keepable.Contains(call.Name) || call.Distinct || call.Arguments.Count != 1) throw OracleError.Unsupported($"{call.Name} with KEEP", call.Start);
        if (over.Contains("ORDER BY", StringComparison.Ordinal)) throw new OracleError(30487, "ORDER BY not allowed here", call.Start);
        var counts = call.Name == "COUNT";
        var value = call.Arguments[0] is StarExpr && counts ? Literals.Number(1) : Value(call.Arguments[0], scope);
        if (value.Type.IsLob) throw OracleError.Inconsistent("-", value.Type.Name, call.Start);
        if (value.Type.IsFloat && call.Name is "SUM" or "AVG") throw OracleError.Unsupported($"{call.Name} of {value.Type.Name} with KEEP", call.Start);
        var isNumeric = call.Name is "SUM" or "AVG" or "STDDEV" or "VARIANCE";
        if (isNumeric) value = Conversions.ToNumber(value, call.Start);
        var text = $"o_keep({(keep.Last ? 1 : 0)}, '{call.Name}', {SortKey(keep.Order, scope)}, {value.Text}){over}";
        return counts ? Functions.FromInteger($"ifnull({text}, 0)") : new TypedSql(text, isNumeric ? OracleType.Number : value.Type);
    }

    private TypedSql Percentile(CallExpr call, Scope scope, string over)
    {
        if (call.WithinGroup is not [var item]) throw new OracleError(30491, "missing WITHIN GROUP keyword", call.Start);
        if (over.Contains("ORDER BY", StringComparison.Ordinal)) throw new OracleError(30487, "ORDER BY not allowed here", call.Start);
        var share = Conversions.ToNumber(Value(call.Arguments[0], scope), call.Start).Text;
        var value = Value(item.Value, scope);
        if (call.Name == "PERCENTILE_CONT") return Interpolated(share, value, item.Descending ? "d" : "a", over);
        return new TypedSql($"o_percentile_disc({share}, {SortKey(call.WithinGroup, scope)}, {value.Text}){over}", value.Type);
    }

    private static TypedSql Interpolated(string share, TypedSql value, string direction, string over) => value.Type switch
    {
        { Kind: TypeKind.Date } => new TypedSql($"o_percentile_date({share}, {value.Text}, '{direction}'){over}", value.Type),
        { IsInstant: true, IsZoned: false } => new TypedSql($"o_percentile_time({share}, {value.Text}, '{direction}'){over}", value.Type),
        { IsFloat: true } => throw OracleError.Unsupported($"PERCENTILE_CONT of {value.Type.Name}"),
        _ => new TypedSql($"o_percentile_cont({share}, {Conversions.ToNumber(value).Text}, '{direction}'){over}", OracleType.Number),
    };

    /// <summary>LAG, LEAD and the like with IGNORE NULLS: the n-th value that is not NULL, from either end of a frame.</summary>
    private TypedSql WithoutNulls(CallExpr call, WindowClause window, List<TypedSql> values, Scope scope)
    {
        if (call.Name is not ("LAG" or "LEAD" or "FIRST_VALUE" or "LAST_VALUE" or "NTH_VALUE") || values.Count == 0) throw OracleError.Unsupported($"{call.Name} with IGNORE NULLS", call.Start);
        if (values.Count > 1 && call.Arguments[1] is not (NumberLiteral or BindExpr)) throw OracleError.Unsupported($"an offset of {call.Name} that depends on the row", call.Start);
        var frame = call.Name switch
        {
            "LAG" => new WindowFrame("ROWS", new WindowBound("UNBOUNDED PRECEDING", null), new WindowBound("PRECEDING", new NumberLiteral(call.Start, "1", ""))),
            "LEAD" => new WindowFrame("ROWS", new WindowBound("FOLLOWING", new NumberLiteral(call.Start, "1", "")), new WindowBound("UNBOUNDED FOLLOWING", null)),
            _ => window.Frame,
        };
        var number = values.Count > 1 ? Conversions.ToNumber(values[1], call.Start).Text : Literals.Number(1).Text;
        var text = $"o_nth_value({(call.Name is "LAG" or "LAST_VALUE" ? 1 : 0)}, {number}, {values[0].Text}) OVER {Over(window with { Frame = frame }, scope)}";
        if (values.Count < 3) return new TypedSql(text, values[0].Type);
        var type = Widened(values[0].Type, values[2].Type);
        return new TypedSql($"ifnull({text}, {Conversions.To(values[2], type, call.Start).Text})", type);
    }
}
