using System.Text;

namespace KafkaOracle.Reactive.Embedded;

/// <summary>A message for <see cref="EmbeddedKafka.Produce"/>.</summary>
/// <param name="Key">Null for none. With no <see cref="Partition"/> it decides the partition, by murmur2 as Java clients do.</param>
/// <param name="Value">Null for a tombstone.</param>
public sealed record EmbeddedMessage(byte[]? Key, byte[]? Value)
{
    /// <summary>Where to put it. The default, null, leaves it to the key, or without a key to chance.</summary>
    public int? Partition { get; init; }

    /// <summary>Its time, kept to the millisecond. The default, null, is the moment of sending.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>Its headers in order; names may repeat, values may be null. The default is none.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]?>> Headers { get; init; } = [];

    /// <summary>A message of UTF-8 text.</summary>
    /// <param name="key">Null for none.</param>
    /// <param name="value">Null for a tombstone.</param>
    /// <param name="timestamp">Its time. Null is the moment of sending.</param>
    /// <param name="partition">Where to put it. Null leaves it to the key.</param>
    public static EmbeddedMessage Text(string? key, string? value, DateTimeOffset? timestamp = null, int? partition = null) =>
        new(Utf8(key), Utf8(value)) { Timestamp = timestamp, Partition = partition };

    private static byte[]? Utf8(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
