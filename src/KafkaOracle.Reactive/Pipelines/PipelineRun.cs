using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>A pipeline that runs.</summary>
/// <remarks>Disposing it stops it at once: the open epoch is dropped, and computed again by the next run.</remarks>
public sealed class PipelineRun : IAsyncDisposable
{
    private readonly Pipeline _pipeline;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop;
    private readonly RunCounts _counts;
    private readonly ILanes _lanes;
    private bool _disposed;
    private volatile RunState _end;                             // while it is Starting, the run has not ended

    internal PipelineRun(Pipeline pipeline, IMessageSource source, IEpochStore store, ILogger? logger, CancellationToken stop)
    {
        (_pipeline, _logger, _counts) = (pipeline, logger.WithoutFailures(), new(pipeline.Plan));
        _lanes = pipeline.Options.Lanes == Lanes.PerPartition ? new LaneGroup(pipeline, _counts, _logger) : new SingleLane(pipeline, _counts, _logger);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Completion = Task.Run(() => RunAsync(source, store), CancellationToken.None);
    }

    /// <summary>
    /// Ends when the run has: at the end of a bounded log or after a drain; as cancelled when it was stopped; else with the error,
    /// whose message says what failed, where, and what is left.
    /// </summary>
    public Task Completion { get; }

    /// <summary>The run as it is now. Cheap; any thread may ask.</summary>
    public RunStatus Status
    {
        get
        {
            var lanes = _lanes.Status;
            return new()
            {
                State = _end is var end and not RunState.Starting ? end : _lanes.State,
                Messages = _lanes.Messages,
                Watermark = lanes.Min(l => l.Watermark),
                Buffered = lanes.Sum(l => l.Buffered),
                Behind = lanes.Sum(l => l.Behind),
                Lanes = lanes,
                LookBack = _lanes.LookBack,
                Epochs = _counts.Epochs,
                Rows = _counts.Rows,
                Rejected = _counts.Rejected,
                Broken = _counts.Broken,
                Troubles = _lanes.Troubles,
            };
        }
    }

    /// <summary>Stops taking messages until <see cref="ResumeAsync"/>; what was computed still commits. The source keeps its connections.</summary>
    /// <remarks>A run that still starts will begin paused; one that has ended is not changed.</remarks>
    public Task PauseAsync() => SetPausedAsync(true);

    /// <summary>Goes on after <see cref="PauseAsync"/>.</summary>
    public Task ResumeAsync() => SetPausedAsync(false);

    /// <summary>Stops taking messages, commits what was computed, and ends. Open windows stay open for the next run. A run that still starts ends at once.</summary>
    /// <returns><see cref="Completion"/>.</returns>
    public Task DrainAsync()
    {
        _lanes.Drain();
        return Completion;
    }

    /// <summary>
    /// Goes on to the end of the era under way, commits it, and ends: where a changed query, era or lead-in may take over. Ends at
    /// once when the era has no rows yet, as that of a pipeline without event time never has.
    /// </summary>
    /// <returns><see cref="Completion"/>.</returns>
    /// <remarks>
    /// The era ends when the watermark has passed its end, which takes messages to come, or idle partitions; <see cref="DrainAsync"/>
    /// and disposing end the run sooner. A paused run waits until it is resumed.
    /// </remarks>
    public Task FinishEraAsync()
    {
        _lanes.EndWithEra();
        return Completion;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        _stop.CancelAll();
        await Completion.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _lanes.Dispose();
        _stop.Dispose();
    }

    private Task SetPausedAsync(bool paused)
    {
        _lanes.Pause(paused);
        return Task.CompletedTask;
    }

    private async Task RunAsync(IMessageSource source, IEpochStore store)
    {
        var stop = _stop.Token;
        try
        {
            await _lanes.RunAsync(source, store, stop);
            _end = RunState.Completed;
            Log.Completed(_logger, _pipeline.Name, _counts.Epochs);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            _end = RunState.Stopped;
            Log.Stopped(_logger, _pipeline.Name, _counts.Epochs);
            throw new OperationCanceledException($"Pipeline '{_pipeline.Name}' was stopped.", stop);
        }
        catch (Exception fault)
        {
            _end = RunState.Faulted;
            Log.Failed(_logger, fault, _pipeline.Name, _counts.Epochs);
            throw;
        }
    }
}
