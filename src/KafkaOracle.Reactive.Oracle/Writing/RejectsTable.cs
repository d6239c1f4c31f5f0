using System.ComponentModel.DataAnnotations;
using System.Text;

namespace KafkaOracle.Reactive;

/// <summary>A message or a row that did not get where it was meant to go, as it lies in the table of rejects.</summary>
internal sealed record RejectRecord
{
    public DateTimeOffset RejectedAt { get; init; }
    public required long EpochNumber { get; init; }

    /// <summary>Undecodable, OutOfBounds, Late, Failed: a message that did not get into the query, or that it threw on. Refused: a row that the database refused.</summary>
    [MaxLength(20)] public required string Kind { get; init; }
    [MaxLength(1000)] public required string Reason { get; init; }
    public int? OraCode { get; init; }

    /// <summary>The table that refused the row.</summary>
    [MaxLength(128)] public string? TableName { get; init; }
    [MaxLength(249)] public string? Topic { get; init; }
    public int? TopicPartition { get; init; }
    public long? TopicOffset { get; init; }
    public DateTimeOffset? EventTime { get; init; }
    [MaxLength(int.MaxValue)] public byte[]? MessageKey { get; init; }

    /// <summary>A message's value where it is text, or a row as JSON.</summary>
    [MaxLength(int.MaxValue)] public string? Payload { get; init; }

    /// <summary>A message's value where it is no text.</summary>
    [MaxLength(int.MaxValue)] public byte[]? PayloadBytes { get; init; }

    public static RejectRecord Of(Reject reject, long epoch)
    {
        var text = reject.Payload is { } payload ? TextOf(payload) : null;
        return new()
        {
            EpochNumber = epoch,
            Kind = reject.Kind.ToString(),
            Reason = Shortened(reject.Reason),
            Topic = reject.Position.Topic,
            TopicPartition = reject.Position.Partition,
            TopicOffset = reject.Position.Offset,
            EventTime = reject.At,
            MessageKey = reject.Key,
            Payload = text,
            PayloadBytes = text is null ? reject.Payload : null,
        };
    }

    public static RejectRecord Of(IOracleBatch batch, int row, int code, string message, long epoch)
    {
        var origin = batch.OriginOf(row);
        return new()
        {
            EpochNumber = epoch,
            Kind = "Refused",
            Reason = Shortened(message),
            OraCode = code,
            TableName = batch.Table.Name,
            Topic = origin.Position?.Topic,
            TopicPartition = origin.Position?.Partition,
            TopicOffset = origin.Position?.Offset,
            EventTime = origin.At,
            Payload = batch.Payload(row),
        };
    }

    // 1000 characters are at most 4000 bytes, the most a VARCHAR2 holds.
    private static string Shortened(string text) => text.Length <= 1000 ? text : text[..1000];

    private static string? TextOf(byte[] payload)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(payload) is var text && !text.Contains('\0', StringComparison.Ordinal) ? text : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}

/// <summary>The rejects of a pipeline: <c>RETAIL_REJECTS</c> for a pipeline named retail.</summary>
internal static class RejectsTable
{
    public static OracleTable<RejectRecord> For(string pipeline) => OracleTable.For<RejectRecord>(OracleName.FromClr(pipeline) + "_REJECTS");
}
