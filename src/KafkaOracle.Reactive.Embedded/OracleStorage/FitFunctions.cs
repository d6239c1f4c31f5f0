using System.Buffers.Binary;
using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Makes values fit the declared type of a column, or fails as an assignment does.</summary>
internal static class FitFunctions
{
    private static readonly uint[] Powers = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

    public static void Define(FunctionSet functions)
    {
        functions.Strict("o_fit_number", 3, a => Number(a.Bytes(0), a.Integer(1), a.Integer(2)) ?? a.Copy(0));
        functions.Strict("o_fit_text", 5, a => Text(a.Bytes(0), a.Integer(1), a.Integer(2) != 0, a.Integer(3) != 0, a.OptionalText(4) ?? "") ?? a.Text(0));
        functions.Define("o_fit_raw", 3, a => a.IsNull(0) ? null : Raw(a.Copy(0), a.Integer(1), a.Text(2)));
        functions.Strict("o_fit_timestamp", 2, a => Timestamp(a.Bytes(0), a.Integer(1)));
    }

    /// <summary>The rounded NUMBER(precision, scale), or null when the bytes fit as they are.</summary>
    public static byte[]? Number(ReadOnlySpan<byte> wire, int precision, int scale)
    {
        if (precision == 0) return null;
        if (scale == OracleType.NoScale)
        {
            var binary = OracleNumber.Decode(wire);
            return binary.Round((int)Math.Ceiling(precision * 0.30103) - binary.DigitsBeforePoint).Encode();
        }
        if (OracleNumber.Fits(wire, precision, scale)) return null;
        var number = OracleNumber.Decode(wire).Round(scale).Normalized();
        if (!number.IsZero && number.DigitsBeforePoint > precision - scale)
            throw new OracleError(1438, "value larger than specified precision allowed for this column");
        return number.Encode();
    }

    /// <summary>The blank-padded text, or null when it fits as it is.</summary>
    public static string? Text(ReadOnlySpan<byte> utf8, int most, bool inChars, bool pad, string column)
    {
        if (utf8.Length <= most && !pad && !inChars) return null;
        var actual = inChars ? Characters(utf8) : utf8.Length;
        if (actual > most) throw TooLarge(column, actual, most);
        return pad && actual < most ? Encoding.UTF8.GetString(utf8) + new string(' ', most - actual) : null;
    }

    /// <summary>Code points in UTF-8: every byte begins one but those of the form 10xxxxxx.</summary>
    public static int Characters(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var b in utf8) if ((b & 0xC0) != 0x80) count++;
        return count;
    }

    public static byte[] Raw(byte[] bytes, int most, string column) => bytes.Length <= most ? bytes : throw TooLarge(column, bytes.Length, most);

    /// <summary>Rounds fractions of a second to so many digits; zone bytes stay.</summary>
    public static byte[] Timestamp(ReadOnlySpan<byte> wire, int digits)
    {
        if (IsRound(wire, digits)) return wire.ToArray();
        if (digits >= 7) return wire.Length == OracleInstant.TimestampSize ? OracleInstant.Trim(wire).ToArray() : wire.ToArray();
        var fields = OracleInstant.Fields(wire);
        var unit = (long)Math.Pow(10, 7 - digits);
        var rounded = new DateTime((fields.Ticks + (unit / 2)) / unit * unit);
        if (wire.Length < OracleInstant.ZonedSize) return OracleInstant.Timestamp(rounded);
        var zoned = OracleInstant.Zoned(new DateTimeOffset(DateTime.SpecifyKind(rounded, DateTimeKind.Utc)));
        wire[11..].CopyTo(zoned.AsSpan(11));
        return zoned;
    }

    /// <summary>Whether a date or timestamp has no finer fraction than that: it fits as it is.</summary>
    public static bool IsRound(ReadOnlySpan<byte> wire, int digits) =>
        wire.Length <= OracleInstant.DateSize
        || (BinaryPrimitives.ReadUInt32BigEndian(wire[OracleInstant.DateSize..]) is var nanoseconds and not 0 && nanoseconds % Powers[9 - digits] == 0);

    private static OracleError TooLarge(string column, int actual, int most) => column.Length == 0
        ? new OracleError(12899, $"value too large (actual: {actual}, maximum: {most})")
        : new OracleError(12899, $"value too large for column {column} (actual: {actual}, maximum: {most})");
}
