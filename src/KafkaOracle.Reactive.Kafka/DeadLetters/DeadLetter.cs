using System.Globalization;
using System.Text;

namespace KafkaOracle.Reactive;

/// <summary>A message that did not get where it was meant to go: all of what it was, and why.</summary>
/// <remarks>
/// In a dead-letter topic it has the key, the value and the headers that it had, and its own time stamp unless that lies in the future, which
/// brokers refuse. Headers beginning with <c>dead-letter.</c>, in UTF-8, say the rest: <c>pipeline</c>, <c>kind</c>, <c>reason</c>, <c>rules</c>
/// (names with commas), <c>topic</c>, <c>partition</c> and <c>offset</c> it was read from, <c>timestamp</c> and, where it is known, <c>event-time</c>.
/// </remarks>
public sealed record DeadLetter
{
    private const string Prefix = "dead-letter.", TopicHeader = Prefix + "topic", PartitionHeader = Prefix + "partition", OffsetHeader = Prefix + "offset", TimestampHeader = Prefix + "timestamp";

    /// <summary>What is wrong with it: <c>Broken</c> for a record that breaks rules, else the name of a <see cref="RejectKind"/> or the query's own word.</summary>
    public required string Kind { get; init; }

    /// <summary>The reason in words.</summary>
    public required string Reason { get; init; }

    /// <summary>The names of the rules that it breaks.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>Where it was read. For a letter that is written again after it was read from a dead-letter topic, where it was read at first.</summary>
    public required Position Source { get; init; }

    /// <summary>The message's own time stamp, in UTC.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Its event time in UTC; null where it could not be found.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Its key; null where it has none.</summary>
    public ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>Its value as it came; null for a tombstone.</summary>
    public ReadOnlyMemory<byte>? Value { get; init; }

    /// <summary>The headers it had.</summary>
    public Headers Headers { get; init; }

    /// <summary>A record that breaks rules, as a dead letter that names them all.</summary>
    public static DeadLetter Of<T>(BrokenRecord<T> broken)
    {
        ArgumentNullException.ThrowIfNull(broken);
        return Of(broken.Record, "Broken", string.Join(" ", broken.Broken.Select(r => r.Message))) with { Rules = [.. broken.Broken.Select(r => r.Name)] };
    }

    /// <summary>A record as a dead letter, for a reason of the query's own.</summary>
    /// <param name="record">The record.</param>
    /// <param name="kind">The kind of reason, in a word.</param>
    /// <param name="reason">The reason in words.</param>
    public static DeadLetter Of(Record record, string kind, string reason)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentNullException.ThrowIfNull(reason);
        return new()
        {
            Kind = kind,
            Reason = reason,
            Source = SourceOf(record.Headers) ?? record.Position,
            Timestamp = record.Timestamp,
            At = record.At,
            Key = record.HasKey ? record.KeyBytes : (ReadOnlyMemory<byte>?)null,
            Value = record.Payload,
            Headers = record.Headers,
        };
    }

    /// <summary>Reads a dead-letter topic: each message as the one that it was, with its own headers, time stamp and place.</summary>
    /// <param name="decoder">Reads the messages of the topic that the letters came from, perhaps better than before.</param>
    /// <returns>A decoder for the dead-letter topic. A message there that is no dead letter goes to the rejects.</returns>
    public static Decoder<T> Original<T>(Decoder<T> decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        return (in message) =>
        {
            var source = SourceOf(message.Headers) ?? throw new FormatException($"The message is no dead letter: it has no good headers {TopicHeader}, {PartitionHeader} and {OffsetHeader}.");
            return decoder(message with
            {
                Partition = new(source.Topic, source.Partition),
                Offset = source.Offset,
                Timestamp = TimeOf(message.Headers.Text(TimestampHeader)) ?? message.Timestamp,
                Headers = Headers.Of(message.Headers.Where(h => !IsOurs(h))),
            });
        };
    }

    /// <summary>Where a dead letter was read at first; null where the headers are not those of one.</summary>
    public static Position? SourceOf(Headers headers)
        => headers.Text(TopicHeader) is { Length: > 0 } topic
            && int.TryParse(headers.Text(PartitionHeader), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            && long.TryParse(headers.Text(OffsetHeader), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? new(topic, partition, offset) : null;

    internal static DeadLetter Of(Reject reject) => new()
    {
        Kind = reject.Kind.ToString(),
        Reason = reject.Reason,
        Source = SourceOf(reject.Headers) ?? reject.Position,
        Timestamp = TimeOf(reject.Headers.Text(TimestampHeader)) ?? reject.Timestamp,
        At = reject.At,
        Key = MemoryOf(reject.Key),
        Value = MemoryOf(reject.Payload),
        Headers = reject.Headers,
    };

    /// <summary>The headers in the topic: those it had, then what is known of it.</summary>
    internal IEnumerable<Header> HeadersFor(string pipeline)
    {
        foreach (var header in Headers)
            if (!IsOurs(header)) yield return header;
        yield return Of("pipeline", pipeline);
        yield return Of("kind", Kind);
        yield return Of("reason", Reason);
        if (Rules.Count > 0) yield return Of("rules", string.Join(",", Rules));
        yield return Of("topic", Source.Topic);
        yield return Of("partition", Source.Partition.ToString(CultureInfo.InvariantCulture));
        yield return Of("offset", Source.Offset.ToString(CultureInfo.InvariantCulture));
        yield return Of("timestamp", Timestamp.ToString("O", CultureInfo.InvariantCulture));
        if (At is { } at) yield return Of("event-time", at.ToString("O", CultureInfo.InvariantCulture));

        static Header Of(string name, string text) => new(Prefix + name, Encoding.UTF8.GetBytes(text));
    }

    // Null stays null, where the conversion would make it empty.
    private static ReadOnlyMemory<byte>? MemoryOf(byte[]? bytes) => bytes is null ? (ReadOnlyMemory<byte>?)null : bytes;

    private static bool IsOurs(Header header) => header.Name.StartsWith(Prefix, StringComparison.Ordinal);

    private static DateTimeOffset? TimeOf(string? text)
        => DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : null;
}
