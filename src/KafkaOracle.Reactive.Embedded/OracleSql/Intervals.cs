using System.Buffers.Binary;
using System.Globalization;
using KafkaOracle.Reactive.Embedded.OracleProtocol;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>
/// Texts of both interval types, and the bytes of INTERVAL YEAR TO MONTH: years + 2^31 in 4 bytes, then months + 60; they sort as the
/// intervals do.
/// </summary>
internal static class Intervals
{
    public const int MonthsSize = 5;
    private static readonly string[] DayFields = ["DAY", "HOUR", "MINUTE", "SECOND"];

    /// <summary>An interval literal's value; its type has the precisions that were written.</summary>
    public static TypedSql Literal(IntervalLiteral literal)
    {
        var (first, last) = Fields(literal.Unit);
        var precision = literal.Precision ?? 2;
        if (first is "YEAR" or "MONTH")
        {
            var months = Months(literal.Text, first, last, precision, literal.Start);
            return new TypedSql(Literals.Bytes(FromMonths(months)), OracleType.IntervalYm with { Precision = precision }, true, true);
        }
        var span = Rounded(Span(literal.Text, first, last, precision, literal.Start), literal.Scale ?? 6);
        return new TypedSql(Literals.Bytes(OracleInstant.Interval(span)), OracleType.Interval with { Precision = precision, Scale = literal.Scale ?? 6 }, true, true);
    }

    public static byte[] FromMonths(long months)
    {
        var bytes = new byte[MonthsSize];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)((months / 12) + 0x80000000L));
        bytes[4] = (byte)((months % 12) + 60);
        return bytes;
    }

    public static long ToMonths(ReadOnlySpan<byte> wire) => ((BinaryPrimitives.ReadUInt32BigEndian(wire) - 0x80000000L) * 12) + wire[4] - 60;

    /// <summary>+02-06: a sign, so many digits of years, and the months.</summary>
    public static string MonthsText(long months, int precision)
    {
        var years = Math.Abs(months / 12).ToString(CultureInfo.InvariantCulture).PadLeft(precision, '0');
        return string.Create(CultureInfo.InvariantCulture, $"{(months < 0 ? '-' : '+')}{years}-{Math.Abs(months % 12):00}");
    }

    /// <summary>+01 10:20:30.500000: a sign, so many digits of days, the time, and so many of its fraction.</summary>
    public static string DaysText(TimeSpan value, int precision, int scale)
    {
        var days = Math.Abs(value.Days).ToString(CultureInfo.InvariantCulture).PadLeft(precision, '0');
        var fraction = (Math.Abs(value.Ticks) % TimeSpan.TicksPerSecond).ToString("0000000", CultureInfo.InvariantCulture).PadRight(9, '0')[..scale];
        return string.Create(CultureInfo.InvariantCulture, $"{(value < TimeSpan.Zero ? '-' : '+')}{days} {value.Duration():hh\\:mm\\:ss}{(scale > 0 ? "." + fraction : "")}");
    }

    /// <summary>A number of a unit, as NUMTODSINTERVAL has it.</summary>
    public static TimeSpan Span(OracleNumber amount, string unit) => Scaled(unit.Trim().ToUpperInvariant() switch
    {
        "DAY" => TimeSpan.FromDays(1),
        "HOUR" => TimeSpan.FromHours(1),
        "MINUTE" => TimeSpan.FromMinutes(1),
        "SECOND" => TimeSpan.FromSeconds(1),
        _ => throw new OracleError(1760, "illegal argument for function"),
    }, amount);

    public static TimeSpan Scaled(TimeSpan span, OracleNumber by)
    {
        var ticks = (OracleNumber.From(span.Ticks) * by).Round(0);
        return ticks.DigitsBeforePoint > 18 ? throw TooSmall(0) : TimeSpan.FromTicks((long)ticks.UnscaledAt(0));
    }

    public static long Months(OracleNumber amount, string unit) => (amount * OracleNumber.From(unit.Trim().ToUpperInvariant() switch
    {
        "YEAR" => 12,
        "MONTH" => 1,
        _ => throw new OracleError(1760, "illegal argument for function"),
    })).Round(0) is var months && months.DigitsBeforePoint <= 11 ? (long)months.UnscaledAt(0) : throw TooSmall(0);

    /// <summary>To so many digits of a second, halves away from zero.</summary>
    public static TimeSpan Rounded(TimeSpan value, int scale)
    {
        if (scale >= 7) return value;
        var unit = (long)Math.Pow(10, 7 - scale);
        return TimeSpan.FromTicks((value.Ticks + (Math.Sign(value.Ticks) * unit / 2)) / unit * unit);
    }

    /// <summary>A text such as 1 10:20:30.5 as an interval from days to seconds.</summary>
    public static TimeSpan ParseDays(string text)
    {
        if (!text.Contains('P', StringComparison.Ordinal)) return Span(text, "DAY", "SECOND", 9, 0);
        try
        {
            return System.Xml.XmlConvert.ToTimeSpan(text.Trim()); // ISO 8601, as in P1DT2H
        }
        catch (FormatException)
        {
            throw Invalid(0);
        }
    }

    /// <summary>A text such as 2-6 as an interval from years to months.</summary>
    public static long ParseMonths(string text) => Months(text, "YEAR", "MONTH", 9, 0);

    public static OracleError TooSmall(int position) => new(1873, "the leading precision of the interval is too small", position);

    private static (string First, string Last) Fields(string unit)
    {
        var at = unit.IndexOf(" TO ", StringComparison.Ordinal);
        return at < 0 ? (unit, unit) : (unit[..at], unit[(at + 4)..]);
    }

    private static long Months(string text, string first, string last, int precision, int position)
    {
        var (negative, rest) = Sign(text);
        var parts = rest.Split('-');
        if (parts.Length != (first == last ? 1 : 2)) throw Invalid(position);
        var leading = Whole(parts[0], position);
        if (parts[0].TrimStart('0').Length > precision) throw TooSmall(position);
        var months = first == "YEAR" ? leading * 12 : leading;
        if (parts.Length == 2)
        {
            var more = Whole(parts[1], position);
            months += more < 12 ? more : throw new OracleError(1843, "not a valid month", position);
        }
        return negative ? -months : months;
    }

    private static TimeSpan Span(string text, string first, string last, int precision, int position)
    {
        var (negative, rest) = Sign(text);
        var (from, to) = (Array.IndexOf(DayFields, first), Array.IndexOf(DayFields, last));
        if (from < 0 || to < from) throw OracleError.Unsupported($"INTERVAL {first} TO {last}", position);
        var parts = rest.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != to - from + 1) throw Invalid(position);
        var value = TimeSpan.Zero;
        for (var i = 0; i < parts.Length; i++)
        {
            var field = from + i;
            if (i == 0 && parts[0].Split('.')[0].TrimStart('0').Length > precision) throw TooSmall(position);
            var part = parts[i].Split('.');
            if (part.Length > (DayFields[field] == "SECOND" ? 2 : 1)) throw Invalid(position);
            var whole = Whole(part[0], position);
            if (i > 0 && whole > (field == 1 ? 23 : 59)) throw field switch
            {
                1 => new OracleError(1850, "hour must be between 0 and 23", position),
                2 => new OracleError(1851, "minutes must be between 0 and 59", position),
                _ => new OracleError(1852, "seconds must be between 0 and 59", position),
            };
            value += field switch { 0 => TimeSpan.FromDays(whole), 1 => TimeSpan.FromHours(whole), 2 => TimeSpan.FromMinutes(whole), _ => TimeSpan.FromSeconds(whole) };
            if (part.Length == 2) value += TimeSpan.FromTicks(Whole(part[1].PadRight(9, '0')[..9], position) / 100);
        }
        return negative ? -value : value;
    }

    private static (bool Negative, string Digits) Sign(string text)
    {
        var trimmed = text.Trim();
        return trimmed.StartsWith('-') ? (true, trimmed[1..]) : (false, trimmed.StartsWith('+') ? trimmed[1..] : trimmed);
    }

    private static int Whole(string digits, int position) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw Invalid(position);

    private static OracleError Invalid(int position) => new(1867, "the interval is invalid", position);
}
