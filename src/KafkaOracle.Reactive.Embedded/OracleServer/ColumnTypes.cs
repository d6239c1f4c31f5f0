using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>Between the types of the data dictionary and the types that travel.</summary>
internal static class ColumnTypes
{
    private const int National = 2;
    private const int RowIdSize = 10;

    public static ColumnDescription Describe(OutputColumn column)
    {
        var type = column.Type;
        var isScaled = type.Kind is TypeKind.Number or TypeKind.Timestamp or TypeKind.TimestampTz or TypeKind.TimestampLtz or TypeKind.Interval;
        return new ColumnDescription
        {
            Name = column.Name,
            Type = Code(type),
            Precision = type.Kind is TypeKind.Number or TypeKind.Interval or TypeKind.IntervalYm ? type.Precision : 0,
            Scale = isScaled ? type.Scale : 0,
            Size = Size(type),
            ValueSize = type.Kind == TypeKind.Text && type.IsNational ? Size(type) : type.Size,
            Charset = !type.IsText ? 0 : type.IsNational ? Capabilities.NationalCharset : Capabilities.Charset,
            IsNational = type.IsNational,
            Chars = type.IsText && !type.IsLob ? type.Chars : 0,
            IsInChars = type is { IsText: true, IsLob: false, InChars: true, IsNational: false },
            Nullable = column.Nullable,
        };
    }

    /// <summary>The type of a bind as it is stored.</summary>
    public static OracleType OfBind(BindDescription description) => description.Type switch
    {
        WireType.Number or WireType.Integer or WireType.VarNumber or WireType.Unsigned => OracleType.Number,
        WireType.Date => OracleType.Date,
        WireType.Timestamp => OracleType.Timestamp with { Scale = 9 },
        WireType.TimestampTz => OracleType.TimestampTz with { Scale = 9 },
        WireType.TimestampLtz => OracleType.TimestampLtz with { Scale = 9 },
        WireType.Raw or WireType.LongRaw => OracleType.Raw with { Size = 32767 },
        WireType.BinaryDouble => OracleType.BinaryDouble,
        WireType.BinaryFloat => OracleType.BinaryFloat,
        WireType.Clob => OracleType.Clob,
        WireType.Blob => OracleType.Blob,
        WireType.IntervalDs => OracleType.Interval with { Precision = 9, Scale = 9 },
        WireType.IntervalYm => OracleType.IntervalYm with { Precision = 9 },
        // A CHAR bind is blank-padded when compared, like a CHAR column.
        WireType.Char => new OracleType(TypeKind.Char, Size: 32767, Chars: 32767),
        _ => new OracleType(TypeKind.Text, Size: 32767, Chars: 32767),
    };

    /// <summary>The type of a bind of a block, into which no more fits than the client has room for.</summary>
    public static OracleType OfBlockBind(BindDescription description)
    {
        var type = OfBind(description);
        return type.Kind is TypeKind.Text or TypeKind.Char or TypeKind.Raw && description.MaxLength is > 0 and <= 32767
            ? type with { Kind = type.Kind == TypeKind.Char ? TypeKind.Text : type.Kind, Size = (int)description.MaxLength }
            : type;
    }

    private static int Code(OracleType type) => type.Kind switch
    {
        TypeKind.Number => WireType.Number,
        TypeKind.Char => WireType.Char,
        TypeKind.Clob => WireType.Clob,
        TypeKind.Date => WireType.Date,
        TypeKind.Timestamp => WireType.Timestamp,
        TypeKind.TimestampTz => WireType.TimestampTz,
        TypeKind.TimestampLtz => WireType.TimestampLtz,
        TypeKind.Raw => WireType.Raw,
        TypeKind.Blob => WireType.Blob,
        TypeKind.BinaryDouble => WireType.BinaryDouble,
        TypeKind.BinaryFloat => WireType.BinaryFloat,
        TypeKind.Interval => WireType.IntervalDs,
        TypeKind.IntervalYm => WireType.IntervalYm,
        TypeKind.RowId => WireType.RowId,
        _ => WireType.Varchar,
    };

    /// <summary>As described, not as sent: DATE and the binary floats say 1, national text two bytes a character.</summary>
    private static int Size(OracleType type) => type.Kind switch
    {
        TypeKind.Date or TypeKind.BinaryDouble or TypeKind.BinaryFloat => 1,
        TypeKind.RowId => RowIdSize,
        TypeKind.Text or TypeKind.Char when type.IsNational => National * type.Chars,
        _ => type.Size,
    };
}
