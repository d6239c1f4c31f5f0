namespace KafkaOracle.Reactive;

/// <summary>Records in a heap, the first of them at its top.</summary>
/// <remarks>Four children a node, with the key beside the record: no comparer is called and no record touched to find a place.</remarks>
internal sealed class OrderingHeap
{
    private Entry[] _heap = new Entry[64];

    public int Count { get; private set; }

    /// <summary>The first record. There must be one.</summary>
    public Record First => _heap[0].Record;

    public void Add(Record record)
    {
        if (Count == _heap.Length) Array.Resize(ref _heap, Count * 2);
        var entry = new Entry(record.Ticks, record.PartitionIndex, record.Offset, record);
        var place = Count++;
        while (place > 0)
        {
            var parent = (place - 1) >> 2;
            if (!entry.IsBefore(_heap[parent])) break;
            _heap[place] = _heap[parent];
            place = parent;
        }
        _heap[place] = entry;
    }

    public Record Take()
    {
        var first = _heap[0].Record;
        var moved = _heap[--Count];
        _heap[Count] = default;
        if (Count == 0) return first;
        var place = 0;
        for (var child = 1; child < Count; child = (place << 2) + 1)
        {
            var least = child;
            var end = Math.Min(child + 4, Count);
            for (var other = child + 1; other < end; other++)
                if (_heap[other].IsBefore(_heap[least])) least = other;
            if (!_heap[least].IsBefore(moved)) break;
            _heap[place] = _heap[least];
            place = least;
        }
        _heap[place] = moved;
        return first;
    }

    private readonly struct Entry(long ticks, int partition, long offset, Record record)
    {
        private readonly long _ticks = ticks;
        private readonly int _partition = partition;
        private readonly long _offset = offset;
        public readonly Record Record = record;

        public bool IsBefore(in Entry other)
            => _ticks != other._ticks ? _ticks < other._ticks : _partition != other._partition ? _partition < other._partition : _offset < other._offset;
    }
}
