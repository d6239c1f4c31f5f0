using System.Data;
using System.Reactive.Subjects;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;
using Oracle.ManagedDataAccess.Client;
using Polly;
using Polly.Retry;

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
    private readonly ResiliencePipeline _retry;
    private readonly CancellationTokenSource _stop = new();
    private readonly Subject<EpochCommitted> _committed = new();
    private OracleConnection? _connection;
    private long _failingSince;
    private bool _isCutShort;
    private int _disposals;

    public OracleEpochWriter(string pipeline, OracleStoreOptions options, ILogger logger, OracleConnection connection, OracleTable<RejectRecord> rejects, IReadOnlyList<LedgerRow> ledger)
    {
        (_pipeline, _options, _logger, _connection, Ledger) = (pipeline, options, logger, connection, ledger);
        _transaction = new(pipeline, rejects, options);
        _retry = new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = attempt => ValueTask.FromResult(MayRetry(attempt.Outcome.Exception)),
            MaxRetryAttempts = int.MaxValue,
            Delay = TimeSpan.FromMilliseconds(50),
            MaxDelay = TimeSpan.FromSeconds(5),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            OnRetry = retry =>
            {
                Log.Retry(_logger, retry.Outcome.Exception, _pipeline, (long)retry.Context.Properties.GetValue(EpochNumber, 0), retry.RetryDelay);
                return ValueTask.CompletedTask;
            },
        }).Build();
        _bind = new(epoch => BoundEpoch.Of(epoch, options.ArrayRows), new() { BoundedCapacity = options.QueuedEpochs, EnsureOrdered = true, SingleProducerConstrained = true });
        _commit = new(CommitAsync, new() { BoundedCapacity = 1 });
        _bind.LinkTo(_commit, new() { PropagateCompletion = true });
        Completion = CompletionAsync();
    }

    private static readonly ResiliencePropertyKey<long> EpochNumber = new("epoch");

    public IReadOnlyList<LedgerRow> Ledger { get; }

    public IObservable<EpochCommitted> Committed => _committed;

    public Task Completion { get; }

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
        await _stop.CancelAsync();
        _bind.Complete();
        await Completion.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Drop();
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
        _failingSince = 0;
        var context = ResilienceContextPool.Shared.Get(_stop.Token);
        context.Properties.Set(EpochNumber, epoch.Number);
        try
        {
            await _retry.ExecuteAsync(attempt => AttemptAsync(bound, attempts, attempt.CancellationToken), context);
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
        finally
        {
            ResilienceContextPool.Shared.Return(context);
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
            if (_connection is { State: not ConnectionState.Open }) Drop();
            _connection ??= await OracleStore.ConnectAsync(_options, stop);
            if (attempts.InDoubt is { } inDoubt)
            {
                if (await _transaction.IsCommittedAsync(_connection, bound.Epoch, stop))
                {
                    attempts.Refused = inDoubt.Refused;
                    Log.CommitConfirmed(_logger, inDoubt.InnerException!, _pipeline, bound.Epoch.Number);
                    return;
                }
                attempts.InDoubt = null;
                // The server refused to commit, say a deferred constraint: another attempt would end the same way.
                if (inDoubt.InnerException is OracleException refusal && !OracleErrors.IsTransient(refusal))
                    throw new OracleStoreException(refusal.Message.Trim(), refusal, refusal.Number);
            }
            attempts.Refused = await _transaction.RunAsync(_connection, bound, stop) ?? attempts.Refused;
        }
        catch (CommitInDoubtException fault)
        {
            (attempts.InDoubt, attempts.Refused) = (fault, fault.Refused);
            Drop();
            throw;
        }
        catch (OperationCanceledException fault) when (!stop.IsCancellationRequested)
        {
            Drop();
            var code = (fault.InnerException as OracleException)?.Number ?? 0;      // the driver reports a timeout, ORA-01013, like a cancel
            throw new OracleStoreException(fault.Message.Trim(), fault, code, OracleErrors.IsTransient(code));
        }
        catch (Exception fault) when (fault is InvalidOperationException or NullReferenceException && _connection is { State: not ConnectionState.Open })
        {
            Drop();
            throw new OracleStoreException("The connection was lost.", fault, isTransient: true);      // how the driver puts it at some calls
        }
        catch (Exception)
        {
            Drop();
            throw;
        }
    }

    private OracleStoreException Stopped(Epoch epoch, Exception fault, CommitInDoubtException? inDoubt)
    {
        var cause = fault is CommitInDoubtException { InnerException: { } inner } ? inner : fault;
        return new(
            $"Pipeline '{_pipeline}' cannot commit epoch {epoch.Number} ({epoch.Rows} rows): {cause.Message.Trim()} "
            + (inDoubt is null ? "Nothing of it was written." : "Whether it was committed is not known; the next run reads it from the ledger."),
            cause, (cause as OracleException)?.Number ?? (cause as OracleStoreException)?.Number ?? 0, OracleErrors.IsTransient(cause));
    }

    private bool MayRetry(Exception? fault)
    {
        if (_stop.IsCancellationRequested || !(fault is CommitInDoubtException || (fault is not null && OracleErrors.IsTransient(fault)))) return false;
        if (_failingSince == 0) _failingSince = _options.TimeProvider.GetTimestamp();
        return _options.TimeProvider.GetElapsedTime(_failingSince) < _options.RetryTimeout;
    }

    private void Drop()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
