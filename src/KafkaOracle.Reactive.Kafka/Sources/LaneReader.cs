using System.Threading.Channels;
using Confluent.Kafka;

namespace KafkaOracle.Reactive;

/// <summary>What one lane reads of a consumer that several share: its partitions, and a bounded queue of slabs. The poll thread's but for what the port declares.</summary>
internal sealed class LaneReader : IMessageReader
{
    private readonly Channel<Slab> _slabs;
    private readonly KafkaSourceOptions _options;
    private readonly Action<LaneReader> _close;
    private readonly bool[] _isAtEnd;
    private readonly long[] _stored;
    private long[]? _reported;
    private Slab? _open;
    private volatile bool _isClosed;

    /// <param name="options">The source's options.</param>
    /// <param name="partitions">The partitions, which slabs refer to by index.</param>
    /// <param name="ranges">Their logs.</param>
    /// <param name="close">Called, on any thread, when nobody reads any more.</param>
    public LaneReader(KafkaSourceOptions options, IReadOnlyList<LogPartition> partitions, IReadOnlyList<PartitionRange> ranges, Action<LaneReader> close)
    {
        (_options, Partitions, Ranges, _close) = (options, [.. partitions.Select(p => p.ToKafka())], ranges, close);
        Next = [.. ranges.Select(r => r.Start)];
        _stored = [.. Next];
        _isAtEnd = new bool[Next.Length];
        _slabs = Channel.CreateBounded<Slab>(new BoundedChannelOptions(options.SlabQueue) { SingleReader = true, SingleWriter = true });
    }

    public IReadOnlyList<TopicPartition> Partitions { get; }

    /// <inheritdoc/>
    public IReadOnlyList<PartitionRange> Ranges { get; }

    /// <inheritdoc/>
    public ChannelReader<Slab> Slabs => _slabs.Reader;

    /// <summary>The offset of the next message of each partition.</summary>
    public long[] Next { get; }

    /// <summary>Whether its partitions are paused, as its lane is behind.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Whether messages wait to be handed over.</summary>
    public bool HasOpen => _open is { Count: > 0 };

    /// <summary>Whether the open slab is full.</summary>
    public bool IsFull => _open is { } slab && (slab.Count >= _options.SlabMessages || slab.Bytes >= _options.SlabBytes);

    /// <summary>Whether its lane has nothing to do while there may be more in the log.</summary>
    public bool IsHungry => !IsPaused && !HasOpen && _slabs.Reader.Count == 0 && Array.Exists(_isAtEnd, e => !e);

    /// <summary>Whether a lane that was behind has made room enough for the next messages to arrive while it works.</summary>
    public bool HasRoom => _slabs.Reader.Count <= _options.SlabQueue / 2;

    /// <inheritdoc/>
    public void Report(IReadOnlyList<long> nextOffsets) => Volatile.Write(ref _reported, [.. nextOffsets]);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _isClosed = true;
        _slabs.Writer.TryComplete();
        _close(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Takes a message out of the slab that the client's contents were written into.</summary>
    public void Add(int index, Slab message, long offset, long timestamp)
    {
        _open ??= NewSlab();
        message.CopyOpenTo(_open);
        _open.Add(index, offset, timestamp);
        (Next[index], _isAtEnd[index]) = (offset + 1, false);
    }

    public void AddEnd(int index, long offset)
    {
        (_open ??= NewSlab()).AddEnd(index, offset);
        _isAtEnd[index] = true;
    }

    /// <returns>False: the queue is full.</returns>
    public bool TryHandOver()
    {
        if (_isClosed) Drop();
        if (HasOpen && !_slabs.Writer.TryWrite(_open!)) return _isClosed;
        _open = null;
        return true;
    }

    /// <summary>Waits until there is room, or for a while.</summary>
    public void WaitForRoom(TimeSpan most) => _slabs.Writer.WaitToWriteAsync().AsTask().Wait(most);

    /// <summary>Takes the offsets reported since the last call, those that have changed.</summary>
    public IEnumerable<TopicPartitionOffset> TakeReported()
    {
        if (Interlocked.Exchange(ref _reported, null) is not { } reported) yield break;
        for (var i = 0; i < reported.Length; i++)
        {
            if (reported[i] == _stored[i]) continue;
            _stored[i] = reported[i];
            yield return new(Partitions[i], reported[i]);
        }
    }

    /// <summary>No more messages come; what was handed over can still be read, unless nobody wants it.</summary>
    public void End(Exception? fault)
    {
        _slabs.Writer.TryComplete(fault);
        Drop();
    }

    /// <summary>Gives back what nobody has read.</summary>
    public void Empty()
    {
        while (_slabs.Reader.TryRead(out var slab)) slab.Dispose();
    }

    private void Drop()
    {
        _open?.Dispose();
        _open = null;
    }

    private Slab NewSlab() => new(Math.Min(_options.SlabMessages, 512), Math.Min(_options.SlabBytes, 128 * 1024));
}
