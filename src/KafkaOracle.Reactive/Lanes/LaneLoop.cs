using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>The lane's thread: takes slabs, feeds the engine, and decides by the machine's clock when to cut and who is idle.</summary>
internal sealed class LaneLoop(
    string pipeline, PipelineOptions options, Func<Action<Epoch>, LaneEngine> createEngine, IMessageReader reader, IEpochWriter writer,
    IReadOnlyList<LogPartition> partitions, long[] ends, IReadOnlyList<FailedRecord> failed, IReadOnlyList<Reject> lost, ILogger logger) : IDisposable
{
    private readonly AutoResetEvent _wake = new(false);
    private readonly bool _bounded = options.Until != RunUntil.Stopped;
    private volatile bool _drain, _endsWithEra, _paused;
    private bool _warned;
    private volatile LaneSnapshot? _snapshot;
    private readonly StepWatch _watch = new(pipeline, options, logger);
    private CancellationToken _stop;
    private Task<bool>? _waiting;
    private long _lastCut, _heldUp;

    public LaneSnapshot? Snapshot => _snapshot;

    /// <summary>Says that the query has not come back from a step for long.</summary>
    public Trouble? Trouble => _watch.Trouble;

    /// <summary>Whether it has ended because an era has.</summary>
    public bool HasEndedEra { get; private set; }

    public void Drain()
    {
        _drain = true;
        Wake();
    }

    /// <summary>Ends when the era under way has; at once where that has no rows yet.</summary>
    public void EndWithEra()
    {
        _endsWithEra = true;
        Wake();
    }

    public void Pause(bool paused)
    {
        _paused = paused;
        Wake();
    }

    /// <summary>Runs on a thread of its own until the log's end, a drain, a stop, or an error.</summary>
    public Task RunAsync(CancellationToken stop)
    {
        _stop = stop;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Run();
                done.SetResult();
            }
            catch (Exception fault)
            {
                done.SetException(fault);
            }
        })
        { IsBackground = true, Name = $"lane {pipeline}" };
        thread.Start();
        return done.Task;
    }

    public void Dispose() => _wake.Dispose();

    private void Run()
    {
        using var engine = createEngine(Send);
        engine.Skip(failed);
        engine.Reject(lost);
        using var cancelled = _stop.Register(Wake);
        var tick = new[] { options.EpochInterval, options.IdleAfter, options.SlowStepAfter }.Min();
        using var timer = options.TimeProvider.CreateTimer(_ => Tick(), null, tick, tick);
        Log.Started(logger, pipeline, partitions.Count, engine.EpochNumber, engine.EraStart);
        _lastCut = options.TimeProvider.GetTimestamp();
        Publish(engine);

        try
        {
            Follow(engine);
            if (options.Until == RunUntil.EndOfLogClosed && !_drain) engine.CloseWindows();
            if (engine.HasUnsavedProgress) engine.Cut();
        }
        catch (EraEndedException)
        {
            HasEndedEra = true;                                 // it has cut already
        }
        Publish(engine);
    }

    private void Follow(LaneEngine engine)
    {
        var (idle, readAhead) = (new IdleWatch(pipeline, options, reader, ends.Length, Wake, logger), new ReadAhead(options, reader, ends.Length));
        while (!_drain && !HasFinished(engine))
        {
            engine.EndsWithEra = _endsWithEra;
            if (_endsWithEra && !engine.HasRowsOfEra) return;
            if (_stop.IsCancellationRequested) throw new LaneStoppedException();
            Slab? slab = null;
            var isQuiet = _paused || !reader.Slabs.TryRead(out slab);
            using (slab)
                if (slab is not null) Process(engine, slab);
            // After a look at what is there, so that nobody is left out whose message lay waiting while the lane slept.
            if (_paused) idle.Forget();
            else if (!_bounded) idle.Look(engine, _heldUp + engine.HeldUp);
            readAhead.Adjust(engine, _bounded ? ends : default);
            engine.Thread.Check();
            if (engine.HasUnsavedProgress && options.TimeProvider.GetElapsedTime(_lastCut) >= options.EpochInterval) engine.Cut();
            Publish(engine);
            if (isQuiet && !Wait()) return;
        }
    }

    private void Process(LaneEngine engine, Slab slab)
    {
        _watch.Begin(engine);
        try
        {
            engine.Process(slab, _bounded ? ends : default);
        }
        finally
        {
            _watch.End();
            _snapshot = _snapshot! with { Counts = engine.Counts };     // what is counted of a step that throws
        }
    }

    private void Tick()
    {
        _watch.Look();
        Wake();
    }

    /// <summary>Waits until there is something to do. False: the source has ended; its error is thrown.</summary>
    private bool Wait()
    {
        if (_waiting is { IsCompleted: true })
        {
            if (!_waiting.GetAwaiter().GetResult()) return false;
            _waiting = null;
            if (!_paused) return true;
        }
        if (_waiting is null && !_paused)
        {
            _waiting = reader.Slabs.WaitToReadAsync(CancellationToken.None).AsTask();
            _waiting.ContinueWith(_ => Wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        _wake.WaitOne();
        return true;
    }

    /// <summary>Bounded runs: a partition that has been read to its end no longer holds the watermark back, unless what follows it is to be waited for.</summary>
    private bool HasFinished(LaneEngine engine)
    {
        if (!_bounded) return false;
        var finished = true;
        for (var i = 0; i < ends.Length; i++)
        {
            var partition = engine.Partition(i);
            if (partition.Next < ends[i]) finished = false;
            else if (options.Until == RunUntil.EndOfLogClosed || partition.Max == EventTime.Never) engine.GoIdle(i);
        }
        return finished;
    }

    private void Send(Epoch epoch)
    {
        _lastCut = options.TimeProvider.GetTimestamp();
        var isStep = _watch.End();
        try
        {
            if (!writer.SendAsync(epoch, _stop).GetAwaiter().GetResult()) throw new LaneStoppedException();
            if (isStep) _watch.Begin();
        }
        catch (Exception cause) when (cause is not LaneStoppedException)
        {
            throw new LaneStoppedException(cause);              // it passes through the query, and is not the query's
        }
        finally
        {
            _heldUp += options.TimeProvider.GetTimestamp() - _lastCut;
        }
    }

    private void Publish(LaneEngine engine)
    {
        long behind = 0;
        for (var i = 0; i < ends.Length; i++) behind += Math.Max(0, ends[i] - engine.Partition(i).Next);
        _snapshot = new(engine.Counts, engine.Watermark, engine.Last?.Partition, engine.Buffered, behind, engine.IsRestoring, engine.LookBack);
        if (_warned || engine.LookBack.Span <= options.LeadIn) return;
        _warned = true;
        Log.LeadInIsShort(logger, pipeline, engine.LookBack.Span, engine.LookBack.By, options.LeadIn);
    }

    private void Wake()
    {
        try
        {
            _wake.Set();
        }
        catch (ObjectDisposedException)
        {
            // The loop has ended; a read, a timer or a caller comes late.
        }
    }
}

/// <summary>What the lane's thread shows to others.</summary>
internal sealed record LaneSnapshot(LaneCounts Counts, DateTimeOffset? Watermark, LogPartition? Last, int Buffered, long Behind, bool IsRestoring, LookBack LookBack);
