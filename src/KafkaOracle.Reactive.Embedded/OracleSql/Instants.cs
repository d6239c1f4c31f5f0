using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using KafkaOracle.Reactive.Embedded.OracleProtocol;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>DATE and TIMESTAMP literals, and instants with nanoseconds, which .NET's types do not have.</summary>
internal static partial class Instants
{
    /// <summary>The bytes of a TIMESTAMP: whole seconds, and nanoseconds unless they are 0.</summary>
    public static byte[] Timestamp(DateTime seconds, int nanoseconds)
    {
        var date = OracleInstant.Date(seconds);
        if (nanoseconds == 0) return date;
        Array.Resize(ref date, OracleInstant.TimestampSize);
        BinaryPrimitives.WriteInt32BigEndian(date.AsSpan(OracleInstant.DateSize), nanoseconds);
        return date;
    }

    public static byte[] Zoned(DateTimeOffset seconds, int nanoseconds)
    {
        var bytes = OracleInstant.Zoned(seconds);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(OracleInstant.DateSize), nanoseconds);
        return bytes;
    }

    public static int Nanoseconds(ReadOnlySpan<byte> wire) =>
        wire.Length < OracleInstant.TimestampSize ? 0 : BinaryPrimitives.ReadInt32BigEndian(wire[OracleInstant.DateSize..]);

    public static TypedSql Literal(InstantLiteral literal)
    {
        var isDate = literal.Type.Kind == TypeKind.Date;
        var match = (isDate ? DatePattern() : TimestampPattern()).Match(literal.Text);
        if (!match.Success) throw new OracleError(1861, "literal does not match format string", literal.Start);
        var day = Day(Part("y"), Part("m"), Part("d"), literal.Start);
        if (isDate) return new TypedSql(Literals.Bytes(OracleInstant.Date(day)), OracleType.Date, true, true);
        var seconds = day + Time(Part("h"), Part("n"), Part("s"), literal.Start);
        var fraction = match.Groups["f"].Value;
        var nanoseconds = fraction.Length == 0 ? 0 : int.Parse(fraction.PadRight(9, '0')[..9], CultureInfo.InvariantCulture);
        var zone = match.Groups["z"].Value;
        if (zone.Length == 0) return new TypedSql(Literals.Bytes(Timestamp(seconds, nanoseconds)), OracleType.Timestamp with { Scale = 9 }, true, true);
        var zoned = new DateTimeOffset(seconds, TimeZones.Offset(zone, new DateTimeOffset(seconds, TimeSpan.Zero)));
        return new TypedSql(Literals.Bytes(Zoned(zoned, nanoseconds)), OracleType.TimestampTz with { Scale = 9 }, true, true);

        int Part(string name) => match.Groups[name] is { Success: true } group ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    private static DateTime Day(int year, int month, int day, int position)
    {
        if (year is < 1 or > 9999) throw new OracleError(1841, "(full) year must be between -4713 and +9999, and not be 0", position);
        if (month is < 1 or > 12) throw new OracleError(1843, "not a valid month", position);
        if (day is < 1 or > 31) throw new OracleError(1847, "day of month must be between 1 and last day of month", position);
        return day <= DateTime.DaysInMonth(year, month) ? new DateTime(year, month, day) : throw new OracleError(1839, "date not valid for month specified", position);
    }

    private static TimeSpan Time(int hour, int minute, int second, int position)
    {
        if (hour > 23) throw new OracleError(1850, "hour must be between 0 and 23", position);
        if (minute > 59) throw new OracleError(1851, "minutes must be between 0 and 59", position);
        return second <= 59 ? new TimeSpan(hour, minute, second) : throw new OracleError(1852, "seconds must be between 0 and 59", position);
    }

    [GeneratedRegex(@"^\s*(?<y>\d{1,4})-(?<m>\d{1,2})-(?<d>\d{1,2})\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex DatePattern();

    [GeneratedRegex(
        @"^\s*(?<y>\d{1,4})-(?<m>\d{1,2})-(?<d>\d{1,2})(\s+(?<h>\d{1,2}):(?<n>\d{1,2})(:(?<s>\d{1,2})(\.(?<f>\d{0,9}))?)?(\s*(?<z>[+-]\s*\d{1,2}:\d{2}|[A-Za-z][A-Za-z0-9_/+-]*))?)?\s*$",
        RegexOptions.CultureInvariant)]
    private static partial Regex TimestampPattern();
}
