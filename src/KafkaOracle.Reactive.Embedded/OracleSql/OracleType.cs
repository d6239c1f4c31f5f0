namespace KafkaOracle.Reactive.Embedded.OracleSql;

internal enum TypeKind
{
    Null,
    Number,
    Text,
    Char,
    Clob,
    Date,
    Timestamp,
    TimestampTz,
    TimestampLtz,
    Raw,
    Blob,
    BinaryDouble,
    BinaryFloat,
    Interval,
    IntervalYm,
    RowId,
}

/// <summary>
/// An Oracle data type. Text and CLOBs are stored as SQLite TEXT, every other type as a BLOB of Oracle's own bytes, which sort like
/// the values.
/// </summary>
/// <param name="Kind">The type's family.</param>
/// <param name="Precision">Of a NUMBER, in binary digits where it has no scale (FLOAT); 0 when unconstrained.</param>
/// <param name="Scale">Of a NUMBER; digits of a second for timestamps.</param>
/// <param name="Size">Longest value in bytes.</param>
/// <param name="Chars">Longest text in characters.</param>
/// <param name="InChars">Whether the length was declared in characters.</param>
/// <param name="IsNational">NVARCHAR2, NCHAR or NCLOB.</param>
internal sealed record OracleType(
    TypeKind Kind, int Precision = 0, int Scale = 0, int Size = 0, int Chars = 0, bool InChars = false, bool IsNational = false)
{
    public const int NoScale = -127;

    public static readonly OracleType Null = new(TypeKind.Null, Size: 1, Chars: 1);
    public static readonly OracleType Number = new(TypeKind.Number, 0, NoScale, 22);
    public static readonly OracleType Integer = new(TypeKind.Number, 0, 0, 22);
    public static readonly OracleType Text = new(TypeKind.Text, Size: 4000, Chars: 4000);
    public static readonly OracleType Clob = new(TypeKind.Clob, Size: 4000);
    public static readonly OracleType Blob = new(TypeKind.Blob, Size: 4000);
    public static readonly OracleType Date = new(TypeKind.Date, Size: 7);
    public static readonly OracleType Timestamp = new(TypeKind.Timestamp, Scale: 6, Size: 11);
    public static readonly OracleType TimestampTz = new(TypeKind.TimestampTz, Scale: 6, Size: 13);
    public static readonly OracleType TimestampLtz = new(TypeKind.TimestampLtz, Scale: 6, Size: 11);
    public static readonly OracleType Raw = new(TypeKind.Raw, Size: 2000);
    public static readonly OracleType BinaryDouble = new(TypeKind.BinaryDouble, Size: 8);
    public static readonly OracleType BinaryFloat = new(TypeKind.BinaryFloat, Size: 4);
    public static readonly OracleType Interval = new(TypeKind.Interval, Precision: 2, Scale: 6, Size: 11);

    public static readonly OracleType IntervalYm = new(TypeKind.IntervalYm, Precision: 2, Size: 5);

    public static readonly OracleType RowId = new(TypeKind.RowId, Size: 18, Chars: 18);

    public bool IsText => Kind is TypeKind.Text or TypeKind.Char or TypeKind.Clob or TypeKind.RowId;

    public bool IsInstant => Kind is TypeKind.Date or TypeKind.Timestamp or TypeKind.TimestampTz or TypeKind.TimestampLtz;

    public bool IsInterval => Kind is TypeKind.Interval or TypeKind.IntervalYm;

    public bool IsZoned => Kind is TypeKind.TimestampTz;

    public bool IsFloat => Kind is TypeKind.BinaryDouble or TypeKind.BinaryFloat;

    public bool IsNumeric => Kind is TypeKind.Number || IsFloat;

    public bool IsLob => Kind is TypeKind.Clob or TypeKind.Blob;

    /// <summary>The type's name in errors and in USER_TAB_COLUMNS.</summary>
    public string Name => Kind switch
    {
        TypeKind.Number => Precision > 0 && Scale == NoScale ? "FLOAT" : "NUMBER",
        TypeKind.Text => IsNational ? "NVARCHAR2" : "VARCHAR2",
        TypeKind.Char => IsNational ? "NCHAR" : "CHAR",
        TypeKind.Clob => IsNational ? "NCLOB" : "CLOB",
        TypeKind.Date => "DATE",
        TypeKind.Timestamp => $"TIMESTAMP({Scale})",
        TypeKind.TimestampTz => $"TIMESTAMP({Scale}) WITH TIME ZONE",
        TypeKind.TimestampLtz => $"TIMESTAMP({Scale}) WITH LOCAL TIME ZONE",
        TypeKind.RowId => "ROWID",
        TypeKind.Raw => "RAW",
        TypeKind.Blob => "BLOB",
        TypeKind.BinaryDouble => "BINARY_DOUBLE",
        TypeKind.BinaryFloat => "BINARY_FLOAT",
        TypeKind.Interval => $"INTERVAL DAY({Precision}) TO SECOND({Scale})",
        TypeKind.IntervalYm => $"INTERVAL YEAR({Precision}) TO MONTH",
        _ => "NULL",
    };

    /// <summary>The type of a column that holds values of both, as in CASE, COALESCE and UNION.</summary>
    public static OracleType Common(OracleType a, OracleType b)
    {
        if (a.Kind == TypeKind.Null) return b;
        if (b.Kind == TypeKind.Null) return a;
        if (a == b) return a;
        if (a.IsText && b.IsText)
        {
            if (a.Kind == TypeKind.Clob || b.Kind == TypeKind.Clob) return Clob;
            return new OracleType(TypeKind.Text, Size: Math.Max(a.Size, b.Size), Chars: Math.Max(a.Chars, b.Chars), IsNational: a.IsNational);
        }
        if (a.Kind == TypeKind.Number && b.Kind == TypeKind.Number) return a.Scale == 0 && b.Scale == 0 ? Integer : Number;
        if (a.IsNumeric && b.IsNumeric) return BinaryDouble;
        if (a.IsInstant && b.IsInstant)
            return a.IsZoned || b.IsZoned ? TimestampTz : a.Kind == TypeKind.Date && b.Kind == TypeKind.Date ? Date : Timestamp;
        if (a.Kind == b.Kind) return a with { Size = Math.Max(a.Size, b.Size) };
        if (a.IsText && !b.IsLob) return a;
        if (b.IsText && !a.IsLob) return b;
        throw OracleError.Inconsistent(a.Name, b.Name);
    }
}
