using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Functions of dates and timestamps. The server's and the database's time zone is UTC; a session has its own.</summary>
internal static class InstantFunctions
{
    public static void Define(FunctionSet functions, SessionSettings settings, Func<DateTimeOffset> now)
    {
        functions.Define("o_sysdate", 0, _ => OracleInstant.Date(now().UtcDateTime), deterministic: false);
        functions.Define("o_systimestamp", 0, _ => OracleInstant.Zoned(Microseconds(now())), deterministic: false);
        functions.Define("o_current_date", 0, _ => OracleInstant.Date(settings.Local(now()).DateTime), deterministic: false);
        functions.Define("o_current_timestamp", 0, _ => OracleInstant.Zoned(settings.Local(Microseconds(now()))), deterministic: false);
        functions.Define("o_localtimestamp", 0, _ => OracleInstant.Timestamp(settings.Local(Microseconds(now())).DateTime), deterministic: false);

        functions.Strict("o_utc", 1, a => OracleInstant.Utc(a.Bytes(0)));
        functions.Strict("o_local", 1, a => OracleInstant.Timestamp(OracleInstant.FromZoned(a.Bytes(0)).DateTime));
        functions.Strict("o_to_zoned", 1, a => Instants.Zoned(settings.FromLocal(Seconds(a)), Instants.Nanoseconds(a.Bytes(0))), deterministic: false);
        functions.Strict("o_ltz_to_zoned", 1, a => Instants.Zoned(settings.Local(new DateTimeOffset(Seconds(a), TimeSpan.Zero)), Instants.Nanoseconds(a.Bytes(0))), deterministic: false);
        functions.Strict("o_to_ltz", 1, a => Instants.Timestamp(settings.FromLocal(Seconds(a)).UtcDateTime, Instants.Nanoseconds(a.Bytes(0))), deterministic: false);
        functions.Strict("o_from_ltz", 1, a => Instants.Timestamp(settings.Local(new DateTimeOffset(Seconds(a), TimeSpan.Zero)).DateTime, Instants.Nanoseconds(a.Bytes(0))), deterministic: false);
        functions.Strict("o_from_tz", 2, a => OracleInstant.Zoned(new DateTimeOffset(a.Fields(0), TimeZones.Offset(a.Text(1), new DateTimeOffset(a.Fields(0), TimeSpan.Zero)))));
        functions.Strict("o_at_zone", 2, a => OracleInstant.FromZoned(a.Bytes(0)) is var t ? OracleInstant.Zoned(t.ToOffset(TimeZones.Offset(a.Text(1), t))) : null);
        functions.Strict("o_at_local", 1, a => OracleInstant.Zoned(settings.Local(OracleInstant.FromZoned(a.Bytes(0)))), deterministic: false);

        functions.Strict("o_date_to_text", 1, a => DateFormat.Write(settings.DateFormat, a.Fields(0), TimeSpan.Zero, ofDate: true));
        functions.Strict("o_timestamp_to_text", 2, a => Plain(settings.TimestampFormat, a, a.Integer(1)));
        functions.Strict("o_zoned_to_text", 2, a => Zoned(settings.TimestampTzFormat, a, a.Integer(1)));
        functions.Strict("o_format_date", 2, a => DateFormat.Write(a.Text(1), a.Fields(0), TimeSpan.Zero, ofDate: true));
        functions.Strict("o_format_timestamp", 3, a => Plain(a.Text(1), a, a.Integer(2)));
        functions.Strict("o_format_zoned", 3, a => Zoned(a.Text(1), a, a.Integer(2)));
        for (var n = 1; n <= 2; n++)
        {
            functions.Conversion("o_text_to_date", n, a => Parsed(a, settings.DateFormat, now(), ofDate: true) is { } t ? OracleInstant.Date(t.Seconds.DateTime) : null);
            functions.Conversion("o_text_to_timestamp", n, a => Parsed(a, settings.TimestampFormat, now()) is { } t ? Instants.Timestamp(t.Seconds.DateTime, t.Nanoseconds) : null);
            functions.Conversion("o_text_to_zoned", n, a => Parsed(a, settings.TimestampTzFormat, now()) is { } t ? Instants.Zoned(t.Seconds, t.Nanoseconds) : null);
        }

        functions.Strict("o_days_between", 2, a => Days(a.Fields(0) - a.Fields(1)));
        functions.Strict("o_add_days", 3, a => OracleInstant.Date(a.Fields(0) + (Span(a.Number(1)) * a.Integer(2))));
        functions.Strict("o_add_months", 2, a => OracleInstant.Date(AddMonths(a.Fields(0), a.Whole(1))));
        functions.Strict("o_months_between", 2, a => MonthsBetween(a.Fields(0), a.Fields(1)));
        functions.Strict("o_last_day", 1, a => OracleInstant.Date(LastDay(a.Fields(0))));
        functions.Strict("o_next_day", 2, a => OracleInstant.Date(NextDay(a.Fields(0), a.Text(1))));
        functions.Strict("o_trunc_date", 2, a => OracleInstant.Date(DateUnit.Truncate(a.Text(1), a.Fields(0))));
        functions.Strict("o_round_date", 2, a => OracleInstant.Date(DateUnit.Round(a.Text(1), a.Fields(0))));
        functions.Strict("o_extract", 2, a => Extract(a.Text(0), a.Bytes(1)));
    }

    /// <summary>The fields without a fraction of the second.</summary>
    private static DateTime Seconds(FunctionSet.Arguments a) => OracleInstant.Fields(a.Bytes(0)[..OracleInstant.DateSize]);

    private static DateTimeOffset Microseconds(DateTimeOffset now) => new(now.UtcTicks / 10 * 10, TimeSpan.Zero);

    private static string Plain(string format, FunctionSet.Arguments a, int scale) =>
        DateFormat.Write(scale == 0 ? format.Replace("XFF", "", StringComparison.OrdinalIgnoreCase) : format, a.Fields(0), TimeSpan.Zero, false, Instants.Nanoseconds(a.Bytes(0)), scale);

    private static string Zoned(string format, FunctionSet.Arguments a, int scale)
    {
        var value = OracleInstant.FromZoned(a.Bytes(0));
        return DateFormat.Write(format, value.DateTime, value.Offset, false, Instants.Nanoseconds(a.Bytes(0)), scale);
    }

    private static (DateTimeOffset Seconds, int Nanoseconds)? Parsed(FunctionSet.Arguments a, string format, DateTimeOffset now, bool ofDate = false) =>
        a.AnyNull ? null : DateReader.Read(a.OptionalText(1) ?? format, a.Text(0), now, ofDate);

    private static OracleNumber Days(TimeSpan span) => OracleNumber.From(span.Ticks / TimeSpan.TicksPerSecond) / OracleNumber.From(86400);

    private static TimeSpan Span(OracleNumber days) =>
        days.DigitsBeforePoint > 8 ? throw new ArgumentOutOfRangeException(nameof(days)) : TimeSpan.FromSeconds((long)(days * OracleNumber.From(86400)).Round(0).UnscaledAt(0));

    private static DateTime AddMonths(DateTime value, int months)
    {
        var moved = value.AddMonths(months);
        // The last day of a month stays the last day.
        return value.Day == DateTime.DaysInMonth(value.Year, value.Month) ? LastDay(moved) : moved;
    }

    /// <summary>Whole months when both are the same day of a month, or the last; else with a fraction in months of 31 days.</summary>
    private static OracleNumber MonthsBetween(DateTime a, DateTime b)
    {
        var months = OracleNumber.From(((a.Year - b.Year) * 12) + a.Month - b.Month);
        if (a.Day == b.Day || (LastDay(a).Day == a.Day && LastDay(b).Day == b.Day)) return months;
        var seconds = ((a.Day - b.Day) * 86400L) + ((a.TimeOfDay.Ticks - b.TimeOfDay.Ticks) / TimeSpan.TicksPerSecond);
        return months + (OracleNumber.From(seconds) / OracleNumber.From(31 * 86400L));
    }

    private static DateTime LastDay(DateTime value) => value.AddDays(DateTime.DaysInMonth(value.Year, value.Month) - value.Day);

    private static DateTime NextDay(DateTime value, string day)
    {
        var name = day.Trim();
        for (var ahead = 1; ahead <= 7; ahead++)
        {
            var candidate = value.AddDays(ahead);
            var full = candidate.DayOfWeek.ToString();
            if (name.Length >= 3 && name.StartsWith(full[..3], StringComparison.OrdinalIgnoreCase)) return candidate;
        }
        throw new OracleError(1846, "not a valid day of the week");
    }

    private static OracleNumber Extract(string field, ReadOnlySpan<byte> wire)
    {
        var value = OracleInstant.Fields(wire);
        return field switch
        {
            "YEAR" => OracleNumber.From(value.Year),
            "MONTH" => OracleNumber.From(value.Month),
            "DAY" => OracleNumber.From(value.Day),
            "HOUR" => OracleNumber.From(value.Hour),
            "MINUTE" => OracleNumber.From(value.Minute),
            "SECOND" => new OracleNumber(value.Ticks % TimeSpan.TicksPerMinute, 7),
            "TIMEZONE_HOUR" when wire.Length >= OracleInstant.ZonedSize => OracleNumber.From(OracleInstant.FromZoned(wire).Offset.Hours),
            "TIMEZONE_MINUTE" when wire.Length >= OracleInstant.ZonedSize => OracleNumber.From(OracleInstant.FromZoned(wire).Offset.Minutes),
            _ => throw new OracleError(30076, "invalid extract field for extract source"),
        };
    }
}
