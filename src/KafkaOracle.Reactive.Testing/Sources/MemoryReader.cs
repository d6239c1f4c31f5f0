using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace KafkaOracle.Reactive.Testing;

/// <summary>Reads a <see cref="MemoryLog"/>. Its slabs are made when they are asked for, so nothing is ever read ahead.</summary>
internal sealed class MemoryReader : ChannelReader<Slab>, IMessageReader
{
    private readonly MemoryLog _log;
    private readonly string _group;
    private readonly int _slabMessages;
    private readonly MemoryPartition[] _partitions;
    private readonly long[] _next, _endTold;
    private readonly bool[] _held;
    private TaskCompletionSource<bool>? _waiting;
    private Exception? _error;
    private bool _closed;
    private int _turn;

    public MemoryReader(MemoryLog log, string group, int slabMessages, MemoryPartition[] partitions, IReadOnlyList<PartitionStart> starts)
    {
        (_log, _group, _slabMessages, _partitions) = (log, group, slabMessages, partitions);
        Ranges = [.. partitions.Select((p, i) => RangeOf(p, starts[i]))];
        _next = [.. Ranges.Select(r => r.Start)];
        _endTold = [.. Ranges.Select(_ => -1L)];
        _held = new bool[partitions.Length];
    }

    public static PartitionRange RangeOf(MemoryPartition partition, PartitionStart start) => new(partition.First, start.Offset ?? partition.First, partition.End);

    public IReadOnlyList<PartitionRange> Ranges { get; }

    public ChannelReader<Slab> Slabs => this;

    public void Report(IReadOnlyList<long> nextOffsets)
    {
        lock (_log.Gate)
            for (var i = 0; i < _partitions.Length; i++) _log.Report(_group, _partitions[i].Name, nextOffsets[i]);
    }

    public Task<bool> IsAtEndAsync(int partition, long offset)
    {
        lock (_log.Gate) return Task.FromResult(!_partitions[partition].IsWithheld && _partitions[partition].End <= offset);
    }

    public void Hold(int partition, bool isHeld)
    {
        lock (_log.Gate)
        {
            _held[partition] = isHeld;
            Wake();
        }
    }

    /// <summary>Under the gate: whether someone waits for the next message.</summary>
    public bool Waits => _waiting is not null;

    public override bool TryRead([MaybeNullWhen(false)] out Slab item)
    {
        lock (_log.Gate)
        {
            item = null;
            var partition = NextToRead();
            if (partition < 0 || HasTrimmed(partition)) return false;
            item = Read(partition);
            return true;
        }
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        lock (_log.Gate)
        {
            var partition = NextToRead();
            if (partition >= 0 && !HasTrimmed(partition)) return new(true);
            if (_error is not null) return ValueTask.FromException<bool>(_error);
            if (_closed) return new(false);
            _waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(_waiting.Task.WaitAsync(cancellationToken));
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_log.Gate)
        {
            _closed = true;
            _log.Closed(this);
            Wake();
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>Under the gate: there may be something new to read.</summary>
    public void Wake()
    {
        if (_waiting is not { } waiting) return;
        var partition = NextToRead();
        if (partition >= 0 && !HasTrimmed(partition)) waiting.SetResult(true);
        else if (_error is not null) waiting.SetException(_error);
        else if (_closed) waiting.SetResult(false);
        else return;
        _waiting = null;
    }

    /// <summary>Under the gate: ends with an error once everything is read.</summary>
    public void Break(Exception error)
    {
        _error ??= error;
        Wake();
    }

    private int NextToRead()
    {
        if (_closed) return -1;
        for (var i = 0; i < _partitions.Length; i++)
        {
            var partition = (_turn + i) % _partitions.Length;
            if (_held[partition] || _partitions[partition].IsWithheld) continue;
            if (_next[partition] < _partitions[partition].End || _endTold[partition] < _next[partition]) return partition;
        }
        return -1;
    }

    private bool HasTrimmed(int partition)
    {
        if (_next[partition] >= _partitions[partition].First) return false;
        _error ??= new InvalidOperationException($"Partition {_partitions[partition].Name} cannot be read from offset {_next[partition]} on: its log now begins at {_partitions[partition].First}.");
        return true;
    }

    private Slab Read(int partition)
    {
        _turn = (partition + 1) % _partitions.Length;
        var (log, slab) = (_partitions[partition], new Slab(16, 1024));
        foreach (var message in log.From(_next[partition]).Take(_slabMessages))
        {
            message.WriteTo(slab, partition);
            _next[partition] = message.Offset + 1;
        }
        if (!log.From(_next[partition]).Any())                  // offsets without messages at the end are passed over
        {
            _next[partition] = _endTold[partition] = Math.Max(_next[partition], log.End);
            slab.AddEnd(partition, _next[partition]);
        }
        return slab;
    }
}
