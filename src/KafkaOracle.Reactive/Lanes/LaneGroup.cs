using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>A lane for each partition number that this process has; which ones is for the consumer group to say.</summary>
/// <remarks>
/// A lane is open while the process has the partition of its number of every topic. Where one is revoked the lane takes no more
/// messages and commits what it has computed; when that takes too long, or the partition is lost, it is dropped, and whoever owns the
/// partition computes its rows. What a lane that has not noticed still commits, or not, the ledger's compare-and-set decides.
/// </remarks>
internal sealed class LaneGroup(Pipeline pipeline, RunCounts counts, ILogger logger) : ILanes, IPartitionOwner
{
    /// <summary>How often a bounded run that has no more to do looks whether the others have.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly HashSet<LogPartition> _owned = [];
    private readonly SortedDictionary<int, OwnedLane> _lanes = [];
    private readonly HashSet<OwnedLane> _leaving = [];
    private readonly TaskCompletionSource<JoinedGroup> _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _starting = new();
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IMessageSource? _source;
    private IEpochStore? _store;
    private LaneCounts _former;
    private LookBack _lookBack = new(TimeSpan.Zero, "");
    private bool _hasFormed, _drains, _endsWithEra, _isPaused, _isDisposed;

    public RunState State
    {
        get
        {
            lock (_gate)
                return _drains ? RunState.Draining
                    : !_hasFormed ? RunState.Starting
                    : _isPaused ? RunState.Paused
                    : _lanes.Values.Any(l => l.Status.State is RunState.Starting or RunState.Restoring) ? RunState.Restoring : RunState.Running;
        }
    }

    public LaneCounts Messages
    {
        get
        {
            lock (_gate) return _lanes.Values.Concat(_leaving).Aggregate(_former, (sum, lane) => sum + lane.Status.Messages);
        }
    }

    public IReadOnlyList<LaneStatus> Status
    {
        get
        {
            lock (_gate) return [.. _lanes.Values.Select(l => l.Status)];
        }
    }

    public IReadOnlyList<Trouble> Troubles
    {
        get
        {
            lock (_gate) return [.. _lanes.Values.Concat(_leaving).SelectMany(l => l.Troubles)];
        }
    }

    public LookBack LookBack
    {
        get
        {
            lock (_gate) return _lanes.Values.Select(l => l.LookBack).Append(_lookBack).MaxBy(l => l.Span);
        }
    }

    public void Drain()
    {
        lock (_gate)
        {
            _drains = true;
            foreach (var lane in _lanes.Values) lane.Drain();
            if (_lanes.Count == 0 && !_isDisposed) _ = _starting.CancelAsync();
        }
        EndIfDone();
    }

    public void EndWithEra()
    {
        lock (_gate)
        {
            _endsWithEra = true;
            foreach (var lane in _lanes.Values) lane.EndWithEra();
        }
        EndIfDone();
    }

    public void Pause(bool paused)
    {
        lock (_gate)
        {
            _isPaused = paused;
            foreach (var lane in _lanes.Values) lane.Pause(paused);
        }
    }

    public async Task RunAsync(IMessageSource source, IEpochStore store, CancellationToken stop)
    {
        (_source, _store) = (source, store);
        using var starting = CancellationTokenSource.CreateLinkedTokenSource(stop, _starting.Token);
        using var following = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            var partitions = await CheckAsync(source, store, starting.Token);
            await using var member = await source.JoinAsync(pipeline.Name, pipeline.Topics, this, starting.Token);
            using var stopping = stop.Register(DropAll);        // before the member leaves, which would let them commit
            var log = pipeline.Options.Until == RunUntil.Stopped ? null : await LogAsync(member, partitions, starting.Token);
            _joined.SetResult(new(member, log));
            var ended = log is null ? [_over.Task, member.Completion] : new[] { _over.Task, member.Completion, FollowToEndAsync(_joined.Task.Result, following.Token) };
            await await Task.WhenAny(ended).WaitAsync(stop);
        }
        catch (Exception) when (_starting.IsCancellationRequested && !_joined.Task.IsCompletedSuccessfully && !stop.IsCancellationRequested)
        {
            return;                                             // drained before there was anything to drain
        }
        finally
        {
            _joined.TrySetCanceled(CancellationToken.None);
            await following.CancelAsync();
            DropAll();
            await Task.WhenAll(All().Select(l => l.Ended));
        }
    }

    public void OnAssigned(IReadOnlyCollection<LogPartition> partitions)
    {
        lock (_gate)
        {
            _hasFormed = true;
            _owned.UnionWith(partitions);
            foreach (var partition in partitions.Select(p => p.Partition).Distinct().Order())
                if (!_drains && !_lanes.ContainsKey(partition) && pipeline.Topics.All(t => _owned.Contains(new(t, partition)))) Open(partition);
            Signal();
        }
        EndIfDone();
    }

    public async Task OnRevokedAsync(IReadOnlyCollection<LogPartition> partitions, CancellationToken deadline)
    {
        var lanes = Leave(partitions);
        foreach (var lane in lanes) lane.Drain();
        try
        {
            await Task.WhenAll(lanes.Select(l => l.Ended)).WaitAsync(deadline);
        }
        catch (OperationCanceledException)
        {
            foreach (var lane in lanes.Where(l => !l.HasEnded))
            {
                Log.DroppedLate(logger, pipeline.Name, lane.Partition);
                lane.Drop();
            }
        }
    }

    public void OnLost(IReadOnlyCollection<LogPartition> partitions)
    {
        foreach (var lane in Leave(partitions))
        {
            Log.LostLane(logger, pipeline.Name, lane.Partition);
            lane.Drop();
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

    /// <summary>Checks the tables, and that the topics can be divided into lanes.</summary>
    private async Task<IReadOnlyList<LogPartition>> CheckAsync(IMessageSource source, IEpochStore store, CancellationToken stop)
    {
        if (pipeline.Formers.Any(f => !f.Topics.ToHashSet().SetEquals(pipeline.Topics)))
            throw new InvalidOperationException($"A former version of pipeline '{pipeline.Name}' reads other topics, and lanes per partition have those of one group. End the former version by FinishEraAsync before this one starts. Nothing was written.");
        await using var writer = await store.OpenAsync(pipeline.Name, pipeline.Plan.Tables, stop);
        var partitions = await source.PartitionsAsync(pipeline.Topics, stop);
        LedgerState.CheckPartitions(pipeline, partitions, writer.Ledger);
        var counts = partitions.GroupBy(p => p.Topic).Select(t => (Topic: t.Key, Count: t.Count())).ToList();
        if (counts.Exists(c => c.Count != counts[0].Count))
            throw new InvalidOperationException(
                $"Pipeline '{pipeline.Name}' has a lane for each partition number, and its topics have different numbers of partitions: {string.Join(", ", counts.Select(c => $"{c.Topic} {c.Count}"))}. Give them the same number, with the same key in the same partition, or use Lanes.Single. Nothing was written.");
        return partitions;
    }

    private static async Task<Dictionary<LogPartition, PartitionRange>> LogAsync(IGroupMember member, IReadOnlyList<LogPartition> partitions, CancellationToken stop)
    {
        var ranges = await member.RangesAsync([.. partitions.Select(p => new PartitionStart(p, null))], stop);
        return partitions.Zip(ranges).ToDictionary(p => p.First, p => p.Second);
    }

    /// <summary>Bounded runs: ends when the lanes here have, and those that other processes have are seen in the ledger to have read all.</summary>
    /// <remarks>Until then the process stays in the group: it may be given what another one leaves behind.</remarks>
    private async Task FollowToEndAsync(JoinedGroup group, CancellationToken stop)
    {
        while (true)
        {
            var change = Change();
            if (HasNothingToDo())
            {
                await using var writer = await _store!.OpenAsync(pipeline.Name, pipeline.Plan.Tables, stop);
                lock (_gate)
                    if (HasNothingToDo() && group.IsDone(pipeline, writer.Ledger, _lanes.Keys)) return;
            }
            await Task.WhenAny(change, Task.Delay(LookInterval, pipeline.Options.TimeProvider, stop));
            stop.ThrowIfCancellationRequested();
        }
    }

    private void Signal()
    {
        _change.TrySetResult();
        _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private Task Change()
    {
        lock (_gate) return _change.Task;
    }

    private bool HasNothingToDo()
    {
        lock (_gate) return _hasFormed && _leaving.Count == 0 && _lanes.Values.All(l => l.HasEnded);
    }

    private void EndIfDone()
    {
        lock (_gate)
            if ((_drains || (_endsWithEra && _hasFormed)) && _leaving.Count == 0 && _lanes.Values.All(l => l.HasEnded)) _over.TrySetResult();
    }

    private void Open(int partition)
    {
        var lane = new OwnedLane(pipeline, partition, counts, logger);
        lane.Pause(_isPaused);
        if (_endsWithEra) lane.EndWithEra();
        _lanes.Add(partition, lane);
        lane.Start(_source!, _store!, _joined.Task, OnEnded);
    }

    private void OnEnded(OwnedLane lane)
    {
        if (lane.Fault is { } fault) _over.TrySetException(new LaneFailedException(pipeline.Name, lane.Partition, fault));
        lock (_gate)
        {
            if (_leaving.Remove(lane)) Forget(lane);
            Signal();
        }
        EndIfDone();
    }

    private List<OwnedLane> Leave(IReadOnlyCollection<LogPartition> partitions)
    {
        var leaving = new List<OwnedLane>();
        lock (_gate)
        {
            _owned.ExceptWith(partitions);
            foreach (var partition in partitions.Select(p => p.Partition).Distinct())
            {
                if (!_lanes.Remove(partition, out var lane)) continue;
                leaving.Add(lane);
                if (lane.HasEnded) Forget(lane);
                else _leaving.Add(lane);
            }
        }
        return leaving;
    }

    private void Forget(OwnedLane lane)
    {
        _former += lane.Status.Messages;
        if (lane.LookBack.Span > _lookBack.Span) _lookBack = lane.LookBack;
        lane.Dispose();
    }

    private void DropAll()
    {
        foreach (var lane in All()) lane.Drop();
    }

    private List<OwnedLane> All()
    {
        lock (_gate) return [.. _lanes.Values, .. _leaving];
    }
}
