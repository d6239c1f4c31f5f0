using System.Threading.Channels;

namespace KafkaOracle.Reactive;

/// <summary>What a lane of a group's member reads: a reader of its own, whose progress the member shows.</summary>
/// <param name="reader">The reader.</param>
/// <param name="report">Takes the offset of the next message of each partition.</param>
internal sealed class LaneReader(IMessageReader reader, Action<IReadOnlyList<long>> report) : IMessageReader
{
    /// <inheritdoc/>
    public IReadOnlyList<PartitionRange> Ranges => reader.Ranges;

    /// <inheritdoc/>
    public ChannelReader<Slab> Slabs => reader.Slabs;

    /// <inheritdoc/>
    public Trouble? Trouble => reader.Trouble;

    /// <inheritdoc/>
    public Task<bool> IsAtEndAsync(int partition, long offset) => reader.IsAtEndAsync(partition, offset);

    /// <inheritdoc/>
    public void Hold(int partition, bool isHeld) => reader.Hold(partition, isHeld);

    /// <inheritdoc/>
    public void Report(IReadOnlyList<long> nextOffsets) => report(nextOffsets);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => reader.DisposeAsync();
}
