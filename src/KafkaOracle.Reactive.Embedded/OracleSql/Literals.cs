using System.Globalization;
using KafkaOracle.Reactive.Embedded.OracleProtocol;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Literals as SQLite writes them.</summary>
internal static class Literals
{
    public static TypedSql Null { get; } = new("NULL", OracleType.Null, IsLiteral: true);

    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Bytes(ReadOnlySpan<byte> bytes) => $"X'{Convert.ToHexString(bytes)}'";

    public static TypedSql Text(string text)
    {
        if (text.Length == 0) return Null;
        var size = System.Text.Encoding.UTF8.GetByteCount(text);
        return new TypedSql(Quote(text), new OracleType(TypeKind.Char, Size: size, Chars: text.Length), IsLiteral: true, NotNull: true);
    }

    public static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    public static TypedSql Number(NumberLiteral literal)
    {
        if (literal.Suffix == "D") return new TypedSql(Bytes(OracleFloat.Double(Parse(literal))), OracleType.BinaryDouble, true, true);
        if (literal.Suffix == "F") return new TypedSql(Bytes(OracleFloat.Single((float)Parse(literal))), OracleType.BinaryFloat, true, true);
        return Number(OracleNumber.Parse(literal.Text));
    }

    public static TypedSql Number(OracleNumber number) => new(Bytes(number.Encode()), OracleType.Number, IsLiteral: true, NotNull: true);

    public static TypedSql Number(long number) => Number(OracleNumber.From(number));

    public static TypedSql Instant(InstantLiteral literal)
    {
        var text = literal.Text.Trim();
        if (literal.Type.Kind == TypeKind.Date)
        {
            if (!DateTime.TryParseExact(text, "yyyy-M-d", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                throw new OracleError(1861, "literal does not match format string", literal.Start);
            return new TypedSql(Bytes(OracleInstant.Date(date)), OracleType.Date, true, true);
        }
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var zoned))
            throw new OracleError(1861, "literal does not match format string", literal.Start);
        var hasZone = text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf(':', StringComparison.Ordinal) && text.Contains(':', StringComparison.Ordinal);
        return hasZone
            ? new TypedSql(Bytes(OracleInstant.Zoned(zoned)), OracleType.TimestampTz with { Scale = 9 }, true, true)
            : new TypedSql(Bytes(OracleInstant.Timestamp(zoned.DateTime)), OracleType.Timestamp with { Scale = 9 }, true, true);
    }

    private static double Parse(NumberLiteral literal) => double.Parse(literal.Text, CultureInfo.InvariantCulture);
}
