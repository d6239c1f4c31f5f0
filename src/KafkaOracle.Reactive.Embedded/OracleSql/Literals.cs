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

    /// <summary>A text; SQLite's own literals end at a NUL.</summary>
    public static string Quote(string text) => text.Contains('\0', StringComparison.Ordinal)
        ? $"CAST({Bytes(System.Text.Encoding.UTF8.GetBytes(text))} AS TEXT)"
        : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    public static TypedSql Number(NumberLiteral literal)
    {
        if (literal.Suffix == "D") return Double(Parse(literal));
        if (literal.Suffix == "F") return Single((float)Parse(literal));
        return Number(OracleNumber.Parse(literal.Text));
    }

    public static TypedSql Double(double value) => new(Bytes(OracleFloat.Double(value)), OracleType.BinaryDouble, true, true);

    public static TypedSql Single(float value) => new(Bytes(OracleFloat.Single(value)), OracleType.BinaryFloat, true, true);

    public static TypedSql Number(OracleNumber number)
    {
        var bytes = number.Encode();
        return new TypedSql(Bytes(bytes), OracleType.Number with { Size = bytes.Length }, IsLiteral: true, NotNull: true);
    }

    public static TypedSql Number(long number) => Number(OracleNumber.From(number));

    private static double Parse(NumberLiteral literal) => double.Parse(literal.Text, CultureInfo.InvariantCulture);
}
