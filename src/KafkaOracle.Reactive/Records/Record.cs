using System.Text;

namespace KafkaOracle.Reactive;

/// <summary>What every record has, whatever its value.</summary>
public abstract class Record
{
    private readonly ReadOnlyMemory<byte> _key;
    private readonly ReadOnlyMemory<byte> _headers;
    private readonly bool _hasKey;
    private readonly long _timestamp;
    private readonly byte[]? _payload;

    private protected Record(in RecordOrigin origin, long at)
    {
        (Partition, PartitionIndex, Offset, Ticks) = (origin.Partition, origin.PartitionIndex, origin.Offset, at);
        (_key, _hasKey, _headers, _timestamp, _payload) = (origin.Key, origin.HasKey, origin.Headers, origin.Timestamp, origin.Payload);
    }

    private protected Record(Record source)
    {
        (Partition, PartitionIndex, Offset, Ticks) = (source.Partition, source.PartitionIndex, source.Offset, source.Ticks);
        (_key, _hasKey, _headers, _timestamp, _payload) = (source._key, source._hasKey, source._headers, source._timestamp, source._payload);
    }

    /// <summary>Event time, in UTC: from the value where the query says so, else the message's own time stamp.</summary>
    public DateTimeOffset At => new(Ticks, TimeSpan.Zero);

    /// <summary>The message's own time stamp, in UTC: the producer's, or the broker's for topics with <c>LogAppendTime</c>.</summary>
    public DateTimeOffset Timestamp => EventTime.At(_timestamp);

    /// <summary>Where the message stands in the log.</summary>
    public Position Position => new(Partition.Topic, Partition.Partition, Offset);

    /// <summary>The message's key as UTF-8 text, decoded at each call; null where it has none.</summary>
    public string? Key => _hasKey ? Encoding.UTF8.GetString(_key.Span) : null;

    /// <summary>The message's key; empty where it has none.</summary>
    public ReadOnlyMemory<byte> KeyBytes => _key;

    /// <summary>Whether the message has a key, be it an empty one.</summary>
    public bool HasKey => _hasKey;

    /// <summary>The message's value as it came, where a table of the query takes it (<see cref="ITable.TakesMessages"/>); else null, as for a tombstone.</summary>
    public ReadOnlyMemory<byte>? Payload => _payload is { } payload ? payload : (ReadOnlyMemory<byte>?)null;

    /// <summary>The message's headers.</summary>
    public Headers Headers => new(_headers);

    /// <summary>Decodes the message's key, at each call.</summary>
    /// <param name="decoder">Given the key as its value, with the message's headers; a missing key as a tombstone.</param>
    /// <remarks>
    /// What the decoder throws is an error of the query. To send messages with bad keys to the rejects, decode the key together with the
    /// value: <see cref="Decoder.WithKey{TKey, T, TResult}"/>.
    /// </remarks>
    public TKey KeyAs<TKey>(Decoder<TKey> decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        return decoder(new() { Partition = Partition, Offset = Offset, Timestamp = Timestamp, Value = _key.Span, IsTombstone = !_hasKey, Key = _key, HasKey = _hasKey, Headers = Headers });
    }

    internal LogPartition Partition { get; }
    internal int PartitionIndex { get; }
    internal long Offset { get; }
    internal long Ticks { get; }

    /// <summary>What is looked up for it; null where nothing is.</summary>
    internal Finding[]? Findings { get; set; }
}

/// <summary>A decoded Kafka message.</summary>
/// <typeparam name="T">The type its decoder made of it.</typeparam>
public sealed class Record<T> : Record
{
    internal Record(in RecordOrigin origin, long at, T value) : base(in origin, at) => Value = value;

    private Record(Record source, T value) : base(source) => Value = value;

    /// <summary>What the decoder made of the message's value.</summary>
    public T Value { get; }

    /// <summary>The same record with another value: key, time, position and headers stay.</summary>
    public Record<TOut> With<TOut>(TOut value) => Record<TOut>.From(this, value);

    internal static Record<T> From(Record source, T value) => new(source, value);

    /// <summary>Position, time and value.</summary>
    public override string ToString() => $"{Position} {At:O} {Value}";
}

/// <summary>Where a record comes from, and the parts of the message that outlive its slab.</summary>
internal readonly record struct RecordOrigin(
    LogPartition Partition, int PartitionIndex, long Offset, ReadOnlyMemory<byte> Key, bool HasKey, ReadOnlyMemory<byte> Headers, long Timestamp = 0, byte[]? Payload = null);
