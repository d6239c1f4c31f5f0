using System.Diagnostics;
using System.Globalization;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>The answer to COMMIT was lost: it may have happened or not.</summary>
internal sealed class CommitInDoubtException(int refused, Exception inner) : Exception("The outcome of a commit is unknown.", inner)
{
    /// <summary>How many rows the rejects took, if it did happen.</summary>
    public int Refused => refused;
}

/// <summary>One epoch in one transaction: ledger, rows, rejects, lease, commit.</summary>
internal sealed class EpochTransaction(string pipeline, IReadOnlyList<OracleTable> tables, OracleTable<RejectRecord> rejects, Guid? lease, OracleStoreOptions options)
{
    private readonly FloodGuard _flood = new(options);

    private TimeSpan StatementLimit => options.CommandTimeout + Answers.Grace;

    /// <summary>Runs it once.</summary>
    /// <returns>How many rows the database refused and the rejects took; null: an earlier attempt had committed the epoch after all.</returns>
    /// <exception cref="FencedException">The ledger holds another epoch than expected, or another process has the lease; nothing was written.</exception>
    /// <exception cref="CommitInDoubtException">Ask <see cref="IsCommittedAsync"/>.</exception>
    public async Task<int?> RunAsync(OracleConnection connection, BoundEpoch bound, CancellationToken stop)
    {
        var transaction = connection.BeginTransaction();
        List<RejectRecord> refused;
        try
        {
            if (!await AdvanceAsync(connection, bound.Epoch, stop))
            {
                await Task.Run(transaction.Rollback, stop).WithinAsync(StatementLimit, options.TimeProvider, "a rollback");
                return await IsStandingAsync(connection, bound.Epoch, stop) ? null : throw new UnreachableException($"The ledger of pipeline '{pipeline}' took back what it refused.");
            }
            if (bound.Epoch.ReplacedEra is { } era)
                foreach (var table in tables.Where(t => t.KeepsEra && (t.KeepsLane || bound.Epoch.Lane is null)))       // another has none of this lane's rows
                    await EraDeletion.RunAsync(connection, table, era, era.AddTicks(1), bound.Epoch.Lane, options, stop);
            refused = await WriteAsync(connection, bound, stop);
            await RejectsTable.WriteAsync(connection, rejects, [.. bound.Epoch.Rejects.Select(r => RejectRecord.Of(r, bound.Epoch.Number)), .. refused], options, stop);
            if (lease is { } owner && await LeasesTable.HolderAsync(connection, pipeline, owner, options, stop) is null)
                throw new FencedException($"Pipeline '{pipeline}' has lost its lease to another process; epoch {bound.Epoch.Number} was rolled back and the lane stopped.");
        }
        catch (Exception fault) when (fault is not NoAnswerException)
        {
            await UndoAsync(transaction);
            throw;
        }
        try
        {
            // A late commit is better than one whose outcome nobody knows. The driver's CommitAsync would hold this thread.
            await Task.Run(transaction.Commit, CancellationToken.None).WithinAsync(options.CommitTimeout, options.TimeProvider, "COMMIT");
        }
        catch (Exception fault)
        {
            throw new CommitInDoubtException(refused.Count, fault);
        }
        transaction.Dispose();
        _flood.Add(bound.Epoch.Rows, refused.Count);
        return refused.Count;
    }

    /// <summary>Whether an epoch whose commit is in doubt is there. Waits for a transaction of it that still runs.</summary>
    /// <exception cref="FencedException">Neither it nor what it would follow is there: another process went on.</exception>
    public async Task<bool> IsCommittedAsync(OracleConnection connection, Epoch epoch, CancellationToken stop)
    {
        var transaction = connection.BeginTransaction();
        try
        {
            var isStanding = await IsStandingAsync(connection, epoch, stop);
            await UndoAsync(transaction);
            return isStanding;
        }
        catch (Exception fault) when (fault is not NoAnswerException)
        {
            await UndoAsync(transaction);
            throw;
        }
    }

    private async Task<bool> IsStandingAsync(OracleConnection connection, Epoch epoch, CancellationToken stop)
    {
        var held = await LedgerTable.LockAsync(connection, pipeline, epoch.Ledger, options.CommandTimeout, stop).WithinAsync(epoch.Ledger.Count * StatementLimit, options.TimeProvider, "a query of the ledger");
        if (epoch.Ledger.All(a => held.TryGetValue(a.Row.Partition, out var h) && h.Epoch == epoch.Id)) return true;
        foreach (var advance in epoch.Ledger)
        {
            var isThere = held.TryGetValue(advance.Row.Partition, out var h);
            if ((isThere ? h.Epoch : null) != advance.ExpectedEpoch) throw Fenced(epoch, advance, isThere ? h.Number : null);
        }
        return false;
    }

    // A connection that is gone has taken its transaction with it; what went wrong before is what counts.
    private async Task UndoAsync(OracleTransaction transaction)
    {
        try
        {
            await Task.Run(transaction.Rollback).WithinAsync(StatementLimit, options.TimeProvider, "a rollback");
            transaction.Dispose();
        }
        catch (Exception fault) when (fault is not NoAnswerException)
        {
            return;
        }
    }

    /// <summary>The compare-and-set. Says no when rows of the ledger are not as expected.</summary>
    private async Task<bool> AdvanceAsync(OracleConnection connection, Epoch epoch, CancellationToken stop)
    {
        foreach (var (sql, count, parameters) in LedgerTable.Advance(pipeline, epoch.Ledger, options.TimeProvider.GetUtcNow()))
        {
            var (affected, refused) = await ArrayStatement.ExecuteAsync(connection, sql, count, parameters, options, stop);
            if (refused.Count > 0 && refused[0].Code != OracleErrorPolicy.Unique)
                throw new OracleStoreException($"The ledger of pipeline '{pipeline}' refused a row: {refused[0].Message}", null, refused[0].Code, OracleErrorKind.Data);
            if (affected != count) return false;
        }
        return true;
    }

    private async Task<List<RejectRecord>> WriteAsync(OracleConnection connection, BoundEpoch bound, CancellationToken stop)
    {
        var rejected = new List<RejectRecord>();
        foreach (var bind in bound.Batches)
        {
            var refused = await BatchExecution.RunAsync(connection, bind, options, stop);
            rejected.AddRange(RejectRecord.Of(bind.Batch, refused, bound.Epoch.Number));
        }
        _flood.Check(bound.Epoch.Rows, rejected);
        return rejected;
    }

    private FencedException Fenced(Epoch epoch, LedgerAdvance lost, long? held) => new(string.Create(CultureInfo.InvariantCulture,
        $"Pipeline '{pipeline}' lost partition {lost.Row.Partition}: the ledger {(held is null ? "no longer has it" : $"stands at epoch {held}")}, this lane was about to commit epoch {epoch.Number}. Another process owns the partition; the epoch was rolled back and the lane stopped."));
}
