using System.ComponentModel.DataAnnotations;
using System.ComponentModel.DataAnnotations.Schema;
using System.Text;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>A message or a row that did not get where it was meant to go, as it lies in the table of rejects.</summary>
internal sealed record RejectRecord
{
    [Key] public Guid RejectId { get; init; } = Guid.NewGuid();
    public DateTimeOffset RejectedAt { get; init; }
    public required long EpochNumber { get; init; }

    /// <summary>
    /// Undecodable, OutOfBounds, Late, Failed: a message that did not get into the query, or that it threw on. Refused: a row that the
    /// database refused, or that has a value for which its table has no place.
    /// </summary>
    [MaxLength(20)] public required string Kind { get; init; }
    [MaxLength(1000)] public required string Reason { get; init; }
    public int? OraCode { get; init; }

    /// <summary>The table that refused the row.</summary>
    [MaxLength(128)] public string? TableName { get; init; }
    [MaxLength(249)] public string? Topic { get; init; }
    public int? TopicPartition { get; init; }
    public long? TopicOffset { get; init; }
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>The era that the row belongs to.</summary>
    public DateTimeOffset? EraStart { get; init; }

    /// <summary>The number of the lane's partitions, where lanes are per partition and the row belongs to an era.</summary>
    public int? Lane { get; init; }
    [MaxLength(int.MaxValue)] public byte[]? MessageKey { get; init; }

    /// <summary>The message's own time stamp.</summary>
    public DateTimeOffset? MessageTimestamp { get; init; }

    /// <summary>The message's headers, see <see cref="RejectedHeaders"/>.</summary>
    [MaxLength(int.MaxValue)] public string? MessageHeaders { get; init; }

    /// <summary>A message's value where it is text, or a row as JSON.</summary>
    [MaxLength(int.MaxValue)] public string? Payload { get; init; }

    /// <summary>A message's value where it is no text.</summary>
    [MaxLength(int.MaxValue)] public byte[]? PayloadBytes { get; init; }

    /// <summary>When it got where it was meant to go after all.</summary>
    public DateTimeOffset? ReplayedAt { get; init; }

    public static RejectRecord Of(Reject reject, long epoch)
    {
        var text = reject.Payload is { } payload ? Utf8Text.Of(payload) : null;
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
            MessageTimestamp = reject.Timestamp == default ? null : reject.Timestamp,
            MessageHeaders = RejectedHeaders.ToJson(reject.Headers),
            Payload = text,
            PayloadBytes = text is null ? reject.Payload : null,
        };
    }

    /// <summary>The rows of a batch that are in no table: those that were not sent, and those that the database refused.</summary>
    public static IEnumerable<RejectRecord> Of(IOracleBatch batch, IEnumerable<RefusedRow> refused, long epoch) =>
    [
        .. batch.Unfit.Select(r => Of(batch.Table, r, epoch)),
        .. refused.Select(r => Of(batch.Table, new(r.Message, batch.Payload(r.Row), batch.OriginOf(r.Row)), epoch) with { OraCode = r.Code }),
    ];

    public static RejectRecord Of(OracleTable table, UnfitRow row, long epoch) => new()
    {
        EpochNumber = epoch,
        Kind = RejectsTable.Refused,
        Reason = Shortened(row.Reason),
        TableName = table.Name,
        Topic = row.Origin.Position?.Topic,
        TopicPartition = row.Origin.Position?.Partition,
        TopicOffset = row.Origin.Position?.Offset,
        EventTime = row.Origin.At,
        EraStart = row.Origin.EraStart,
        Lane = row.Origin.Lane,
        Payload = row.Payload,
    };

    [NotMapped] public Position? Position => Topic is null ? null : new(Topic, TopicPartition!.Value, TopicOffset!.Value);

    /// <summary>The message that was rejected.</summary>
    public Reject ToReject() => new(Enum.Parse<RejectKind>(Kind), Reason, Position!.Value, EventTime, MessageKey, PayloadBytes ?? (Payload is null ? null : Encoding.UTF8.GetBytes(Payload)))
    { Timestamp = MessageTimestamp ?? default, Headers = RejectedHeaders.OfJson(MessageHeaders) };

    // 1000 characters are at most 4000 bytes, the most a VARCHAR2 holds.
    public static string Shortened(string text) => text.Length <= 1000 ? text : text[..1000];
}

/// <summary>The rejects of a pipeline: <c>RETAIL_REJECTS</c> for a pipeline named retail.</summary>
internal static class RejectsTable
{
    public const string Refused = "Refused";

    public static OracleTable<RejectRecord> For(string pipeline) => OracleTable.For<RejectRecord>(OracleName.FromClr(pipeline) + "_REJECTS");

    /// <summary>Writes rejects within the connection's transaction, as of now.</summary>
    /// <exception cref="OracleStoreException">The table refuses one.</exception>
    public static async Task WriteAsync(OracleConnection connection, OracleTable<RejectRecord> table, IEnumerable<RejectRecord> rejects, OracleStoreOptions options, CancellationToken stop)
    {
        var batch = table.NewBatch();
        var now = options.TimeProvider.GetUtcNow();
        foreach (var reject in rejects) batch.Add(reject with { RejectedAt = now }, default);
        for (var start = 0; start < batch.Count; start += options.ArrayRows)
        {
            var count = Math.Min(options.ArrayRows, batch.Count - start);
            var (_, failed) = await ArrayStatement.ExecuteAsync(connection, table.Sql, count, ((IOracleBatch)batch).Bind(start, count), options, stop);
            if (failed.Count > 0) throw new OracleStoreException($"Table {table.Name} refused a rejected row, so that it would be lost: {failed[0].Message}", null, failed[0].Code, OracleErrorKind.Data);
        }
    }
}
