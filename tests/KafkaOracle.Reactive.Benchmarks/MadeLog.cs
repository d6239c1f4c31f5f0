using System.Buffers.Binary;
using System.Threading.Channels;

namespace KafkaOracle.Reactive.Benchmarks;

/// <summary>A log that is made while it is read: 50,000 messages a second of event time, of 16 bytes, dealt out to the partitions. It may be hours long.</summary>
internal sealed class MadeLog(string topic, int partitions) : IMessageSource
{
    public const int PerSecond = 50_000;

    private const int SlabMessages = 512;

    /// <summary>How many messages there are.</summary>
    public long Length { get; set; }

    /// <summary>The number of a message, by which it has its time and its key.</summary>
    public static readonly Decoder<long> Number = static (in RawMessage message) => BinaryPrimitives.ReadInt64LittleEndian(message.Value);

    public Task<IReadOnlyList<LogPartition>> PartitionsAsync(IReadOnlyCollection<string> topics, CancellationToken stop)
        => Task.FromResult<IReadOnlyList<LogPartition>>([.. Enumerable.Range(0, partitions).Select(p => new LogPartition(topic, p))]);

    public Task<IReadOnlyList<PartitionRange>> FindAsync(IReadOnlyList<PartitionTime> times, CancellationToken stop) => throw new NotSupportedException();

    public Task<IGroupMember> JoinAsync(string group, IReadOnlyCollection<string> topics, IPartitionOwner owner, CancellationToken stop) => throw new NotSupportedException();

    public Task<IMessageReader> OpenAsync(string group, IReadOnlyList<PartitionStart> starts, CancellationToken stop)
        => Task.FromResult<IMessageReader>(new Reader(partitions, Length / partitions, [.. starts.Select(s => (s.Partition.Partition, s.Offset ?? 0))]));

    /// <summary>Reads the partitions in turns, as they were written.</summary>
    private sealed class Reader : IMessageReader
    {
        private readonly Channel<Slab> _slabs = Channel.CreateBounded<Slab>(new BoundedChannelOptions(8) { SingleReader = true, SingleWriter = true });
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _making;

        public Reader(int partitions, long end, (int Partition, long Offset)[] starts)
        {
            Ranges = [.. starts.Select(s => new PartitionRange(0, s.Offset, end))];
            _making = Task.Run(() => MakeAsync(partitions, end, starts));
        }

        public IReadOnlyList<PartitionRange> Ranges { get; }

        public ChannelReader<Slab> Slabs => _slabs.Reader;

        public void Report(IReadOnlyList<long> nextOffsets)
        {
            // Nobody watches.
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            try
            {
                await _making;
            }
            catch (OperationCanceledException)
            {
                // The lane reads no more.
            }
            _stop.Dispose();
        }

        private async Task MakeAsync(int partitions, long end, (int Partition, long Offset)[] starts)
        {
            var slab = new Slab(SlabMessages);
            var value = new byte[16];
            for (var offset = starts.Min(s => s.Offset); offset < end; offset++)
            {
                for (var i = 0; i < starts.Length; i++)
                {
                    if (offset < starts[i].Offset) continue;
                    var number = offset * partitions + starts[i].Partition;
                    BinaryPrimitives.WriteInt64LittleEndian(value, number);
                    slab.WriteValue(value);
                    slab.Add(i, offset, Trades.Start.ToUnixTimeMilliseconds() + number * 1000 / PerSecond);
                }
                if (slab.Count < SlabMessages) continue;
                await _slabs.Writer.WriteAsync(slab, _stop.Token);
                slab = new(SlabMessages);
            }
            for (var i = 0; i < starts.Length; i++) slab.AddEnd(i, end);
            await _slabs.Writer.WriteAsync(slab, _stop.Token);
        }
    }
}
