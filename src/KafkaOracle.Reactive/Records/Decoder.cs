namespace KafkaOracle.Reactive;

/// <summary>Makes a value of a message's bytes, on the lane's thread.</summary>
/// <param name="message">The message. Its spans are valid within the call only.</param>
/// <returns>The value; null is a value like any other.</returns>
/// <remarks>
/// Whatever it throws sends the message to the rejects, with the exception's message as the reason, and the lane goes on; but for a
/// <see cref="DecoderUnavailableException"/>, after which it is tried again. It must depend on the message alone: a restart decodes it
/// again. Runs side by side call it at the same time.
/// </remarks>
public delegate T Decoder<out T>(in RawMessage message);

/// <summary>A message as it came from the log, or as a decoder's test makes it.</summary>
public readonly ref struct RawMessage
{
    /// <summary>The partition it was read from.</summary>
    public LogPartition Partition { get; init; }

    /// <summary>Its offset within the partition.</summary>
    public long Offset { get; init; }

    /// <summary>The message's own time stamp: the producer's, or the broker's for topics with <c>LogAppendTime</c>.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>The value's bytes; empty for a tombstone.</summary>
    public ReadOnlySpan<byte> Value { get; init; }

    /// <summary>Whether the message has no value at all, which in a compacted topic means: delete the key.</summary>
    public bool IsTombstone { get; init; }

    /// <summary>The key's bytes; empty where it has none.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>Whether the message has a key, be it an empty one.</summary>
    public bool HasKey { get; init; }

    /// <summary>The headers.</summary>
    public Headers Headers { get; init; }

    /// <summary>The message's key in the place of its value: what a decoder of keys is given. A missing key is a tombstone.</summary>
    internal RawMessage OfKey() => this with { Value = Key.Span, IsTombstone = !HasKey };
}
