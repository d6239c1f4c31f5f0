namespace KafkaOracle.Reactive.Testing;

/// <summary>Tables and ledger in memory behind one atomic commit, with the compare-and-set of the real one. It serves one pipeline.</summary>
/// <remarks>Thread-safe. Rows are kept in the order in which their epochs committed, and within an epoch table by table.</remarks>
public sealed class MemoryStore : IEraStore, ILeaseStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<LogPartition, LedgerRow> _ledger = [];
    private readonly List<MemoryRow> _rows = [];
    private readonly List<Reject> _rejects = [];
    private MemoryLease? _lease;
    private DateTimeOffset _leasedUntil;
    private readonly Dictionary<DateTimeOffset, SemaphoreSlim> _eraLocks = [];
    private readonly Dictionary<DateTimeOffset, (EraSpan Era, string Query, string Tables)> _replaced = [];

    /// <summary>Called, with the token that cancels the start, before the ledger is read. It may throw, and it may wait.</summary>
    public Func<CancellationToken, Task>? BeforeOpen { get; set; }

    /// <summary>Called before an epoch is committed. What it throws stops the writer, and nothing of the epoch is written; what it waits for holds the commit up.</summary>
    public Func<Epoch, Task>? BeforeCommit { get; set; }

    /// <summary>Called when an epoch is committed, before the run hears of it. What it throws stops the writer, as a connection that is lost before the answer does.</summary>
    public Func<Epoch, Task>? AfterCommit { get; set; }

    /// <summary>Called before an era that was reprocessed is committed. What it throws undoes the era; what it waits for holds the commit up.</summary>
    public Func<EraSpan, Task>? BeforeEraCommit { get; set; }

    /// <summary>By whose time leases run out.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The ledger, by partition.</summary>
    public IReadOnlyList<LedgerRow> Ledger
    {
        get { lock (_gate) return [.. _ledger.Values.OrderBy(r => r.Partition)]; }
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
    /// <exception cref="ArgumentException">Rows were not made by a <see cref="MemoryTable{T}"/>; nothing was written.</exception>
    public bool TryCommit(Epoch epoch) => TryCommit(epoch, null);

    internal bool TryCommit(Epoch epoch, MemoryLease? lease)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        if (epoch.Batches.FirstOrDefault(b => b is not IMemoryBatch) is { } foreign)
            throw new ArgumentException($"The rows for table {foreign.Table.Name} were not made by a MemoryTable. To run a pipeline over other tables in memory, use PipelineTest.", nameof(epoch));
        lock (_gate)
        {
            if (lease is not null && _lease != lease) return false;
            foreach (var advance in epoch.Ledger)
                if (_ledger.GetValueOrDefault(advance.Row.Partition)?.Epoch != advance.ExpectedEpoch) return false;
            foreach (var advance in epoch.Ledger) _ledger[advance.Row.Partition] = advance.Row;
            if (epoch.ReplacedEra is { } era) _rows.RemoveAll(r => r.Origin.EraStart == era && (epoch.Lane is null || r.Origin.Lane == epoch.Lane));
            foreach (var batch in epoch.Batches) _rows.AddRange(((IMemoryBatch)batch).Rows);
            _rejects.AddRange(epoch.Rejects);
            return true;
        }
    }

    /// <inheritdoc/>
    public async Task<IEpochWriter> OpenAsync(string pipeline, IReadOnlyList<ITable> tables, CancellationToken stop)
    {
        if (BeforeOpen is { } before) await before(stop);
        stop.ThrowIfCancellationRequested();
        return new MemoryWriter(this, pipeline, null);
    }

    /// <inheritdoc/>
    public Task<LeaseAttempt> TryLeaseAsync(string pipeline, string holder, TimeSpan duration, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var lease = new MemoryLease(this, holder, duration);
        lock (_gate) return Task.FromResult(TryHold(lease, duration) ? new LeaseAttempt(lease, holder) : new LeaseAttempt(null, _lease!.Holder));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A table is not a <see cref="MemoryTable{T}"/>.</exception>
    public async Task<IEraWriter> OpenErasAsync(string pipeline, IReadOnlyList<EraTable> tables, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(tables);
        if (BeforeOpen is { } before) await before(stop);
        stop.ThrowIfCancellationRequested();
        return new MemoryEraWriter(this, [.. tables]);
    }

    /// <summary>Takes the lease, or makes it last longer, unless another has it.</summary>
    internal bool TryHold(MemoryLease lease, TimeSpan duration)
    {
        lock (_gate)
        {
            if (_lease is not null && _lease != lease && _leasedUntil > TimeProvider.GetUtcNow()) return false;
            (_lease, _leasedUntil) = (lease, TimeProvider.GetUtcNow() + duration);
            return true;
        }
    }

    internal SemaphoreSlim LockOf(EraSpan era)
    {
        lock (_gate) return _eraLocks.TryGetValue(era.Start, out var held) ? held : _eraLocks[era.Start] = new(1);
    }

    internal IReadOnlyList<EraSpan> Replaced(string query, IReadOnlyList<EraTable> tables)
    {
        lock (_gate) return [.. _replaced.Values.Where(r => r.Query == query && r.Tables == NamesOf(tables)).Select(r => r.Era)];
    }

    internal EraRows Commit(EraSpan era, string query, IReadOnlyList<EraTable> tables, IReadOnlyCollection<MemoryRow> rows)
    {
        lock (_gate)
        {
            var deleted = _rows.RemoveAll(r => r.Origin.EraStart >= era.Start && r.Origin.EraStart < era.End && tables.Any(t => t.Name == r.Table));
            _rows.AddRange(rows);
            _replaced[era.Start] = (era, query, NamesOf(tables));
            return new(deleted, rows.Count, 0);
        }
    }

    private static string NamesOf(IReadOnlyList<EraTable> tables) => string.Join(", ", tables.Select(t => t.Name).Order(StringComparer.Ordinal));
}
