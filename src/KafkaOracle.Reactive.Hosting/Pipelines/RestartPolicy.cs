using Polly;
using Polly.Retry;

namespace KafkaOracle.Reactive;

/// <summary>Follows a run that failed and may pass with another, after growing pauses.</summary>
internal sealed class RestartPolicy
{
    private readonly HostedPipelineOptions _options;
    private readonly ResiliencePipeline<FailedRun?>? _retry;

    /// <param name="options">How often, and after what pauses.</param>
    /// <param name="time">Measures the pauses.</param>
    /// <param name="onRestart">Told of a pause as it begins: which restart in a row it comes before, and its length.</param>
    public RestartPolicy(HostedPipelineOptions options, TimeProvider time, Action<int, TimeSpan> onRestart)
    {
        _options = options;
        if (options.MaxRestarts == 0) return;
        _retry = new ResiliencePipelineBuilder<FailedRun?> { TimeProvider = time }.AddRetry(new RetryStrategyOptions<FailedRun?>
        {
            // The first attempt is the run that failed before: see RunAsync.
            ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Result is { } failed && MayPass(failed) && (attempt.AttemptNumber == 0 || !failed.HasCommitted)),
            MaxRetryAttempts = options.MaxRestarts,
            Delay = options.RestartDelay,
            MaxDelay = options.MaxRestartDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            OnRetry = retry =>
            {
                onRestart(retry.AttemptNumber + 1, retry.RetryDelay);
                return ValueTask.CompletedTask;
            },
        }).Build();
    }

    /// <summary>Runs until a run ends well, or fails for good.</summary>
    /// <param name="run">One run; null when it ended well.</param>
    /// <param name="stop">Ends a pause.</param>
    /// <exception cref="OperationCanceledException">It was stopped in a pause.</exception>
    public async Task<Exception?> RunAsync(Func<Task<FailedRun?>> run, CancellationToken stop)
    {
        var failed = await run();
        while (failed is not null && _retry is not null && MayPass(failed))
        {
            // A run that committed something was a recovery: its failure, like the very first, begins a new row of restarts.
            FailedRun? first = failed;
            failed = await _retry.ExecuteAsync(async _ => Interlocked.Exchange(ref first, null) ?? await run(), stop);
            if (failed is { HasCommitted: false }) break;
        }
        return failed?.Fault;
    }

    private bool MayPass(FailedRun failed) => _options.IsTransient(failed.Fault is LaneFailedException { InnerException: { } cause } ? cause : failed.Fault);
}

/// <summary>A run that failed, and whether it had committed an epoch before.</summary>
internal sealed record FailedRun(Exception Fault, bool HasCommitted);
