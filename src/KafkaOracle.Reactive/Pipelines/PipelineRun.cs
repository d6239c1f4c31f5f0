using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KafkaOracle.Reactive;

/// <summary>A pipeline that runs.</summary>
/// <remarks>Disposing it stops it at once: the open epoch is dropped, and computed again by the next run.</remarks>
public sealed class PipelineRun : IAsyncDisposable
{
    private readonly Pipeline _pipeline;
    private readonly Action<Lane> _query;
    private readonly QueryPlan _plan;
    private readonly PipelineOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop, _starting;
    private readonly ConcurrentDictionary<string, long> _rows = new();
    private readonly Lock _gate = new();
    private long _epochs, _rejected;
    private bool _disposed, _draining, _finishing;
    private volatile bool _paused;
    private volatile LaneLoop? _loop;
    private volatile RunState _state = RunState.Starting;

    internal PipelineRun(Pipeline pipeline, Action<Lane> query, QueryPlan plan, PipelineOptions options,
        IMessageSource source, IEpochStore store, ILogger? logger, CancellationToken stop)
    {
        (_pipeline, _query, _plan, _options, _logger) = (pipeline, query, plan, options, logger ?? NullLogger.Instance);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _starting = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        foreach (var table in plan.Tables) _rows[table.Name] = 0;
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
            var lane = _loop?.Snapshot;
            var state = _state;
            if (state == RunState.Running && _paused) state = RunState.Paused;
            else if (state == RunState.Running && lane is null or { IsRestoring: true }) state = RunState.Restoring;
            return new()
            {
                State = state,
                Messages = lane?.Counts ?? default,
                Watermark = lane?.Watermark,
                Buffered = lane?.Buffered ?? 0,
                Behind = lane?.Behind ?? 0,
                LookBack = lane?.LookBack ?? new(TimeSpan.Zero, ""),
                Epochs = Interlocked.Read(ref _epochs),
                Rows = new Dictionary<string, long>(_rows),
                Rejected = Interlocked.Read(ref _rejected),
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
        lock (_gate)
        {
            _draining = true;
            Interlocked.CompareExchange(ref _state, RunState.Draining, RunState.Running);
            if (_loop is { } loop) loop.Drain();
            else if (!Completion.IsCompleted) _ = _starting.CancelAsync();
        }
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
        lock (_gate)
        {
            _finishing = true;
            if (_loop is { } loop) loop.EndWithEra();
        }
        return Completion;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        await _stop.CancelAsync();
        await Completion.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        lock (_gate)
        {
            _starting.Dispose();
            _stop.Dispose();
        }
    }

    private Task SetPausedAsync(bool paused)
    {
        lock (_gate)
        {
            _paused = paused;
            _loop?.Pause(paused);
        }
        return Task.CompletedTask;
    }

    private async Task RunAsync(IMessageSource source, IEpochStore store)
    {
        var (stop, starting) = (_stop.Token, _starting.Token);
        try
        {
            await using (var writer = await store.OpenAsync(_pipeline.Name, _plan.Tables, starting))
            {
                var partitions = await PartitionsAsync(source, writer, starting);
                var rows = writer.Ledger.ToDictionary(r => r.Partition);
                await using var reader = await source.OpenAsync(_pipeline.Name, [.. partitions.Select(p => new PartitionStart(p, rows.GetValueOrDefault(p)?.RewindOffset))], starting);
                for (var i = 0; i < partitions.Length; i++)
                    if (rows.TryGetValue(partitions[i], out var row)) LedgerState.CheckLog(_pipeline.Name, row, reader.Ranges[i]);
                using var committed = writer.Committed.Subscribe(epoch => Count(epoch, reader), _ => { });
                await RunLaneAsync(partitions, rows, reader, writer, stop);
            }
            _state = RunState.Completed;
            Log.Completed(_logger, _pipeline.Name, _epochs);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            _state = RunState.Stopped;
            Log.Stopped(_logger, _pipeline.Name, _epochs);
            throw new OperationCanceledException($"Pipeline '{_pipeline.Name}' was stopped.", stop);
        }
        catch (Exception) when (starting.IsCancellationRequested && _loop is null)
        {
            _state = RunState.Completed;                        // drained before there was anything to drain
            Log.Completed(_logger, _pipeline.Name, _epochs);
        }
        catch (Exception fault)
        {
            _state = RunState.Faulted;
            Log.Failed(_logger, fault, _pipeline.Name, _epochs);
            throw;
        }
    }

    private async Task<LogPartition[]> PartitionsAsync(IMessageSource source, IEpochWriter writer, CancellationToken stop)
    {
        var partitions = (await source.PartitionsAsync(_pipeline.Topics, stop)).Order().ToArray();
        if (_pipeline.Topics.FirstOrDefault(t => !Array.Exists(partitions, p => p.Topic == t)) is { } empty)
            throw new InvalidOperationException($"Pipeline '{_pipeline.Name}' reads topic '{empty}', which has no partitions. Nothing was written.");
        var lost = writer.Ledger.Select(r => r.Partition).FirstOrDefault(p => _pipeline.Topics.Contains(p.Topic) && !partitions.Contains(p));
        if (lost != default)
            throw new LedgerMismatchException($"The ledger of pipeline '{_pipeline.Name}' knows partition {lost}, which the topic no longer has. Nothing was written.");
        return partitions;
    }

    private async Task RunLaneAsync(LogPartition[] partitions, Dictionary<LogPartition, LedgerRow> rows, IMessageReader reader, IEpochWriter writer, CancellationToken stop)
    {
        using var loop = new LaneLoop(_pipeline.Name, _options, onEpoch => new(_pipeline.Name, _query, _plan, _options,
            [.. partitions.Select((p, i) => (p, reader.Ranges[i].Start, rows.GetValueOrDefault(p)))], onEpoch, _logger, stop), reader, writer, partitions, _logger);
        lock (_gate)                                            // what was asked of a run that was starting
        {
            _loop = loop;
            _state = _draining ? RunState.Draining : RunState.Running;
            if (_draining) loop.Drain();
            if (_finishing) loop.EndWithEra();
            loop.Pause(_paused);
        }
        var lane = loop.RunAsync(stop);
        // A writer that fails while the lane waits for messages must end the lane too.
        if (await Task.WhenAny(lane, writer.Completion) == writer.Completion) loop.Drain();
        try
        {
            await lane;
        }
        catch (LaneStoppedException stopped) when (!stop.IsCancellationRequested)
        {
            if (stopped.InnerException is { } cause) ExceptionDispatchInfo.Throw(cause);
            await writer.Completion;                            // throws what stopped it
            throw;
        }
        await writer.CompleteAsync().WaitAsync(stop);           // a drain may be cut short
        await writer.Completion;
    }

    private void Count(EpochCommitted committed, IMessageReader reader)
    {
        foreach (var batch in committed.Epoch.Batches) _rows.AddOrUpdate(batch.Table.Name, batch.Count, (_, rows) => rows + batch.Count);
        Interlocked.Add(ref _rejected, committed.Epoch.Rejects.Count + committed.Quarantined);
        Interlocked.Increment(ref _epochs);
        reader.Report([.. committed.Epoch.Ledger.Select(l => l.Row.NextOffset)]);
    }
}
