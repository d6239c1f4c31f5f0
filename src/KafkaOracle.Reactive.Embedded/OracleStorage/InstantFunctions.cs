using System.Globalization;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Formats that a session converts between texts and instants with when none is given.</summary>
internal sealed class SessionFormats
{
    public string Date { get; set; } = "DD-MON-RR";
    public string Timestamp { get; set; } = "DD-MON-RR HH.MI.SSXFF AM";
    public string TimestampTz { get; set; } = "DD-MON-RR HH.MI.SSXFF AM TZR";
}

/// <summary>Functions of dates, timestamps and intervals. The session's time zone is UTC.</summary>
internal static class InstantFunctions
{
    public static void Define(FunctionSet functions, SessionFormats formats, Func<DateTimeOffset> now)
    {
        functions.Define("o_sysdate", 0, _ => OracleInstant.Date(now().UtcDateTime), deterministic: false);
        functions.Define("o_systimestamp", 0, _ => OracleInstant.Zoned(Microseconds(now())), deterministic: false);
        functions.Define("o_localtimestamp", 0, _ => OracleInstant.Timestamp(Microseconds(now()).UtcDateTime), deterministic: false);

        functions.Strict("o_utc", 1, a => OracleInstant.Utc(a.Bytes(0)));
        functions.Strict("o_local", 1, a => OracleInstant.Timestamp(OracleInstant.FromZoned(a.Bytes(0)).DateTime));
        functions.Strict("o_to_zoned", 1, a => OracleInstant.Zoned(new DateTimeOffset(a.Fields(0), TimeSpan.Zero)));

        functions.Strict("o_date_to_text", 1, a => DateFormat.Write(formats.Date, a.Fields(0), TimeSpan.Zero));
        functions.Strict("o_timestamp_to_text", 1, a => DateFormat.Write(formats.Timestamp, a.Fields(0), TimeSpan.Zero));
        functions.Strict("o_zoned_to_text", 1, a => Zoned(formats.TimestampTz, a));
        functions.Strict("o_format_date", 2, a => DateFormat.Write(a.Text(1), a.Fields(0), TimeSpan.Zero));
        functions.Strict("o_format_zoned", 2, a => Zoned(a.Text(1), a));
        functions.Strict("o_format_number", 2, a => NumberFormat.Write(a.Text(1), a.Number(0)));
        functions.Strict("o_interval_to_text", 1, a => IntervalText(OracleInstant.FromInterval(a.Bytes(0))));
        for (var n = 1; n <= 2; n++)
        {
            functions.Define("o_text_to_date", n, a => Parsed(a, formats.Date) is { } t ? OracleInstant.Date(t.DateTime) : null);
            functions.Define("o_text_to_timestamp", n, a => Parsed(a, formats.Timestamp) is { } t ? OracleInstant.Timestamp(t.DateTime) : null);
            functions.Define("o_text_to_zoned", n, a => Parsed(a, formats.TimestampTz) is { } t ? OracleInstant.Zoned(t) : null);
        }

        functions.Strict("o_days_between", 2, a => Days(a.Fields(0) - a.Fields(1)));
        functions.Strict("o_interval_between", 2, a => OracleInstant.Interval(a.Fields(0) - a.Fields(1)));
        functions.Strict("o_add_days", 3, a => OracleInstant.Date(a.Fields(0) + Span(a.Number(1)) * a.Integer(2)));
        functions.Strict("o_add_intervals", 3, a => OracleInstant.Interval(OracleInstant.FromInterval(a.Bytes(0)) + OracleInstant.FromInterval(a.Bytes(1)) * a.Integer(2)));
        functions.Strict("o_add_interval", 3, AddInterval);
        functions.Strict("o_to_interval", 2, a => Literals.TryInterval(a.Number(0).ToString(), a.Text(1).ToUpperInvariant(), out var span)
            ? OracleInstant.Interval(span) : throw new OracleError(1760, "illegal argument for function"));
        functions.Strict("o_add_months", 2, a => OracleInstant.Date(AddMonths(a.Fields(0), a.Whole(1))));
        functions.Strict("o_last_day", 1, a => OracleInstant.Date(LastDay(a.Fields(0))));
        functions.Strict("o_trunc_date", 2, a => OracleInstant.Date(DateFormat.Truncate(a.Text(1), a.Fields(0))));
        functions.Strict("o_round_date", 2, a => OracleInstant.Date(DateFormat.Round(a.Text(1), a.Fields(0))));
        functions.Strict("o_extract", 2, a => Extract(a.Text(0), a.Bytes(1)));
        functions.Strict("o_extract_interval", 2, a => Extract(a.Text(0), OracleInstant.FromInterval(a.Bytes(1))));
    }

    private static DateTimeOffset Microseconds(DateTimeOffset now) => new(now.UtcTicks / 10 * 10, TimeSpan.Zero);

    private static string Zoned(string format, FunctionSet.Arguments a)
    {
        var value = OracleInstant.FromZoned(a.Bytes(0));
        return DateFormat.Write(format, value.DateTime, value.Offset);
    }

    private static DateTimeOffset? Parsed(FunctionSet.Arguments a, string format) =>
        a.AnyNull ? null : DateFormat.Read(a.OptionalText(1) ?? format, a.Text(0));

    private static OracleNumber Days(TimeSpan span) => OracleNumber.From(span.Ticks / TimeSpan.TicksPerSecond) / OracleNumber.From(86400);

    private static TimeSpan Span(OracleNumber days) => TimeSpan.FromSeconds((long)(days * OracleNumber.From(86400)).Round(0).UnscaledAt(0));

    private static byte[] AddInterval(FunctionSet.Arguments a)
    {
        var by = OracleInstant.FromInterval(a.Bytes(1)) * a.Integer(2);
        var wire = a.Bytes(0);
        if (wire.Length < OracleInstant.ZonedSize) return OracleInstant.Timestamp(OracleInstant.Fields(wire) + by);
        return OracleInstant.Zoned(OracleInstant.FromZoned(wire) + by);
    }

    private static DateTime AddMonths(DateTime value, int months)
    {
        var moved = value.AddMonths(months);
        // The last day of a month stays the last day.
        return value.Day == DateTime.DaysInMonth(value.Year, value.Month) ? LastDay(moved) : moved;
    }

    private static DateTime LastDay(DateTime value) => value.AddDays(DateTime.DaysInMonth(value.Year, value.Month) - value.Day);

    private static OracleNumber Extract(string field, ReadOnlySpan<byte> wire)
    {
        var value = OracleInstant.Fields(wire);
        var ticks = value.Ticks % TimeSpan.TicksPerMinute;
        return field switch
        {
            "YEAR" => OracleNumber.From(value.Year),
            "MONTH" => OracleNumber.From(value.Month),
            "DAY" => OracleNumber.From(value.Day),
            "HOUR" => OracleNumber.From(value.Hour),
            "MINUTE" => OracleNumber.From(value.Minute),
            "SECOND" => new OracleNumber(ticks, 7),
            _ => throw new OracleError(30076, "invalid extract field for extract source"),
        };
    }

    private static OracleNumber Extract(string field, TimeSpan value) => field switch
    {
        "DAY" => OracleNumber.From(value.Days),
        "HOUR" => OracleNumber.From(value.Hours),
        "MINUTE" => OracleNumber.From(value.Minutes),
        "SECOND" => new OracleNumber(value.Ticks % TimeSpan.TicksPerMinute, 7),
        _ => throw new OracleError(30076, "invalid extract field for extract source"),
    };

    private static string IntervalText(TimeSpan value) => string.Create(
        CultureInfo.InvariantCulture, $"{(value < TimeSpan.Zero ? '-' : '+')}{Math.Abs(value.Days):00} {value.Duration():hh\\:mm\\:ss\\.ffffff}");
}
