namespace KafkaOracle.Reactive;

/// <summary>Which event times are believed. A record outside goes to the rejects and moves no clock.</summary>
/// <remarks>A single time stamp in milliseconds taken for seconds would otherwise carry the watermark millennia ahead and make everything after it late.</remarks>
public sealed class EventTimeBounds
{
    /// <summary>Earliest time believed.</summary>
    /// <value>The default is 1970-01-01T00:00Z.</value>
    public DateTimeOffset Earliest { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>Latest time believed, exclusive.</summary>
    /// <value>The default is 2200-01-01T00:00Z.</value>
    public DateTimeOffset Latest { get; init; } = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How far an event time may lie after the time stamp of its own message, which the log keeps.</summary>
    /// <value>Not negative. The default is 1 day.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public TimeSpan MaxAhead
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(MaxAhead));
            field = value;
        }
    } = TimeSpan.FromDays(1);

    internal void Check()
    {
        if (Earliest >= Latest) throw new ArgumentException($"No event time would be believed: the earliest, {Earliest:O}, is not before the latest, {Latest:O}.", "bounds");
    }

    internal string? Violation(long at, long timestamp)
    {
        if (at < Earliest.UtcTicks) return $"event time {EventTime.At(at):O} is before {Earliest:O}, the earliest believed";
        if (at >= Latest.UtcTicks) return $"event time {EventTime.At(at):O} is not before {Latest:O}, the latest believed";
        if (at - timestamp > MaxAhead.Ticks) return $"event time {EventTime.At(at):O} is more than {MaxAhead} after the message's own time stamp, {EventTime.At(timestamp):O}";
        return null;
    }
}
