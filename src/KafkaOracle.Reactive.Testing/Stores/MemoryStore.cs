using System.Reactive.Subjects;

namespace KafkaOracle.Reactive.Testing;

/// <summary>Tables and ledger in memory behind one atomic commit, with the compare-and-set of the real one. It serves one pipeline.</summary>
/// <remarks>Thread-safe. Rows are kept in the order in which their epochs committed, and within an epoch table by table.</remarks>
public sealed class MemoryStore : IEpochStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<LogPartition, LedgerRow> _ledger = [];
    private readonly List<MemoryRow> _rows = [];
    private readonly List<Reject> _rejects = [];

    /// <summary>The ledger, in no order.</summary>
    public IReadOnlyList<LedgerRow> Ledger
    {
        get { lock (_gate) return [.. _ledger.Values]; }
    }

    /// <summary>All rows committed.</summary>
    public IReadOnlyList<MemoryRow> Rows
    {
        get { lock (_gate) return [.. _rows]; }
    }

    /// <summary>All messages committed to the rejects.</summary>
    public IReadOnlyList<Reject> Rejects
    {
        get { lock (_gate) return [.. _rejects]; }
    }

    /// <summary>The rows of one table, in the order in which they were committed.</summary>
    public IReadOnlyList<T> RowsOf<T>(ITable<T> table)
    {
        ArgumentNullException.ThrowIfNull(table);
        lock (_gate) return [.. _rows.Where(r => r.Table == table.Name).Select(r => (T)r.Value!)];
    }

    /// <summary>Commits an epoch, unless another owner was faster.</summary>
    /// <returns>False: the ledger holds other epochs than expected; nothing was written.</returns>
    public bool TryCommit(Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        lock (_gate)
        {
            foreach (var advance in epoch.Ledger)
                if (_ledger.GetValueOrDefault(advance.Row.Partition)?.Epoch != advance.ExpectedEpoch) return false;
            foreach (var advance in epoch.Ledger) _ledger[advance.Row.Partition] = advance.Row;
            foreach (var batch in epoch.Batches) _rows.AddRange(((IMemoryBatch)batch).Rows);
            _rejects.AddRange(epoch.Rejects);
            return true;
        }
    }

    /// <inheritdoc/>
    public Task<IEpochWriter> OpenAsync(string pipeline, IReadOnlyList<ITable> tables, CancellationToken stop)
        => Task.FromResult<IEpochWriter>(new Writer(this, Ledger));

    private sealed class Writer(MemoryStore store, IReadOnlyList<LedgerRow> ledger) : IEpochWriter
    {
        private readonly Subject<EpochCommitted> _committed = new();
        private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<LedgerRow> Ledger => ledger;

        public IObservable<EpochCommitted> Committed => _committed;

        public Task Completion => _completion.Task;

        public Task<bool> SendAsync(Epoch epoch, CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            if (Completion.IsCompleted) return Task.FromResult(false);
            if (store.TryCommit(epoch)) _committed.OnNext(new(epoch, 0));
            else _completion.TrySetException(new FencedException($"Epoch {epoch.Number} found the ledger in another owner's hands; nothing of it was written."));
            return Task.FromResult(true);
        }

        public Task CompleteAsync()
        {
            _completion.TrySetResult();
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            _committed.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
