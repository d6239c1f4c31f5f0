namespace KafkaOracle.Reactive;

/// <summary>The records of a tenth of a second of event time: added in any order, sorted once, then taken in order.</summary>
internal sealed class OrderingBucket
{
    // 2^20 ticks are 104.9 ms.
    private const int WidthBits = 20;

    private long[] _ticks = new long[4];
    private Record?[] _records = new Record?[4];
    private int _count, _next;

    public long Number { get; set; }

    /// <summary>Event time of the earliest record added since it was cleared.</summary>
    public long Earliest { get; private set; } = long.MaxValue;

    public bool IsEmpty => _next == _count;

    /// <summary>The next record to take.</summary>
    public Record First => _records[_next]!;

    public static long NumberOf(long ticks) => ticks >> WidthBits;

    /// <summary>The lane's total order.</summary>
    public static int Compare(Record one, Record other)
    {
        if (one.Ticks != other.Ticks) return one.Ticks.CompareTo(other.Ticks);
        return one.PartitionIndex != other.PartitionIndex ? one.PartitionIndex.CompareTo(other.PartitionIndex) : one.Offset.CompareTo(other.Offset);
    }

    public void Add(Record record)
    {
        if (_count == _ticks.Length)
        {
            Array.Resize(ref _ticks, _count * 2);
            Array.Resize(ref _records, _count * 2);
        }
        (_ticks[_count], _records[_count]) = (record.Ticks, record);
        _count++;
        Earliest = Math.Min(Earliest, record.Ticks);
    }

    /// <summary>Sorts by time alone, whose numbers lie side by side; records are looked at only where times are equal.</summary>
    public void Sort()
    {
        Array.Sort(_ticks, _records, 0, _count);
        for (var start = 0; start < _count;)
        {
            var end = start + 1;
            while (end < _count && _ticks[end] == _ticks[start]) end++;
            if (end - start > 1) _records.AsSpan(start, end - start).Sort(static (one, other) => Compare(one!, other!));
            start = end;
        }
    }

    public void Take() => _records[_next++] = null;             // for the garbage collector

    /// <summary>Makes an emptied bucket ready for another stretch of time.</summary>
    public void Clear() => (_count, _next, Earliest) = (0, 0, long.MaxValue);
}
