namespace KafkaOracle.Reactive;

/// <summary>
/// Bounds what waits to be put in order: once that is too much, partitions that are ahead of the others in event time are not read on until
/// half of it has gone. The partition that the others wait for is always read.
/// </summary>
internal sealed class ReadAhead(PipelineOptions options, IMessageReader reader, int partitions)
{
    private readonly bool[] _held = new bool[partitions];
    private bool _isFull;

    /// <summary>Looks at the lane after each step.</summary>
    /// <param name="engine">The lane.</param>
    /// <param name="ends">For bounded runs, the offsets at which each partition ends. Where the others wait for one that has ended, there is nothing to wait for.</param>
    public void Adjust(LaneEngine engine, ReadOnlySpan<long> ends = default)
    {
        var wasFull = _isFull;
        _isFull = engine.Buffered > (wasFull ? options.MaxBuffered / 2 : options.MaxBuffered);
        if (!wasFull && !_isFull) return;
        var mark = engine.Mark();
        var moves = true;
        for (var i = 0; i < ends.Length; i++)
            if (engine.Partition(i) is { HoldsWatermark: true } last && last.Watermark <= mark && last.Next >= ends[i]) moves = false;
        for (var i = 0; i < _held.Length; i++)
        {
            var isHeld = _isFull && moves && engine.Partition(i) is { Input.HasEventTime: true } partition && partition.Watermark > mark;
            if (isHeld != _held[i]) reader.Hold(i, _held[i] = isHeld);
        }
    }
}
