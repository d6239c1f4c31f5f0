using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>Writes stored values as a client wants to see them.</summary>
internal sealed class RowWriter(TtcWriter writer, SessionLobs lobs)
{
    // ORA-01405: fetched column value is NULL.
    private const int IsNull = 1405;

    public void Null(BindDescription? define)
    {
        writer.U8(0);
        if (define != null && WireType.IsLong(define.Type)) writer.Sb(-1).Ub(IsNull);
    }

    /// <summary>The LOB that a locator was written for; null when the value itself was written.</summary>
    public LobValue? Value(OracleType type, ReadOnlySpan<byte> value, BindDescription? define)
    {
        if (define != null && WireType.IsLong(define.Type))
        {
            // A LOB that the client defined as LONG is sent as a whole; a length indicator and a return code follow.
            writer.Clr(Text(type, value)).Ub(0).Ub(0);
        }
        else if (type.IsLob)
        {
            return lobs.WriteColumn(writer, type, value, define);
        }
        else if (type.Kind == TypeKind.RowId && define is null or { Type: WireType.RowId })
        {
            WriteRowId(value);
        }
        else
        {
            writer.Clr(Text(type, value));
        }
        return null;
    }

    /// <summary>A ROWID column: 14, then the five fields.</summary>
    private void WriteRowId(ReadOnlySpan<byte> text)
    {
        if (RowId.TryParse(Encoding.ASCII.GetString(text), out var id)) id.Write(writer.U8(14));
        else writer.U8(0);
    }

    /// <summary>A value of an OUT bind, with its length indicator.</summary>
    public void Out(OracleType type, byte[]? value, BindDescription bind)
    {
        if (value == null) writer.U8(0);
        else if (type.IsLob && WireType.IsLob(bind.Type)) lobs.WriteColumn(writer, type, value, bind);
        else if (bind.IsNational && type.IsText) writer.Clr(Encoding.BigEndianUnicode.GetBytes(Encoding.UTF8.GetString(value)));
        else writer.Clr(value);
        writer.Ub(0);
    }

    private static ReadOnlySpan<byte> Text(OracleType type, ReadOnlySpan<byte> value) =>
        type.IsNational && type.IsText ? Encoding.BigEndianUnicode.GetBytes(Encoding.UTF8.GetString(value)) : value;
}
