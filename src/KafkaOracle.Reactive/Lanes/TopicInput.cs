namespace KafkaOracle.Reactive;

/// <summary>A topic as the query declares it: how its messages are decoded, and where their event time lies.</summary>
internal abstract class TopicInput(string topic, int index)
{
    public string Topic { get; } = topic;
    public int Index { get; } = index;
    public bool TakesLate { get; set; }

    /// <summary>Whether records keep their messages' values as they came.</summary>
    public bool KeepsPayload { get; set; }

    /// <summary>What the query looks up for each record, in the order in which it says so.</summary>
    public List<LookUp> LookUps { get; } = [];

    public abstract bool HasEventTime { get; }
    public abstract long Lateness { get; }
    protected abstract long MaxAhead { get; }

    /// <summary>From which time stamp on to read, to miss no record at or after an event time: none is believed that is further ahead of its message.</summary>
    public DateTimeOffset ReadFrom(long time) => EventTime.At(time - MaxAhead);

    /// <summary>Decodes a message and finds its event time. Throws what the user's functions throw.</summary>
    public abstract Record Decode(in RawMessage message, in RecordOrigin origin, long timestamp);

    public abstract string? OutOfBounds(Record record, long timestamp);
}

internal sealed class TopicInput<T>(string topic, int index, Decoder<T> decoder) : TopicInput(topic, index)
{
    private EventTimeSpec<T>? _eventTime;

    public override bool HasEventTime => _eventTime is not null;
    public override long Lateness => _eventTime!.Lateness.Ticks;
    protected override long MaxAhead => _eventTime!.Bounds.MaxAhead.Ticks;

    public override Record Decode(in RawMessage message, in RecordOrigin origin, long timestamp)
    {
        var value = decoder(message);
        return new Record<T>(origin, _eventTime is null ? timestamp : _eventTime.At(value, timestamp), value);
    }

    public override string? OutOfBounds(Record record, long timestamp) => _eventTime!.Bounds.Violation(record.Ticks, timestamp);

    public void DeclareEventTime(EventTimeSpec<T> spec)
    {
        if (_eventTime is not null)
            throw new InvalidOperationException($"The query declares the event time of topic '{Topic}' twice. Keep the stream that InEventTime returned in a variable and use it twice.");
        _eventTime = spec;
    }
}
