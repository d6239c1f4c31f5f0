using System.Reactive.Subjects;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;
using Oracle.ManagedDataAccess.Client;
using Polly;
using Polly.CircuitBreaker;

namespace KafkaOracle.Reactive;

/// <summary>Commits epochs one after the other; while one commits the next is bound, and the lane waits when more are under way.</summary>
internal sealed class OracleEpochWriter : IEpochWriter
{
    private readonly string _pipeline;
    private readonly OracleStoreOptions _options;
    private readonly ILogger _logger;
    private readonly EpochTransaction _transaction;
    private readonly TransformBlock<Epoch, BoundEpoch> _bind;
    private readonly ActionBlock<BoundEpoch> _commit;
    private readonly EpochRetry _retry;
    private readonly WriterConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly Subject<EpochCommitted> _committed = new();
    private bool _isCutShort;
    private int _disposals;

    public OracleEpochWriter(string pipeline, OracleStoreOptions options, ILogger logger, OracleConnection connection, IReadOnlyList<OracleTable> tables, OracleTable<RejectRecord> rejects, IReadOnlyList<LedgerRow> ledger, Guid? lease, ResiliencePipeline breaker)
    {
        (_pipeline, _options, _logger, Ledger) = (pipeline, options, logger, ledger);
        _connection = new(options, connection);
        _transaction = new(pipeline, tables, rejects, lease, options);
        _retry = new(pipeline, options, breaker, logger);
        _bind = new(epoch => BoundEpoch.Of(epoch, options.ArrayRows), new() { BoundedCapacity = options.QueuedEpochs, EnsureOrdered = true, SingleProducerConstrained = true });
        _commit = new(CommitAsync, new() { BoundedCapacity = 1 });
        _bind.LinkTo(_commit, new() { PropagateCompletion = true });
        Completion = CompletionAsync();
    }

    public IReadOnlyList<LedgerRow> Ledger { get; }

    public IObservable<EpochCommitted> Committed => _committed;

    public Task Completion { get; }

    public Trouble? Trouble => _retry.Trouble;

    public Task<bool> SendAsync(Epoch epoch, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        if (epoch.Ledger.Count == 0) throw new ArgumentException("An epoch without a row of the ledger could not be fenced.", nameof(epoch));
        foreach (var batch in epoch.Batches)
            if (batch is not IOracleBatch) throw new ArgumentException($"The rows for table {batch.Table.Name} were not made by an OracleTable.", nameof(epoch));
        return _bind.SendAsync(epoch, stop);
    }

    public Task CompleteAsync()
    {
        _bind.Complete();
        return Completion;
    }

    /// <summary>Stops at once: a transaction under way is rolled back, unless it is being committed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposals, 1) != 0) return;
        try
        {
            await _stop.CancelAsync();
        }
        catch (AggregateException)
        {
            // The driver could not tell the server to cancel a statement, as the connection is lost: so it has ended.
        }
        _bind.Complete();
        await Completion.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _connection.Dispose();
        _stop.Dispose();
    }

    private async Task CompletionAsync()
    {
        try
        {
            await _commit.Completion;
            if (_isCutShort) throw new OperationCanceledException($"The writer of pipeline '{_pipeline}' was disposed before all of its epochs were committed.", _stop.Token);
        }
        catch (Exception fault)
        {
            ((IDataflowBlock)_bind).Fault(fault);               // what waits to be sent is told so
            Ignoring(() => _committed.OnError(fault));          // an observer that takes no errors throws what is thrown here anyway
            throw;
        }
        _committed.OnCompleted();
    }

    private static void Ignoring(Action action)
    {
        try
        {
            action();
        }
        catch (Exception)
        {
            return;
        }
    }

    private async Task CommitAsync(BoundEpoch bound)
    {
        var epoch = bound.Epoch;
        var attempts = new Attempts();
        try
        {
            await _retry.ExecuteAsync(epoch.Number, stop => AttemptAsync(bound, attempts, stop), _stop.Token);
        }
        catch (Exception fault) when (_stop.IsCancellationRequested && attempts.InDoubt is null && fault is not FencedException)
        {
            _isCutShort = true;                                 // the block itself would swallow a cancellation
            return;
        }
        catch (Exception fault)
        {
            Exception stopped = fault is FencedException ? fault : Stopped(epoch, fault, attempts.InDoubt);
            Log.Failed(_logger, stopped, _pipeline, epoch.Number);
            throw stopped;
        }
        Log.Committed(_logger, _pipeline, epoch.Number, epoch.Rows, attempts.Refused, epoch.Rejects.Count);
        _committed.OnNext(new(epoch, attempts.Refused));
        bound.Release();
    }

    /// <summary>What the attempts at one epoch have found out so far.</summary>
    private sealed class Attempts
    {
        public int Refused { get; set; }

        public CommitInDoubtException? InDoubt { get; set; }
    }

    private async ValueTask AttemptAsync(BoundEpoch bound, Attempts attempts, CancellationToken stop)
    {
        try
        {
            stop.ThrowIfCancellationRequested();
            var connection = await _connection.OpenAsync(stop);
            if (attempts.InDoubt is { } inDoubt)
            {
                if (await _transaction.IsCommittedAsync(connection, bound.Epoch, stop))
                {
                    attempts.Refused = inDoubt.Refused;
                    Log.CommitConfirmed(_logger, inDoubt.InnerException!, _pipeline, bound.Epoch.Number);
                    return;
                }
                attempts.InDoubt = null;
                // The server refused to commit, say a deferred constraint: another attempt would end the same way.
                if (_options.Policy.Explain("", inDoubt.InnerException!) is { IsTransient: false } refusal) throw refusal;
            }
            attempts.Refused = await _transaction.RunAsync(connection, bound, stop) ?? attempts.Refused;
        }
        catch (Exception fault)
        {
            var wasLost = _connection.IsLost;
            if (fault is NoAnswerException or CommitInDoubtException { InnerException: NoAnswerException }) _connection.Abandon();
            else _connection.Dispose();
            switch (fault)
            {
                case CommitInDoubtException inDoubt:
                    (attempts.InDoubt, attempts.Refused) = (inDoubt, inDoubt.Refused);
                    throw;
                // The driver reports a timeout, ORA-01013, like a cancel.
                case OperationCanceledException { InnerException: OracleException timeout } when !stop.IsCancellationRequested:
                    throw _options.Policy.Explain("", timeout);
                case OperationCanceledException when !stop.IsCancellationRequested:
                    throw new OracleStoreException(fault.Message.Trim(), fault, kind: OracleErrorKind.Transient);
                case InvalidOperationException or NullReferenceException when wasLost:
                    throw new OracleStoreException("The connection was lost.", fault, kind: OracleErrorKind.Transient);      // how the driver puts it at some calls
                default:
                    throw;
            }
        }
    }

    private OracleStoreException Stopped(Epoch epoch, Exception fault, CommitInDoubtException? inDoubt)
        => _options.Policy.Explain(
            $"Pipeline '{_pipeline}' cannot commit epoch {epoch.Number} ({epoch.Rows} rows): ",
            (fault is CommitInDoubtException or BrokenCircuitException ? fault.InnerException : null) ?? fault,
            inDoubt is null ? "Nothing of it was written." : "Whether it was committed is not known; the next run reads it from the ledger.");
}
