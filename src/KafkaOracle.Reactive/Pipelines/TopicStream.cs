using System.Reactive.Subjects;

namespace KafkaOracle.Reactive;

/// <summary>A topic's records as they arrive: in the order of each partition, the partitions interleaved by chance.</summary>
/// <remarks>
/// For queries that treat each record by itself: such rows are committed with the record's offset and are never computed again. State
/// kept across records (Scan, Distinct, windows) would depend on how partitions interleave and is lost at a restart: use
/// <c>InEventTime</c> for that.
/// </remarks>
public sealed class TopicStream<T> : IObservable<Record<T>>
{
    private readonly TopicInput<T> _input;
    private readonly bool _planning;

    internal TopicStream(TopicInput<T> input, bool planning)
    {
        (_input, _planning) = (input, planning);
        Events = new(input, planning);
    }

    internal Subject<Record<T>> Arrivals { get; } = new();

    internal EventStream<T> Events { get; }

    /// <summary>The records in one total order: event time, topic, partition, offset.</summary>
    /// <param name="at">Event time of a value. It may throw: the message then goes to the rejects.</param>
    /// <param name="lateness">How much later than the latest event time of its own partition a record may come. Not negative.</param>
    /// <param name="bounds">Which times are believed; the defaults of <see cref="EventTimeBounds"/> where null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lateness"/> is negative.</exception>
    /// <exception cref="ArgumentException">The earliest of <paramref name="bounds"/> is not before the latest.</exception>
    /// <exception cref="InvalidOperationException">Event time was declared for this topic before, differently.</exception>
    /// <remarks>State: the records of the last <paramref name="lateness"/>, and of the time by which partitions are apart.</remarks>
    public EventStream<T> InEventTime(Func<T, DateTimeOffset> at, TimeSpan lateness, EventTimeBounds? bounds = null)
    {
        ArgumentNullException.ThrowIfNull(at);
        return Declare(new((value, _) => at(value).UtcTicks, lateness, bounds ?? new()));
    }

    /// <summary>The records in one total order by the messages' own time stamps: event time, topic, partition, offset.</summary>
    /// <inheritdoc cref="InEventTime(Func{T, DateTimeOffset}, TimeSpan, EventTimeBounds?)"/>
    public EventStream<T> InEventTime(TimeSpan lateness, EventTimeBounds? bounds = null)
        => Declare(new((_, timestamp) => timestamp, lateness, bounds ?? new()));

    /// <inheritdoc/>
    public IDisposable Subscribe(IObserver<Record<T>> observer) => Arrivals.Subscribe(observer);

    private EventStream<T> Declare(EventTimeSpec<T> spec)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(spec.Lateness, TimeSpan.Zero, "lateness");
        spec.Bounds.Check();
        if (_planning) _input.DeclareEventTime(spec);
        return Events;
    }
}

/// <summary>How a topic's event time is found and how much disorder is waited for.</summary>
internal sealed record EventTimeSpec<T>(Func<T, long, long> At, TimeSpan Lateness, EventTimeBounds Bounds);
