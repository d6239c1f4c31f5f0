namespace KafkaOracle.Reactive;

/// <summary>Makes a value of a message's bytes, on the lane's thread.</summary>
/// <param name="message">The message. Its spans are valid within the call only.</param>
/// <returns>The value; null is a value like any other.</returns>
/// <remarks>
/// Whatever it throws sends the message to the rejects, with the exception's message as the reason, and the lane goes on.
/// It must depend on the message alone: a restart decodes it again.
/// </remarks>
public delegate T Decoder<out T>(in RawMessage message);

/// <summary>A message as it came from the log.</summary>
public readonly ref struct RawMessage
{
    internal RawMessage(LogPartition partition, long offset, DateTimeOffset timestamp, ReadOnlySpan<byte> value, bool isTombstone, ReadOnlyMemory<byte> key, Headers headers)
    {
        (Partition, Offset, Timestamp) = (partition, offset, timestamp);
        Value = value;
        (IsTombstone, Key, Headers) = (isTombstone, key, headers);
    }

    /// <summary>The partition it was read from.</summary>
    public LogPartition Partition { get; }

    /// <summary>Its offset within the partition.</summary>
    public long Offset { get; }

    /// <summary>The message's own time stamp: the producer's, or the broker's for topics with <c>LogAppendTime</c>.</summary>
    public DateTimeOffset Timestamp { get; }

    /// <summary>The value's bytes; empty for a tombstone.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Whether the message has no value at all, which in a compacted topic means: delete the key.</summary>
    public bool IsTombstone { get; }

    /// <summary>The key's bytes; empty where it has none.</summary>
    public ReadOnlyMemory<byte> Key { get; }

    /// <summary>The headers.</summary>
    public Headers Headers { get; }
}
