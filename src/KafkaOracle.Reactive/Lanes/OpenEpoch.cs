namespace KafkaOracle.Reactive;

/// <summary>The epoch being filled.</summary>
internal sealed class OpenEpoch(int tables)
{
    private readonly RowBatch?[] _batches = new RowBatch?[tables];
    private readonly List<Reject> _rejects = [];

    /// <summary>Rows and rejects so far.</summary>
    public int Size { get; private set; }

    public void Add<T>(int slot, ITable<T> table, T row, RowOrigin origin)
    {
        ((RowBatch<T>)(_batches[slot] ??= table.NewBatch())).Add(row, origin);
        Size++;
    }

    public void Add(Reject reject)
    {
        _rejects.Add(reject);
        Size++;
    }

    public Epoch Close(Guid id, long number, IReadOnlyList<LedgerAdvance> ledger, int? lane, DateTimeOffset? replacedEra)
        => new() { Id = id, Number = number, Ledger = ledger, Lane = lane, ReplacedEra = replacedEra, Batches = [.. _batches.OfType<RowBatch>()], Rejects = [.. _rejects] };
}
