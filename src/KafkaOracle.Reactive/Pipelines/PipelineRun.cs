using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KafkaOracle.Reactive;

/// <summary>A pipeline that runs.</summary>
/// <remarks>Disposing it stops it at once: the open epoch is dropped, and computed again by the next run.</remarks>
public sealed class PipelineRun : IAsyncDisposable
{
    private readonly Pipeline _pipeline;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop;
    private readonly RunCounts _counts;
    private readonly LaneRun _lane;
    private bool _disposed;
    private volatile RunState _end;                             // while it is Starting, the run has not ended

    internal PipelineRun(Pipeline pipeline, IMessageSource source, IEpochStore store, ILogger? logger, CancellationToken stop)
    {
        (_pipeline, _logger, _counts) = (pipeline, logger ?? NullLogger.Instance, new(pipeline.Plan.Tables));
        _lane = new(pipeline, _counts, _logger);
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
            var lane = _lane.Snapshot;
            return new()
            {
                State = _end is var end and not RunState.Starting ? end : _lane.State,
                Messages = lane?.Counts ?? default,
                Watermark = lane?.Watermark,
                Buffered = lane?.Buffered ?? 0,
                Behind = lane?.Behind ?? 0,
                LookBack = lane?.LookBack ?? new(TimeSpan.Zero, ""),
                Epochs = _counts.Epochs,
                Rows = _counts.Rows,
                Rejected = _counts.Rejected,
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
        _lane.Drain();
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
        _lane.EndWithEra();
        return Completion;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        await _stop.CancelAsync();
        await Completion.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _lane.Dispose();
        _stop.Dispose();
    }

    private Task SetPausedAsync(bool paused)
    {
        _lane.Pause(paused);
        return Task.CompletedTask;
    }

    private async Task RunAsync(IMessageSource source, IEpochStore store)
    {
        var stop = _stop.Token;
        try
        {
            await _lane.RunAsync(source, store, (query, ledger, starting) => PartitionsAsync(source, query, ledger, starting), (starts, starting) => source.OpenAsync(_pipeline.Name, starts, starting), stop);
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

    private static async Task<LogPartition[]> PartitionsAsync(IMessageSource source, Pipeline query, IReadOnlyList<LedgerRow> ledger, CancellationToken stop)
    {
        var partitions = (await source.PartitionsAsync(query.Topics, stop)).Order().ToArray();
        if (query.Topics.FirstOrDefault(t => !Array.Exists(partitions, p => p.Topic == t)) is { } empty)
            throw new InvalidOperationException($"Pipeline '{query.Name}' reads topic '{empty}', which has no partitions. Nothing was written.");
        var lost = ledger.Select(r => r.Partition).FirstOrDefault(p => query.Topics.Contains(p.Topic) && !partitions.Contains(p));
        if (lost != default)
            throw new LedgerMismatchException($"The ledger of pipeline '{query.Name}' knows partition {lost}, which the topic no longer has. Nothing was written.");
        return partitions;
    }
}
