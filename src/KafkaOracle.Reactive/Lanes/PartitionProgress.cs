namespace KafkaOracle.Reactive;

/// <summary>How far a lane has got in one partition: its event time, what is late in it, and from where a restart would read.</summary>
/// <remarks>State: one entry for each second of event time since the era's lead-in in which the partition's event time rose, and the floors.</remarks>
internal sealed class PartitionProgress
{
    // The prefix maxima are kept a second apart: a restart reads at most a second more than it needs.
    private const long IndexStep = TimeSpan.TicksPerSecond;

    private readonly List<(long Offset, long Before)> _floors = [];
    private readonly List<(long Offset, long MaxBefore)> _index = [];
    private readonly Dictionary<long, long> _skips = [];        // from which era on, by offset
    private readonly Dictionary<long, FailedRecord> _failed = [];
    private readonly long _lateness;

    public PartitionProgress(LogPartition partition, TopicInput input, long start, LedgerRow? row)
    {
        (Partition, Input, Next, Committed) = (partition, input, start, row);
        CommittedNext = row?.NextOffset ?? 0;
        IsIdle = row?.Idle ?? false;
        _lateness = input.HasEventTime ? input.Lateness : 0;
        foreach (var floor in row?.Floors ?? []) AddFloor(floor.Offset, floor.Before.UtcTicks);
        foreach (var skip in row?.Skips ?? []) _skips[skip.Offset] = skip.FromEra.UtcTicks;
        _index.Add((Next, EventTime.Never));
    }

    public LogPartition Partition { get; }
    public TopicInput Input { get; }

    /// <summary>The offset of the next message to read.</summary>
    public long Next { get; set; }

    /// <summary>Side rows below are committed already.</summary>
    public long CommittedNext { get; }

    public LedgerRow? Committed { get; }

    /// <summary>Latest event time accepted.</summary>
    public long Max { get; private set; } = EventTime.Never;

    /// <summary>Start of the lead-in of the era that a restart would begin in: a record before it is late or long committed.</summary>
    public long From { get; private set; } = EventTime.Never;

    /// <summary>Left out of the watermark, once it is read again up to where it was.</summary>
    public bool IsIdle { get; set; }

    /// <summary>Ends its idleness. Late is from an offset on what the lane has passed meanwhile.</summary>
    public void ComeBack(long offset, long watermark)
    {
        IsIdle = false;
        if (watermark != EventTime.Never) AddFloor(offset, watermark);
    }

    /// <summary>The source said that there is no message at or after <see cref="Next"/> yet.</summary>
    public bool IsAtEnd { get; set; }

    public bool HasCaughtUp => Next >= CommittedNext;

    public bool HoldsWatermark => Input.HasEventTime && !(IsIdle && HasCaughtUp);

    /// <summary>No record that is not late has an earlier event time.</summary>
    public long Watermark => Math.Max(Max == EventTime.Never ? Max : Max - _lateness, FloorAt(Next));

    public bool IsLate(long at, long offset) => at < Math.Max(Max == EventTime.Never ? Max : Max - _lateness, FloorAt(offset));

    public void See(long at, long offset)
    {
        if (at <= Max) return;
        if (Max - _index[^1].MaxBefore >= IndexStep) _index.Add((offset, Max));
        Max = at;
    }

    /// <summary>Goes without a record. Its message is rejected when it is read again, unless that was done before.</summary>
    public void Skip(FailedRecord failed)
    {
        if (failed.Position.Offset < Next) return;              // dealt with, and never read again
        if (_skips.TryAdd(failed.Position.Offset, failed.FromEra)) _failed[failed.Position.Offset] = failed;
        else _skips[failed.Position.Offset] = Math.Min(_skips[failed.Position.Offset], failed.FromEra);
    }

    /// <summary>The era from which on the query goes without a record.</summary>
    public long SkippedFrom(long offset) => _skips.Count > 0 && _skips.TryGetValue(offset, out var from) ? from : long.MaxValue;

    /// <summary>Why a message is to be rejected now; null where it is not.</summary>
    public string? TakeFailure(long offset) => _failed.Count > 0 && _failed.Remove(offset, out var failed) ? failed.Reason : null;

    /// <summary>How many records are skipped from an era or a later one on.</summary>
    public int SkipsFrom(long era) => _skips.Values.Count(from => from == 0 || from >= era);

    /// <summary>What the ledger is to know: those whose messages are rejected, and that a restart would read.</summary>
    public IReadOnlyList<SkippedRecord> SkipsAfter(long rewind)
    {
        if (_skips.Count == 0) return [];
        foreach (var passed in _skips.Keys.Where(o => o < rewind && !_failed.ContainsKey(o)).ToArray()) _skips.Remove(passed);
        return [.. _skips.Where(s => !_failed.ContainsKey(s.Key)).OrderBy(s => s.Key).Select(s => new SkippedRecord(s.Key, EventTime.At(s.Value)))];
    }

    public IReadOnlyList<(long Offset, long Before)> Floors => _floors;

    /// <summary>From this offset on, records before this time are late.</summary>
    public void AddFloor(long offset, long before)
    {
        if (_floors.Exists(f => f.Offset <= offset && f.Before >= before)) return;
        _floors.RemoveAll(f => f.Offset == offset);
        _floors.Add((offset, before));
    }

    public long FloorAt(long offset)
    {
        var floor = From;
        foreach (var (from, before) in _floors)
            if (from <= offset) floor = Math.Max(floor, before);
        return floor;
    }

    /// <summary>An offset below which no accepted record lies at or after a time; forgets what is not needed for later times.</summary>
    public long Rewind(long time)
    {
        if (Max < time || Max == EventTime.Never)
        {
            _index.Clear();                                     // it never goes back: the ledger forgets what was skipped below it
            _index.Add((Next, Max));
            return Next;
        }
        var last = _index.FindLastIndex(entry => entry.MaxBefore < time);
        if (last > 0) _index.RemoveRange(0, last);
        return _index[0].Offset;
    }

    /// <summary>Goes on as a lane would that began in the era whose lead-in starts at <paramref name="from"/>.</summary>
    public void BeginAt(long from)
    {
        From = Math.Max(From, from);
        _floors.RemoveAll(f => f.Before <= From);
    }
}
