using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace KafkaOracle.Reactive;

/// <summary>Tries an epoch again for as long as its errors may pass: those of the connection for a while, those of a database that lacks something until it has it.</summary>
internal sealed class EpochRetry
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50), LongestPause = TimeSpan.FromSeconds(5);

    private readonly string _pipeline;
    private readonly OracleStoreOptions _options;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _attempts;
    private volatile Trouble? _trouble;
    private long _epoch, _transientSince, _resourceSince;
    private OracleErrorKind _last;
    private int _warned;

    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="options">How long.</param>
    /// <param name="breaker">Shared by the pipeline's lanes: see <see cref="Breaker"/>.</param>
    /// <param name="logger">Told of each kind of error once.</param>
    public EpochRetry(string pipeline, OracleStoreOptions options, ResiliencePipeline breaker, ILogger logger)
    {
        (_pipeline, _options, _logger) = (pipeline, options, logger);
        _attempts = Attempts(options, int.MaxValue, attempt => attempt.Outcome.Exception is { } fault && !attempt.Context.CancellationToken.IsCancellationRequested && MayPass(fault), Note)
            .AddPipeline(breaker).Build();
    }

    /// <summary>Tries to open again after errors that pass by themselves, a few times; whoever cannot connect at all is told at once.</summary>
    public static ResiliencePipeline Opening(OracleStoreOptions options, ILogger logger)
        => Attempts(options, 5, static attempt => attempt.Outcome.Exception is OracleStoreException { Kind: OracleErrorKind.Transient }, (fault, pause) => Log.OpensAgain(logger, pause, fault.Message)).Build();

    /// <summary>Attempts with pauses that grow, or as long as an open circuit says.</summary>
    private static ResiliencePipelineBuilder Attempts(OracleStoreOptions options, int most, Func<RetryPredicateArguments<object>, bool> mayPass, Action<Exception, TimeSpan> note)
        => new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = attempt => ValueTask.FromResult(mayPass(attempt)),
            MaxRetryAttempts = most,
            Delay = ShortestPause,
            MaxDelay = LongestPause,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            DelayGenerator = static attempt => ValueTask.FromResult(attempt.Outcome.Exception is BrokenCircuitException open ? open.RetryAfter ?? ShortestPause : (TimeSpan?)null),
            OnRetry = retry =>
            {
                note(retry.Outcome.Exception!, retry.RetryDelay);
                return ValueTask.CompletedTask;
            },
        });

    /// <summary>What holds the present epoch up; null while nothing does.</summary>
    public Trouble? Trouble => _trouble;

    /// <summary>
    /// Opens when attempts fail, one after the other, for what the database lacks; then lets a single attempt through, after pauses
    /// that grow to half a minute. The lanes of a pipeline share one: they write the same tables, and need not all knock.
    /// </summary>
    public static ResiliencePipeline Breaker(OracleStoreOptions options) => new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }.AddCircuitBreaker(new CircuitBreakerStrategyOptions
    {
        ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is { } fault && options.Policy.KindOf(fault) == OracleErrorKind.Resource),
        FailureRatio = 1,
        MinimumThroughput = 2,
        SamplingDuration = TimeSpan.FromSeconds(30),
        BreakDurationGenerator = static open => ValueTask.FromResult(TimeSpan.FromSeconds(Math.Min(30, Math.Pow(2, Math.Min(5, open.HalfOpenAttempts))))),
    }).Build();

    /// <summary>Runs attempts until one succeeds.</summary>
    /// <param name="epoch">The epoch's number, for messages.</param>
    /// <param name="attempt">One attempt.</param>
    /// <param name="stop">Ends a pause.</param>
    /// <exception cref="Exception">What the last attempt failed with.</exception>
    public async Task ExecuteAsync(long epoch, Func<CancellationToken, ValueTask> attempt, CancellationToken stop)
    {
        (_epoch, _transientSince, _resourceSince, _warned, _last) = (epoch, 0, 0, 0, OracleErrorKind.Unknown);
        try
        {
            await _attempts.ExecuteAsync(attempt, stop);
            if (_trouble is { } over) Log.GoesOn(_logger, _pipeline, epoch, _options.TimeProvider.GetUtcNow() - over.Since);
        }
        finally
        {
            _trouble = null;
        }
    }

    // Kinds alternate in an outage: the connection breaks, then none is to be had. Each has its own patience, counted anew after the other.
    private bool MayPass(Exception fault)
    {
        var now = _options.TimeProvider.GetTimestamp();
        switch (fault is BrokenCircuitException ? OracleErrorKind.Resource : _options.Policy.KindOf(fault))
        {
            case OracleErrorKind.Transient:
                if (_last != OracleErrorKind.Transient) (_last, _transientSince) = (OracleErrorKind.Transient, now);
                return _options.TimeProvider.GetElapsedTime(_transientSince, now) < _options.RetryTimeout;
            case OracleErrorKind.Resource:
                if (_resourceSince == 0) _resourceSince = now;
                _last = OracleErrorKind.Resource;
                return _options.ResourceTimeout is not { } most || _options.TimeProvider.GetElapsedTime(_resourceSince, now) < most;
            default:
                return false;
        }
    }

    private void Note(Exception fault, TimeSpan pause)
    {
        var next = _options.TimeProvider.GetUtcNow() + pause;
        if (fault is BrokenCircuitException && _trouble is { } known)
        {
            _trouble = known with { NextAttempt = next };       // nothing new was tried
            return;
        }
        var cause = (fault is CommitInDoubtException or BrokenCircuitException ? fault.InnerException : null) ?? fault;
        _trouble = new(TroubleKind.Store, _trouble?.Since ?? _options.TimeProvider.GetUtcNow(), cause.Message.Trim(), next);
        var code = (cause as OracleStoreException)?.Number ?? (cause as Oracle.ManagedDataAccess.Client.OracleException)?.Number ?? -1;
        if (code == _warned)
        {
            Log.RetryAgain(_logger, _pipeline, _epoch, pause, _trouble.Error);
            return;
        }
        _warned = code;
        Log.Retry(_logger, fault, _pipeline, _epoch, pause);
    }
}
