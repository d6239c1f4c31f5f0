namespace KafkaOracle.Reactive;

/// <summary>Accepted records that the watermark has not passed yet, in the lane's total order: event time, partition, offset.</summary>
/// <remarks>
/// Records wait unsorted in buckets of a tenth of a second. When the watermark reaches a bucket it is sorted, once; what still comes
/// for it goes into a queue beside it. State: 16 bytes a record, for as long as the lateness and the partitions' differences in
/// progress last, and some 200 bytes a bucket.
/// </remarks>
internal sealed class OrderingBuffer
{
    private const int MostSpare = 64;

    private readonly Dictionary<long, OrderingBucket> _buckets = [];
    private readonly PriorityQueue<OrderingBucket, long> _order = new();
    private readonly Stack<OrderingBucket> _spare = new();
    // Records of the open bucket, and of those before it, that came after it was opened.
    private readonly PriorityQueue<Record, Record> _stragglers = new(Comparer<Record>.Create(OrderingBucket.Compare));
    private OrderingBucket? _latest;
    private OrderingBucket _open = new();
    private ulong[] _scratch = [];
    private long _opened = long.MinValue;

    public int Count { get; private set; }

    /// <summary>Event time of the first record, or <see cref="long.MaxValue"/> where there is none.</summary>
    public long First
    {
        get
        {
            var first = !_open.IsEmpty ? _open.FirstTicks : _order.TryPeek(out var bucket, out _) ? bucket.Earliest : long.MaxValue;
            return _stragglers.TryPeek(out var straggler, out _) ? Math.Min(first, straggler.Ticks) : first;
        }
    }

    public void Add(Record record)
    {
        Count++;
        var number = OrderingBucket.NumberOf(record.Ticks);
        if (number <= _opened)
        {
            _stragglers.Enqueue(record, record);
            return;
        }
        if (_latest is not { } bucket || bucket.Number != number) _latest = bucket = BucketOf(number);
        bucket.Add(record);
    }

    /// <summary>Takes the first record where it lies before a time; null where none does.</summary>
    public Record? TakeBefore(long time)
    {
        if (_open.IsEmpty && _stragglers.Count == 0)
        {
            if (!_order.TryPeek(out var bucket, out _) || bucket.Earliest >= time) return null;
            OpenNext();
        }
        var isStraggler = _stragglers.TryPeek(out var straggler, out _) && (_open.IsEmpty || OrderingBucket.Compare(straggler, _open.First) < 0);
        if ((isStraggler ? straggler!.Ticks : _open.FirstTicks) >= time) return null;
        Count--;
        return isStraggler ? _stragglers.Dequeue() : _open.Take();
    }

    private void OpenNext()
    {
        _open.Clear();
        if (_spare.Count < MostSpare) _spare.Push(_open);
        _open = _order.Dequeue();
        _buckets.Remove(_open.Number);
        if (_latest == _open) _latest = null;
        _opened = _open.Number;
        _open.Sort(ref _scratch);
    }

    private OrderingBucket BucketOf(long number)
    {
        if (_buckets.TryGetValue(number, out var bucket)) return bucket;
        if (!_spare.TryPop(out bucket)) bucket = new();
        bucket.Number = number;
        _buckets[number] = bucket;
        _order.Enqueue(bucket, number);
        return bucket;
    }
}
