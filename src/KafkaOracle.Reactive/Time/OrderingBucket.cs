using System.Runtime.CompilerServices;

namespace KafkaOracle.Reactive;

/// <summary>The records of a tenth of a second of event time: added in any order, sorted once, then taken in order.</summary>
/// <remarks>
/// What is sorted are numbers, a record's time within the bucket and its place: by radix, two passes over ten bits of time each, so
/// that the cost of a record does not grow with the bucket.
/// </remarks>
internal sealed class OrderingBucket
{
    // 2^20 ticks are 104.9 ms.
    private const int WidthBits = 20, DigitBits = WidthBits / 2, Digits = 1 << DigitBits, PlaceBits = 32;
    private const int FewestForRadix = Digits / 4;              // below, to count the digits costs more than to compare

    private ulong[] _keys = new ulong[4];
    private Record?[] _records = new Record?[4];
    private int _count, _next;

    public long Number { get; set; }

    /// <summary>Event time of the earliest record added since it was cleared.</summary>
    public long Earliest { get; private set; } = long.MaxValue;

    public bool IsEmpty => _next == _count;

    /// <summary>The next record to take.</summary>
    public Record First => _records[PlaceOf(_keys[_next])]!;

    /// <summary>Event time of the next record to take.</summary>
    public long FirstTicks => (Number << WidthBits) + (long)(_keys[_next] >> PlaceBits);

    public static long NumberOf(long ticks) => ticks >> WidthBits;

    /// <summary>The lane's total order.</summary>
    public static int Compare(Record one, Record other)
    {
        if (one.Ticks != other.Ticks) return one.Ticks.CompareTo(other.Ticks);
        return one.PartitionIndex != other.PartitionIndex ? one.PartitionIndex.CompareTo(other.PartitionIndex) : one.Offset.CompareTo(other.Offset);
    }

    public void Add(Record record)
    {
        if (_count == _keys.Length)
        {
            Array.Resize(ref _keys, _count * 2);
            Array.Resize(ref _records, _count * 2);
        }
        _keys[_count] = ((ulong)(record.Ticks & ((1L << WidthBits) - 1)) << PlaceBits) | (uint)_count;
        _records[_count] = record;
        _count++;
        Earliest = Math.Min(Earliest, record.Ticks);
    }

    /// <summary>Sorts by time alone; records are looked at only where times are equal.</summary>
    /// <param name="scratch">Room for numbers, enlarged where it is too small.</param>
    public void Sort(ref ulong[] scratch)
    {
        var keys = _keys.AsSpan(0, _count);
        if (_count < FewestForRadix) keys.Sort();
        else
        {
            if (scratch.Length < _count) scratch = new ulong[_keys.Length];
            var other = scratch.AsSpan(0, _count);
            Distribute(keys, other, PlaceBits);
            Distribute(other, keys, PlaceBits + DigitBits);
        }
        Fetch(_records.AsSpan(0, _count));
        for (var start = 0; start < keys.Length;)
        {
            var end = start + 1;
            while (end < keys.Length && keys[end] >> PlaceBits == keys[start] >> PlaceBits) end++;
            if (end - start > 1) keys[start..end].Sort((one, other) => Compare(_records[PlaceOf(one)]!, _records[PlaceOf(other)]!));
            start = end;
        }
    }

    public Record Take()
    {
        ref var place = ref _records[PlaceOf(_keys[_next++])];
        var record = place!;
        place = null;                                           // for the garbage collector
        return record;
    }

    /// <summary>Makes an emptied bucket ready for another stretch of time.</summary>
    public void Clear() => (_count, _next, Earliest) = (0, 0, long.MaxValue);

    private static uint PlaceOf(ulong key) => (uint)key;

    /// <summary>Brings the records of a bucket into the processor's cache, many at a time; taken by time, each would be waited for alone.</summary>
    /// <returns>Nothing of use: a loop whose result is not returned would be optimized away.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Fetch(ReadOnlySpan<Record?> records)
    {
        var touched = 0L;
        foreach (var record in records) touched ^= record!.Ticks;
        return touched;
    }

    /// <summary>Moves numbers into the order of one of their digits; those with the same digit stay in their order.</summary>
    private static void Distribute(ReadOnlySpan<ulong> from, Span<ulong> to, int shift)
    {
        Span<int> places = stackalloc int[Digits];
        places.Clear();
        foreach (var key in from) places[(int)(key >> shift) & (Digits - 1)]++;
        var next = 0;
        foreach (ref var place in places) (place, next) = (next, next + place);
        foreach (var key in from) to[places[(int)(key >> shift) & (Digits - 1)]++] = key;
    }
}
