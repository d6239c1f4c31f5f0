namespace KafkaOracle.Reactive;

/// <summary>Messages as they are.</summary>
public static class Bytes
{
    /// <summary>A copy of the value's bytes. A tombstone is null.</summary>
    public static Decoder<byte[]?> Raw { get; } = (in message) => message.IsTombstone ? null : message.Value.ToArray();
}
