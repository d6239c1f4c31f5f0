namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>TTC message 8 as the answer to an execution: numbers, then counts of rows when they were asked for.</summary>
/// <param name="Cursor">The statement's cursor.</param>
/// <param name="Transaction">1 when a transaction is open, 2 when this call committed one.</param>
/// <param name="RowCounts">Rows affected by each row of bind values; null when they were not asked for.</param>
internal readonly record struct ReturnParameters(int Cursor, int Transaction, long[]? RowCounts)
{
    public const byte Id = 8;

    public void Write(TtcWriter writer)
    {
        // Six numbers: system change number in two, cursor, transaction, two more; then transaction id, keys and values, registration.
        writer.U8(Id).Ub(6).Ub(0).Ub(0).Ub(Cursor).Ub(Transaction).Ub(0).Ub(0).Ub(0).Ub(0).Ub(0);
        if (RowCounts == null) return;
        writer.Ub(RowCounts.Length);
        foreach (var count in RowCounts) writer.Ub(count);
    }
}
