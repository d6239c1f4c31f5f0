using System.Globalization;

namespace KafkaOracle.Reactive;

/// <summary>A column's type in the database.</summary>
public sealed record OracleType
{
    private OracleType(string family, string ddl) => (Family, Ddl) = (family, ddl);

    /// <summary>The type without its sizes, as <c>USER_TAB_COLUMNS.DATA_TYPE</c> names it, the digits of fractional seconds left out.</summary>
    internal string Family { get; }

    /// <summary>The type as CREATE TABLE takes it.</summary>
    internal string Ddl { get; }

    /// <summary>Characters or bytes of a text, bytes of a RAW; 0 for other types.</summary>
    internal int Size { get; private init; }

    internal bool IsNumeric => Family is "NUMBER" or "BINARY_DOUBLE" or "BINARY_FLOAT";

    internal bool IsOrdered => IsNumeric || Family is "DATE" or "TIMESTAMP" or "TIMESTAMP WITH TIME ZONE" or "INTERVAL DAY TO SECOND";

    internal bool IsLarge => Family is "CLOB" or "NCLOB" or "BLOB";

    /// <summary>Whether a VARCHAR2's size counts bytes.</summary>
    internal bool IsInBytes { get; private init; }

    /// <summary>Whether its text must be JSON, which a constraint sees to.</summary>
    internal bool IsJson { get; private init; }

    internal int? Precision { get; private init; }

    internal int? Scale { get; private init; }

    /// <summary>NUMBER of any precision: 38 digits.</summary>
    public static OracleType Number() => new("NUMBER", "NUMBER");

    /// <summary>NUMBER(precision, scale). A value with more fraction digits is rounded by the database; one too large is rejected (ORA-01438).</summary>
    /// <param name="precision">1 to 38 digits in all.</param>
    /// <param name="scale">-84 to 127 digits after the point.</param>
    public static OracleType Number(int precision, int scale = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(precision, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(precision, 38);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, -84);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scale, 127);
        return new("NUMBER", string.Create(CultureInfo.InvariantCulture, $"NUMBER({precision},{scale})")) { Precision = precision, Scale = scale };
    }

    /// <summary>VARCHAR2 counted in characters. The empty string is stored as NULL: Oracle knows no empty string.</summary>
    /// <param name="length">1 to 4000 characters, of at most 4000 bytes together.</param>
    public static OracleType Varchar(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 4000);
        return new("VARCHAR2", string.Create(CultureInfo.InvariantCulture, $"VARCHAR2({length} CHAR)")) { Size = length };
    }

    /// <summary>VARCHAR2 counted in bytes: letters beyond ASCII take 2 to 4 of them. The empty string is stored as NULL.</summary>
    /// <param name="length">1 to 4000 bytes.</param>
    public static OracleType VarcharBytes(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 4000);
        return new("VARCHAR2", string.Create(CultureInfo.InvariantCulture, $"VARCHAR2({length} BYTE)")) { Size = length, IsInBytes = true };
    }

    /// <summary>NVARCHAR2: text in the national character set, whatever that of the database is. The empty string is stored as NULL.</summary>
    /// <param name="length">1 to 2000 characters.</param>
    public static OracleType NVarchar(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 2000);
        return new("NVARCHAR2", string.Create(CultureInfo.InvariantCulture, $"NVARCHAR2({length})")) { Size = length };
    }

    /// <summary>Text of any length.</summary>
    public static OracleType Clob() => new("CLOB", "CLOB");

    /// <summary>Text of any length in the national character set.</summary>
    public static OracleType NClob() => new("NCLOB", "NCLOB");

    /// <summary>JSON of any length: a CLOB with the constraint IS JSON. Columns of the type JSON of 21c and later take it too.</summary>
    public static OracleType Json() => new("CLOB", "CLOB") { IsJson = true };

    /// <summary>Bytes of any length.</summary>
    public static OracleType Blob() => new("BLOB", "BLOB");

    /// <summary>RAW.</summary>
    /// <param name="length">1 to 2000 bytes.</param>
    public static OracleType Raw(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 2000);
        return new("RAW", string.Create(CultureInfo.InvariantCulture, $"RAW({length})")) { Size = length };
    }

    /// <summary>IEEE 754 with 64 bits.</summary>
    public static OracleType BinaryDouble() => new("BINARY_DOUBLE", "BINARY_DOUBLE");

    /// <summary>IEEE 754 with 32 bits.</summary>
    public static OracleType BinaryFloat() => new("BINARY_FLOAT", "BINARY_FLOAT");

    /// <summary>Date and time of day to the second; fractions of a second are cut off.</summary>
    public static OracleType Date() => new("DATE", "DATE");

    /// <summary>Date and time of day without a zone.</summary>
    /// <param name="digits">0 to 9 fractional digits of a second; 7 hold every <see cref="DateTime"/>.</param>
    public static OracleType Timestamp(int digits = 7)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, 9);
        return new("TIMESTAMP", string.Create(CultureInfo.InvariantCulture, $"TIMESTAMP({digits})")) { Scale = digits };
    }

    /// <summary>Date and time of day with the offset from UTC, as a <see cref="DateTimeOffset"/> has it.</summary>
    /// <param name="digits">0 to 9 fractional digits of a second; 7 hold every <see cref="DateTimeOffset"/>.</param>
    public static OracleType TimestampTz(int digits = 7)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, 9);
        return new("TIMESTAMP WITH TIME ZONE", string.Create(CultureInfo.InvariantCulture, $"TIMESTAMP({digits}) WITH TIME ZONE")) { Scale = digits };
    }

    /// <summary>A span of time.</summary>
    /// <param name="days">0 to 9 digits of the days; 8 hold every <see cref="TimeSpan"/>.</param>
    /// <param name="digits">0 to 9 fractional digits of a second; 7 hold every <see cref="TimeSpan"/>.</param>
    public static OracleType IntervalDayToSecond(int days = 8, int digits = 7)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, 9);
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, 9);
        return new("INTERVAL DAY TO SECOND", string.Create(CultureInfo.InvariantCulture, $"INTERVAL DAY({days}) TO SECOND({digits})")) { Precision = days, Scale = digits };
    }
}
