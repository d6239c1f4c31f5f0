namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>TTC message 6, before the rows of a query, and the first byte of each row, message 7.</summary>
internal readonly record struct RowHeader(int Columns, int RowsAsked)
{
    public const byte Id = 6;
    public const byte Row = 7;

    /// <summary>No bit vector: every row has all its values.</summary>
    public void Write(TtcWriter writer) =>
        writer.U8(Id).U8(0x22).Ub(Columns & 0xff).Ub(Columns >> 8).Ub(RowsAsked).Ub(0).Ub(0).Ub(0);
}
