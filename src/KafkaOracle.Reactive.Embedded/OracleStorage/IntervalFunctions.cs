using System.Globalization;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Functions that make, fit, write and calculate with intervals of both types.</summary>
internal static class IntervalFunctions
{
    public static void Define(FunctionSet functions)
    {
        functions.Strict("o_interval_to_text", 3, a => Intervals.DaysText(OracleInstant.FromInterval(a.Bytes(0)), a.Integer(1), a.Integer(2)));
        functions.Strict("o_months_to_text", 2, a => Intervals.MonthsText(Intervals.ToMonths(a.Bytes(0)), a.Integer(1)));
        functions.Conversion("o_text_to_interval", 1, a => OracleInstant.Interval(Intervals.ParseDays(a.Text(0))));
        functions.Conversion("o_text_to_months", 1, a => Intervals.FromMonths(Intervals.ParseMonths(a.Text(0))));
        functions.Strict("o_to_interval", 2, a => OracleInstant.Interval(Intervals.Span(a.Number(0), a.Text(1))));
        functions.Strict("o_to_months", 2, a => Intervals.FromMonths(Intervals.Months(a.Number(0), a.Text(1))));
        functions.Strict("o_fit_interval", 3, a => Fit(OracleInstant.FromInterval(a.Bytes(0)), a.Integer(1), a.Integer(2)));
        functions.Strict("o_fit_months", 2, a => FitMonths(Intervals.ToMonths(a.Bytes(0)), a.Integer(1)));

        functions.Strict("o_interval_between", 2, a => OracleInstant.Interval(a.Fields(0) - a.Fields(1)));
        functions.Strict("o_add_interval", 3, AddInterval);
        functions.Strict("o_add_intervals", 3, a => OracleInstant.Interval(OracleInstant.FromInterval(a.Bytes(0)) + (OracleInstant.FromInterval(a.Bytes(1)) * a.Integer(2))));
        functions.Strict("o_add_interval_months", 3, AddMonths);
        functions.Strict("o_add_months_intervals", 3, a => Intervals.FromMonths(Intervals.ToMonths(a.Bytes(0)) + (Intervals.ToMonths(a.Bytes(1)) * a.Integer(2))));
        functions.Strict("o_scale_interval", 2, a => OracleInstant.Interval(Intervals.Scaled(OracleInstant.FromInterval(a.Bytes(0)), a.Number(1))));
        functions.Strict("o_scale_months", 2, a => Intervals.FromMonths(Intervals.Months(OracleNumber.From(Intervals.ToMonths(a.Bytes(0))) * a.Number(1), "MONTH")));
        functions.Strict("o_extract_interval", 2, a => Extract(a.Text(0), OracleInstant.FromInterval(a.Bytes(1))));
        functions.Strict("o_extract_months", 2, a => Extract(a.Text(0), Intervals.ToMonths(a.Bytes(1))));
    }

    private static byte[] Fit(TimeSpan value, int precision, int scale)
    {
        if (Math.Abs((long)value.Days).ToString(CultureInfo.InvariantCulture).Length > Math.Max(1, precision)) throw Intervals.TooSmall(0);
        return OracleInstant.Interval(Intervals.Rounded(value, scale));
    }

    private static byte[] FitMonths(long months, int precision) =>
        Math.Abs(months / 12).ToString(CultureInfo.InvariantCulture).Length > Math.Max(1, precision) ? throw Intervals.TooSmall(0) : Intervals.FromMonths(months);

    private static byte[] AddInterval(FunctionSet.Arguments a)
    {
        var by = OracleInstant.FromInterval(a.Bytes(1)) * a.Integer(2);
        var wire = a.Bytes(0);
        if (wire.Length < OracleInstant.ZonedSize) return OracleInstant.Timestamp(OracleInstant.Fields(wire) + by);
        return OracleInstant.Zoned(OracleInstant.FromZoned(wire) + by);
    }

    /// <summary>Unlike ADD_MONTHS, which goes to the last day of a shorter month, this fails there.</summary>
    private static byte[] AddMonths(FunctionSet.Arguments a)
    {
        var months = (int)Intervals.ToMonths(a.Bytes(1)) * a.Integer(2);
        var wire = a.Bytes(0);
        if (wire.Length < OracleInstant.ZonedSize) return OracleInstant.Timestamp(SameDay(OracleInstant.Fields(wire), months));
        var zoned = OracleInstant.FromZoned(wire);
        return OracleInstant.Zoned(new DateTimeOffset(SameDay(zoned.DateTime, months), zoned.Offset));
    }

    private static DateTime SameDay(DateTime value, int months) =>
        value.AddMonths(months) is var moved && moved.Day == value.Day ? moved : throw new OracleError(1839, "date not valid for month specified");

    private static OracleNumber Extract(string field, TimeSpan value) => field switch
    {
        "DAY" => OracleNumber.From(value.Days),
        "HOUR" => OracleNumber.From(value.Hours),
        "MINUTE" => OracleNumber.From(value.Minutes),
        "SECOND" => new OracleNumber(value.Ticks % TimeSpan.TicksPerMinute, 7),
        _ => throw new OracleError(30076, "invalid extract field for extract source"),
    };

    private static OracleNumber Extract(string field, long months) => field switch
    {
        "YEAR" => OracleNumber.From(months / 12),
        "MONTH" => OracleNumber.From(months % 12),
        _ => throw new OracleError(30076, "invalid extract field for extract source"),
    };
}
