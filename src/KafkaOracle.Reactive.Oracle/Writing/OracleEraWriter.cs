using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>Replaces eras over one session: lock, deletions, rows and the note of it in one transaction an era.</summary>
/// <remarks>Where the session is lost the server undoes what was not committed, and lets go of the lock.</remarks>
internal sealed class OracleEraWriter(
    string pipeline, OracleStoreOptions options, OracleConnection connection, IReadOnlyList<(OracleTable Source, OracleTable Target)> tables, OracleTable<RejectRecord> rejects,
    IReadOnlyList<LedgerRow> ledger) : IEraWriter
{
    private const int TimedOut = 1013;                          // the driver reports a timeout like a cancel

    private readonly string _names = string.Join(", ", tables.Select(t => t.Target.Name).Order(StringComparer.Ordinal));
    private OracleConnection _connection = connection;
    private OracleTransaction? _transaction;
    private (EraSpan Span, string Query, Guid Run) _era;
    private EraRows _rows;

    public IReadOnlyList<LedgerRow> Ledger => ledger;

    public Task<IReadOnlyList<EraSpan>> FindReplacedAsync(string query, DateTimeOffset from, DateTimeOffset to, CancellationToken stop)
        => ErasTable.FindAsync(_connection, pipeline, query, _names, from, to, options, stop);

    public async Task BeginAsync(EraSpan era, string query, CancellationToken stop)
    {
        (_era, _rows) = ((era, query, Guid.NewGuid()), default);
        try
        {
            await ErasTable.EnsureAsync(_connection, pipeline, era.Start, options, stop);
            _transaction = _connection.BeginTransaction();
            await ErasTable.LockAsync(_connection, pipeline, era.Start, options, stop);
        }
        catch (Exception fault) when (!stop.IsCancellationRequested && fault is OracleException { Number: TimedOut } or OperationCanceledException)
        {
            throw new OracleStoreException($"The era from {era.Start:O} of pipeline '{pipeline}' is being reprocessed by another process, which has not ended within {options.CommandTimeout:c}.", fault, TimedOut, OracleErrorKind.Transient);
        }
        foreach (var (_, table) in tables)
            _rows = _rows with { Deleted = _rows.Deleted + await EraDeletion.RunAsync(_connection, table, era.Start, era.End, lane: null, options, stop) };
    }

    public async Task WriteAsync(IReadOnlyList<RowBatch> batches, CancellationToken stop)
    {
        foreach (var batch in batches.Cast<IOracleBatch>())
        {
            var target = tables.First(t => t.Source == batch.Table).Target;
            var bound = BoundBatch.Of(batch, target, options.ArrayRows);
            var rejected = RejectRecord.Of(batch, await BatchExecution.RunAsync(_connection, bound, options, stop), epoch: 0).ToArray();
            await RejectsTable.WriteAsync(_connection, rejects, rejected, options, stop);
            _rows = _rows with { Written = _rows.Written + batch.Count + batch.Unfit.Count - rejected.Length, Refused = _rows.Refused + rejected.Length };
            bound.Release();
        }
    }

    public async Task<EraRows> CommitAsync(CancellationToken stop)
    {
        var (span, query, run) = _era;
        await ErasTable.WriteAsync(_connection, new()
        {
            Pipeline = pipeline,
            EraStart = span.Start,
            EraEnd = span.End,
            RunId = run,
            Query = query,
            TableNames = _names,
            RowsDeleted = _rows.Deleted,
            RowsWritten = _rows.Written,
            RowsRefused = _rows.Refused,
            ReplacedAt = options.TimeProvider.GetUtcNow(),
        }, options, stop);
        try
        {
            // A late commit is better than one whose outcome nobody knows. The driver's CommitAsync would hold this thread.
            await Task.Run(_transaction!.Commit, CancellationToken.None).WithinAsync(options.CommitTimeout, options.TimeProvider, "COMMIT");
        }
        catch (Exception fault)
        {
            if (!await IsCommittedAsync(stop)) throw options.Policy.Explain($"The era from {span.Start:O} of pipeline '{pipeline}' was not committed: ", fault);
        }
        _transaction?.Dispose();
        _transaction = null;
        return _rows;
    }

    public ValueTask DisposeAsync()
    {
        Abandon();
        return ValueTask.CompletedTask;
    }

    /// <summary>The answer to COMMIT was lost: asks in a new session, which waits for the old one's transaction.</summary>
    private async Task<bool> IsCommittedAsync(CancellationToken stop)
    {
        _transaction = null;
        Abandon();
        _connection = await OracleStore.ConnectAsync(options, stop);
        using var asking = _connection.BeginTransaction();
        var run = await ErasTable.LockAsync(_connection, pipeline, _era.Span.Start, options, stop);
        await Task.Run(asking.Rollback, stop);
        return run == _era.Run;
    }

    // Closing a connection that a call still waits on may wait as well.
    private void Abandon() => new WriterConnection(options, _connection).Abandon();
}
