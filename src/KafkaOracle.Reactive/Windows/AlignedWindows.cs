namespace KafkaOracle.Reactive;

/// <summary>The bounds of a window in ticks of UTC.</summary>
internal readonly record struct Bounds(long Start, long End)
{
    public bool Holds(long time) => time >= Start && time < End;
}

/// <summary>Windows that are the same for all keys, whatever the data. Starts and ends both ascend.</summary>
internal abstract class AlignedWindows : Windows
{
    /// <summary>The first window that ends after a time. It may start after it too.</summary>
    public abstract Bounds FirstAfter(long time);

    /// <summary>The window that starts next.</summary>
    public abstract Bounds Next(Bounds window);

    /// <summary>Whether a time may lie in more than one.</summary>
    public abstract bool Overlap { get; }

    /// <summary>Length of the longest window.</summary>
    public abstract TimeSpan Longest { get; }

    /// <summary>How much before the start of an era the first of the windows that end in it may start.</summary>
    public abstract TimeSpan BeforeEra(long era);
}

/// <summary>Windows of one length at regular distances: tumbling where length and distance are the same.</summary>
internal sealed class HoppingWindows(TimeSpan size, TimeSpan hop, TimeSpan offset, string text) : AlignedWindows
{
    private readonly long _size = size.Ticks, _hop = hop.Ticks, _offset = offset.Ticks;

    public override bool Overlap => _size > _hop;

    public override TimeSpan Longest => TimeSpan.FromTicks(_size);

    public override Bounds FirstAfter(long time) => At(EventTime.Floor(time - _size - _offset, _hop) + _offset + _hop);

    public override Bounds Next(Bounds window) => At(window.Start + _hop);

    // Ends lie at multiples of the hop plus offset and size, eras begin at multiples of their length: the nearest two can come is
    // what the greatest common divisor leaves.
    public override TimeSpan BeforeEra(long era)
    {
        var (divisor, rest) = (era, _hop);
        while (rest != 0) (divisor, rest) = (rest, divisor % rest);
        var nearest = EventTime.Floor(_offset + _size, divisor) is var floor && floor == _offset + _size ? divisor : _offset + _size - floor;
        return TimeSpan.FromTicks(Math.Max(0, _size - nearest));
    }

    public override string ToString() => text;

    private Bounds At(long start) => new(start, start + _size);
}
