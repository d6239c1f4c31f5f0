namespace KafkaOracle.Reactive;

/// <summary>Accepted records that the watermark has not passed yet, in the lane's total order: event time, partition, offset.</summary>
/// <remarks>State: one entry a record, for as long as the lateness and the partitions' differences in progress last.</remarks>
internal sealed class OrderingBuffer
{
    private readonly PriorityQueue<Record, Key> _queue = new(1024, KeyOrder.Instance);

    public int Count => _queue.Count;

    public void Add(Record record) => _queue.Enqueue(record, new(record.Ticks, record.PartitionIndex, record.Offset));

    /// <summary>Event time of the first record, or <see cref="long.MaxValue"/> where there is none.</summary>
    public long First => _queue.TryPeek(out var record, out _) ? record.Ticks : long.MaxValue;

    public Record Take() => _queue.Dequeue();

    private readonly record struct Key(long Ticks, int Partition, long Offset);

    private sealed class KeyOrder : IComparer<Key>
    {
        public static readonly KeyOrder Instance = new();

        public int Compare(Key x, Key y)
            => x.Ticks != y.Ticks ? x.Ticks.CompareTo(y.Ticks) : x.Partition != y.Partition ? x.Partition.CompareTo(y.Partition) : x.Offset.CompareTo(y.Offset);
    }
}
