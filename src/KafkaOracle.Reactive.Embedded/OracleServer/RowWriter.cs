using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>Describes result columns (TTC message 16) and writes their values.</summary>
internal sealed class RowWriter(TtcWriter writer, SessionLobs lobs)
{
    private const int ImplicitCollation = 0;

    /// <summary>Whether scales travel as compressed signed integers: the client's representation of data type 27 is 1.</summary>
    public bool CompressedScales { get; set; }

    public void Describe(IReadOnlyList<OutputColumn> columns, DateTime now)
    {
        writer.U8(16).U8(0);
        writer.Ub(columns.Sum(c => (long)c.Type.Size)).Ub(columns.Count);
        if (columns.Count > 0) writer.U8(1);
        for (var i = 0; i < columns.Count; i++) Column(columns[i], i);
        writer.Dlc(OracleInstant.Date(now));
        writer.Ub(0).Ub(0).Ub(0).Ub(0).Dlc("");
    }

    public void Column(OutputColumn column, int position)
    {
        var type = column.Type;
        var isText = type.IsText;
        writer.U8(Code(type)).U8(isText ? 0x80 : 0).U8(type.Kind is TypeKind.Number or TypeKind.Interval or TypeKind.IntervalYm ? type.Precision : 0);
        var scaled = type.Kind is TypeKind.Number or TypeKind.Timestamp or TypeKind.TimestampTz or TypeKind.TimestampLtz or TypeKind.Interval;
        if (CompressedScales && scaled) writer.Sb(type.Scale);
        else writer.U8((scaled ? type.Scale : 0) & 0xff);
        writer.Ub(type.Size).Ub(0).Ub(0).Ub(0).Ub(0);
        writer.Ub(!isText ? 0 : type.IsNational ? Capabilities.NationalCharset : Capabilities.Charset);
        writer.U8(!isText ? 0 : type.IsNational ? 2 : 1).Ub(isText ? type.Chars : 0).Ub(ImplicitCollation);
        writer.U8(column.Nullable ? 1 : 0).U8(Encoding.UTF8.GetByteCount(column.Name)).Dlc(column.Name).Dlc("").Dlc("");
        writer.Ub(position).Ub(0);
    }

    public void Null(BindDescription? define)
    {
        writer.U8(0);
        if (define != null && WireType.IsLong(define.Type)) writer.Sb(-1).Ub(1405);
    }

    public void Value(OracleType type, ReadOnlySpan<byte> value, BindDescription? define)
    {
        if (type.IsLob) lobs.WriteColumn(type, value, define);
        else if (type.IsNational && type.IsText) writer.Clr(Encoding.BigEndianUnicode.GetBytes(Encoding.UTF8.GetString(value)));
        else writer.Clr(value);
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
        _ => WireType.Varchar,
    };
}
