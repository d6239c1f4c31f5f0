namespace KafkaOracle.Reactive.Testing;

/// <summary>Collects the rows of an era, and puts them in place of those that are there when the era is committed.</summary>
internal sealed class MemoryEraWriter(MemoryStore store, IReadOnlyList<EraTable> tables) : IEraWriter
{
    private readonly List<MemoryRow> _rows = [];
    private SemaphoreSlim? _held;
    private (EraSpan Era, string Query) _open;

    public IReadOnlyList<LedgerRow> Ledger { get; } = store.Ledger;

    public Task<IReadOnlyList<EraSpan>> FindReplacedAsync(string query, DateTimeOffset from, DateTimeOffset to, CancellationToken stop)
        => Task.FromResult<IReadOnlyList<EraSpan>>([.. store.Replaced(query, tables).Where(e => e.Start >= from && e.End <= to)]);

    public async Task BeginAsync(EraSpan era, string query, CancellationToken stop)
    {
        var held = store.LockOf(era);
        await held.WaitAsync(stop);
        (_held, _open) = (held, (era, query));
        _rows.Clear();
    }

    public Task WriteAsync(IReadOnlyList<RowBatch> batches, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        foreach (var batch in batches)
        {
            var name = tables.First(t => t.Table == batch.Table).Name;
            _rows.AddRange(((IMemoryBatch)batch).Rows.Select(r => r with { Table = name }));
        }
        return Task.CompletedTask;
    }

    public async Task<EraRows> CommitAsync(CancellationToken stop)
    {
        if (store.BeforeEraCommit is { } before) await before(_open.Era);
        stop.ThrowIfCancellationRequested();
        var rows = store.Commit(_open.Era, _open.Query, tables, _rows);
        Release();
        return rows;
    }

    public ValueTask DisposeAsync()
    {
        Release();
        return ValueTask.CompletedTask;
    }

    private void Release()
    {
        _held?.Release();
        _held = null;
    }
}
