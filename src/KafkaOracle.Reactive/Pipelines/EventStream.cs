using System.Reactive.Subjects;

namespace KafkaOracle.Reactive;

/// <summary>A topic's records in one total order: event time, topic, partition, offset.</summary>
public sealed class EventStream<T> : IObservable<Record<T>>
{
    private readonly TopicInput<T> _input;

    internal EventStream(TopicInput<T> input) => _input = input;

    internal Subject<Record<T>> Records { get; } = new();

    internal Subject<Record<T>> LateRecords { get; } = new();

    /// <summary>The records that came too late to be put in order.</summary>
    /// <remarks>
    /// Without a use of it, late records go to the rejects. A side output: it runs in the order of arrival, once for each record, and
    /// must treat each by itself, without state and without the clock. A record is late by its own partition alone: when its event
    /// time is before the latest that its partition had before it, less the lateness; or before what was decided while its partition
    /// had nothing for a long time.
    /// </remarks>
    public IObservable<Record<T>> Late
    {
        get
        {
            _input.TakesLate = true;
            return LateRecords;
        }
    }

    /// <inheritdoc/>
    public IDisposable Subscribe(IObserver<Record<T>> observer) => Records.Subscribe(observer);
}
