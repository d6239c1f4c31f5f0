using System.Reactive.Subjects;

namespace KafkaOracle.Reactive.Tests.Pipelines;

/// <summary>Tables and a ledger in memory, fenced as a database's: an epoch is written whole or not at all.</summary>
internal sealed class MemoryStore : IEpochStore
{
    private readonly Dictionary<LogPartition, LedgerRow> _ledger = [];

    public List<Reject> Rejects { get; } = [];

    public Task<IEpochWriter> OpenAsync(string pipeline, IReadOnlyList<ITable> tables, CancellationToken stop)
        => Task.FromResult<IEpochWriter>(new Writer(this));

    private void Commit(Epoch epoch)
    {
        foreach (var (row, expected) in epoch.Ledger)
            if (_ledger.GetValueOrDefault(row.Partition)?.Epoch != expected) throw new InvalidOperationException($"Fenced at {row.Partition}.");
        foreach (var (row, _) in epoch.Ledger) _ledger[row.Partition] = row;
        foreach (var batch in epoch.Batches) ((IMemoryBatch)batch).Commit();
        Rejects.AddRange(epoch.Rejects);
    }

    private sealed class Writer(MemoryStore store) : IEpochWriter
    {
        private readonly Subject<EpochCommitted> _committed = new();
        private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<LedgerRow> Ledger { get; } = [.. store._ledger.Values];

        public IObservable<EpochCommitted> Committed => _committed;

        public Task Completion => _completion.Task;

        public Task<bool> SendAsync(Epoch epoch, CancellationToken stop)
        {
            store.Commit(epoch);
            _committed.OnNext(new(epoch, 0));
            return Task.FromResult(true);
        }

        public Task CompleteAsync()
        {
            _completion.TrySetResult();
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            _completion.TrySetResult();
            _committed.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

internal interface IMemoryBatch
{
    void Commit();
}

/// <summary>A table of texts in memory.</summary>
internal sealed class MemoryTable(string name) : ITable<string>
{
    public string Name { get; } = name;

    public List<string> Rows { get; } = [];

    public RowBatch<string> NewBatch() => new Batch(this);

    public void Digest(string row, RowDigest digest) => digest.Add(row);

    private sealed class Batch(MemoryTable table) : RowBatch<string>(table), IMemoryBatch
    {
        private readonly List<string> _rows = [];

        public override int Count => _rows.Count;

        public override void Add(string row, RowOrigin origin) => _rows.Add(row);

        public void Commit() => table.Rows.AddRange(_rows);
    }
}
