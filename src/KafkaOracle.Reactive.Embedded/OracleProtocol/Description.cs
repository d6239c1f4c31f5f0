using System.Security.Cryptography;
using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>TTC message 16: the columns of a query.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Sql">The statement, whose hash is sent along.</param>
/// <param name="Now">When it was described.</param>
internal sealed record Description(IReadOnlyList<ColumnDescription> Columns, string Sql, DateTime Now)
{
    public const byte Id = 16;
    private const int BlockSize = 8168;
    private const int RowsPrefetched = 2;

    public void Write(TtcWriter writer)
    {
        var date = OracleInstant.Date(Now);
        // Identifies the statement: the MD5 hash of its text and a final NUL. The protocol's choice; nothing is protected by it.
#pragma warning disable CA5351
        var hash = MD5.HashData(Encoding.UTF8.GetBytes(Sql + '\0'));
#pragma warning restore CA5351
        writer.U8(Id).U8(hash.Length + date.Length).Raw(hash).Raw(date);
        WriteBody(writer);
    }

    /// <summary>As the value of a REF CURSOR, whose number follows: a length that no client uses, then the columns.</summary>
    public void WriteValue(TtcWriter writer)
    {
        writer.U8(1);
        WriteBody(writer);
    }

    private void WriteBody(TtcWriter writer)
    {
        writer.Ub(Columns.Sum(c => (long)c.ValueSize)).Ub(Columns.Count);
        if (Columns.Count > 0) writer.U8(0x82);
        for (var i = 0; i < Columns.Count; i++) Columns[i].Write(writer, i);
        writer.Dlc(OracleInstant.Date(Now)).Ub(0).Ub(BlockSize).Ub(RowsPrefetched).Ub(RowsPrefetched).Dlc("");
    }
}
