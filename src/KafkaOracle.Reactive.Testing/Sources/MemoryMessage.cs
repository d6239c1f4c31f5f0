namespace KafkaOracle.Reactive.Testing;

/// <summary>A message in a <see cref="MemoryLog"/>.</summary>
public sealed record MemoryMessage
{
    /// <summary>The offset, given by the log.</summary>
    public long Offset { get; init; }

    /// <summary>The message's own time stamp. A log keeps milliseconds, as Kafka's does: the rest is cut off.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The key; null where it has none.</summary>
    public byte[]? Key { get; init; }

    /// <summary>The value; null for a tombstone.</summary>
    public byte[]? Value { get; init; }

    /// <summary>The headers, in their order; names may repeat.</summary>
    public IReadOnlyList<Header> Headers { get; init; } = [];

    internal void WriteTo(Slab slab, int partition)
    {
        if (Key is not null) slab.WriteKey(Key);
        foreach (var header in Headers) slab.WriteHeader(header.Name, header.Value is { } value ? value.Span : default, header.Value is null);
        if (Value is not null) slab.WriteValue(Value);
        slab.Add(partition, Offset, Timestamp.ToUnixTimeMilliseconds());
    }
}
