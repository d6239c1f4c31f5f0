using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>One lane from the ledger to its end: a writer, a reader, and the loop between them.</summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="partition">The number of its partitions; null where it has all.</param>
/// <param name="counts">What is committed is counted there too.</param>
/// <param name="logger">Told of its start.</param>
internal sealed class LaneRun(Pipeline pipeline, int? partition, RunCounts counts, ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _starting = new();
    private readonly Lock _gate = new();
    private readonly string _name = partition is null ? pipeline.Name : $"{pipeline.Name}[{partition}]";
    private bool _endsWithEra, _isDisposed;
    private long _epochs;
    private volatile bool _drains, _isPaused;
    private readonly FailedRecords _failed = new(pipeline.Options);
    private LaneSnapshot? _earlier;                             // the end of this lane's lives before the present one
    private volatile LaneLoop? _loop;
    private volatile IEpochWriter? _writer;
    private volatile IMessageReader? _reader;
    private readonly Dictionary<LogPartition, long> _begun = [];        // where the source began what the ledger does not know yet

    /// <summary>What the lane does; it may be asked to do something else at any time.</summary>
    public RunState State
        => _loop is not { } loop ? RunState.Starting
            : _drains ? RunState.Draining
            : _isPaused ? RunState.Paused
            : loop.Snapshot is null or { IsRestoring: true } ? RunState.Restoring : RunState.Running;

    private LaneSnapshot? Snapshot
    {
        get
        {
            lock (_gate) return _loop?.Snapshot is { } now ? now with { Counts = (_earlier?.Counts ?? default) + now.Counts } : _earlier;
        }
    }

    /// <summary>What holds the lane up.</summary>
    public IReadOnlyList<Trouble> Troubles => [.. new[] { _writer?.Trouble, _reader?.Trouble, _loop?.Trouble }.OfType<Trouble>()];

    /// <summary>Epochs committed.</summary>
    public long Epochs => Interlocked.Read(ref _epochs);

    /// <summary>How far back the query was seen to look.</summary>
    public LookBack LookBack => Snapshot?.LookBack ?? new(TimeSpan.Zero, "");

    /// <summary>The lane as it is now.</summary>
    public LaneStatus Status
    {
        get
        {
            var now = Snapshot;
            return new()
            {
                Partition = partition,
                State = State,
                Messages = now?.Counts ?? default,
                Watermark = now?.Watermark,
                WaitsFor = now?.Last,
                Buffered = now?.Buffered ?? 0,
                Behind = now?.Behind ?? 0,
                Epochs = Epochs,
            };
        }
    }

    /// <summary>Takes no more messages, commits what was computed, and ends; at once where it still starts.</summary>
    public void Drain()
    {
        lock (_gate)
        {
            _drains = true;
            if (_loop is { } loop) loop.Drain();
            else if (!_isDisposed) _ = _starting.CancelAsync();
        }
    }

    /// <summary>Ends when the era under way has; at once where that has no rows yet.</summary>
    public void EndWithEra()
    {
        lock (_gate)
        {
            _endsWithEra = true;
            _loop?.EndWithEra();
        }
    }

    public void Pause(bool paused)
    {
        lock (_gate)
        {
            _isPaused = paused;
            _loop?.Pause(paused);
        }
    }

    /// <summary>Runs until the log's end, a drain, a stop, or an error.</summary>
    /// <param name="source">Where the messages come from.</param>
    /// <param name="store">Where the rows and the ledger live.</param>
    /// <param name="find">Finds the lane's partitions among a pipeline's, in ascending order, beside the ledger's rows.</param>
    /// <param name="open">Begins to read them.</param>
    /// <param name="endOf">Where a bounded run ends in a partition; where null at its end as it is when reading begins.</param>
    /// <param name="stop">Stops it at once; what is not committed is computed again by whoever comes next.</param>
    public async Task RunAsync(
        IMessageSource source, IEpochStore store, Func<Pipeline, IReadOnlyList<LedgerRow>, CancellationToken, Task<LogPartition[]>> find,
        Func<IReadOnlyList<PartitionStart>, CancellationToken, Task<IMessageReader>> open, Func<LogPartition, long?>? endOf, CancellationToken stop)
    {
        using var starting = CancellationTokenSource.CreateLinkedTokenSource(stop, _starting.Token);
        try
        {
            for (var (turn, isOver) = (pipeline, false); !isOver;)
            {
                await using var writer = await store.OpenAsync(pipeline.Name, turn.Plan.Tables, starting.Token);
                _writer = writer;
                IReadOnlyList<LedgerRow> ledger = partition is null ? writer.Ledger : [.. writer.Ledger.Where(r => r.Partition.Partition == partition)];
                var gap = pipeline.Options.AllowLostMessages ? await LogGap.FindAsync(source, pipeline, ledger, logger, starting.Token) : null;
                var start = LaneStart.Of(pipeline, gap?.Ledger ?? ledger);
                if (start.Pipeline != turn)
                {
                    turn = start.Pipeline;                      // whose tables may be others
                    continue;
                }
                start.Tell(logger, pipeline);
                var partitions = await find(turn, writer.Ledger, starting.Token);
                var positions = await start.PositionsAsync(source, partitions, logger, starting.Token);
                await using var reader = await open([.. positions.Select(p => p.Offset is null && _begun.TryGetValue(p.Partition, out var offset) ? p with { Offset = offset } : p)], starting.Token);
                _reader = reader;
                for (var i = 0; i < partitions.Length; i++)
                {
                    _begun.TryAdd(partitions[i], reader.Ranges[i].Start);
                    if (start.Ledger.TryGetValue(partitions[i], out var row)) LedgerState.CheckLog(pipeline.Name, row, reader.Ranges[i]);
                }
                using var committed = writer.Committed.Subscribe(epoch =>
                {
                    Interlocked.Increment(ref _epochs);
                    counts.Add(epoch);
                    _failed.Settle(epoch.Epoch);
                    reader.Report([.. epoch.Epoch.Ledger.Select(l => l.Row.NextOffset)]);
                }, _ => { });
                long[] ends = [.. partitions.Select((p, i) => endOf?.Invoke(p) ?? reader.Ranges[i].End)];
                try
                {
                    isOver = await FollowAsync(start, gap?.Rejects ?? [], partitions, ends, reader, writer, stop);
                    turn = pipeline;
                }
                catch (QueryException fault) when (!stop.IsCancellationRequested)
                {
                    if (!_failed.TryAdd(fault)) throw;
                    Log.Skipped(logger, fault, _name, fault.Position!.Value);
                    await writer.CompleteAsync().WaitAsync(stop);       // what was sent before stays; the lane goes on from there
                    GoOn();
                }
            }
        }
        catch (Exception) when (_starting.IsCancellationRequested && _loop is null && !stop.IsCancellationRequested)
        {
            return;                                             // drained before there was anything to drain
        }
    }

    private void GoOn()
    {
        lock (_gate)
        {
            var ended = _loop!.Snapshot!;
            _earlier = ended with { Counts = (_earlier?.Counts ?? default) + ended.Counts };
            _loop = null;                                       // while it starts again, a drain ends it at once
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _starting.Dispose();
        }
    }

    /// <summary>Whether all is done; not where a former query has ended its era, and the pipeline's own goes on.</summary>
    private async Task<bool> FollowAsync(LaneStart start, IReadOnlyList<Reject> lost, LogPartition[] partitions, long[] ends, IMessageReader reader, IEpochWriter writer, CancellationToken stop)
    {
        var query = start.Pipeline;
        using var loop = new LaneLoop(_name, start.Options, onEpoch => new(_name, query.Query, query.Plan, start.Options,
            [.. partitions.Select((p, i) => (p, reader.Ranges[i].Start, start.Ledger.GetValueOrDefault(p)))], onEpoch, counts.AddBroken, logger, stop)
        { ReplacedEra = start.ReplacedEra }, reader, writer, partitions, ends, _failed.All, lost, logger);
        lock (_gate)                                            // what was asked of a lane that was starting
        {
            _loop = loop;
            if (_drains) loop.Drain();
            if (_endsWithEra || start.EndsWithEra) loop.EndWithEra();
            loop.Pause(_isPaused);
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
        return !start.EndsWithEra || !loop.HasEndedEra || _endsWithEra;
    }
}
