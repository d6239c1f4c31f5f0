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

    public Task<bool> SendAsync(Epoch epoch, CancellationToken stop) => _bind.SendAsync(epoch, stop);

    public Task CompleteAsync()
    {
        _bind.Complete();
        return Completion;
    }

    /// <summary>Stops at once: a transaction under way is rolled back, unless it is being committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _bind.Complete();
        await Completion.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Drop();
        _committed.Dispose();
        _stop.Dispose();
    }

    private async Task CompletionAsync()
    {
        try
        {
            await _commit.Completion;
        }
        catch (Exception fault)
        {
            ((IDataflowBlock)_bind).Fault(fault);               // what waits to be sent is told so
            throw;
        }
    }

    private async Task CommitAsync(BoundEpoch bound)
    {
        _stop.Token.ThrowIfCancellationRequested();
        _failingSince = 0;
        var context = ResilienceContextPool.Shared.Get(_stop.Token);
        context.Properties.Set(EpochNumber, bound.Epoch.Number);
        Exception? inDoubt = null;
        var refused = 0;
        try
        {
            await _retry.ExecuteAsync(async attempt =>
            {
                try
                {
                    _connection ??= await OracleStore.ConnectAsync(_options, attempt.CancellationToken);
                    if (inDoubt is not null && await _transaction.IsCommittedAsync(_connection, bound.Epoch, attempt.CancellationToken))
                    {
                        Log.CommitConfirmed(_logger, inDoubt, _pipeline, bound.Epoch.Number);
                        return;
                    }
                    inDoubt = null;
                    refused = await _transaction.RunAsync(_connection, bound, attempt.CancellationToken);
                }
                catch (Exception fault)
                {
                    Drop();
                    if (fault is CommitInDoubtException) inDoubt = fault.InnerException;
                    throw;
                }
            }, context);
        }
        catch (Exception fault) when (fault is not (FencedException or OracleStoreException or OperationCanceledException))
        {
            var cause = fault is CommitInDoubtException { InnerException: { } inner } ? inner : fault;
            Log.Failed(_logger, cause, _pipeline, bound.Epoch.Number);
            throw new OracleStoreException(
                $"Pipeline '{_pipeline}' cannot commit epoch {bound.Epoch.Number} ({bound.Epoch.Rows} rows): {cause.Message.Trim()} "
                + (fault is CommitInDoubtException ? "Whether it was committed is not known; the next run reads it from the ledger." : "Nothing of it was written."),
                cause, (cause as OracleException)?.Number ?? 0, OracleErrors.IsTransient(cause));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
        Log.Committed(_logger, _pipeline, bound.Epoch.Number, bound.Epoch.Rows, refused + bound.Epoch.Rejects.Count);
        _committed.OnNext(new(bound.Epoch, refused));
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
