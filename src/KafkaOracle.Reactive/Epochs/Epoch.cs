namespace KafkaOracle.Reactive;

/// <summary>The rows produced between two cuts, with how far they got: committed together, or not at all.</summary>
public sealed record Epoch
{
    /// <summary>Proves, when the outcome of a commit is in doubt, whose commit it was.</summary>
    public required Guid Id { get; init; }

    /// <summary>Counts a pipeline's epochs from 1, for people.</summary>
    public required long Number { get; init; }

    /// <summary>The ledger's rows after this epoch, each with what it must still hold before.</summary>
    public required IReadOnlyList<LedgerAdvance> Ledger { get; init; }

    /// <summary>The rows, a batch a table, none of them empty, in the order in which the query names the tables.</summary>
    public required IReadOnlyList<RowBatch> Batches { get; init; }

    /// <summary>Number of the lane's partitions with <see cref="Lanes.PerPartition"/>; null for a single lane.</summary>
    public int? Lane { get; init; }

    /// <summary>Start of an era whose rows are deleted first, from every table, as a changed query computes it anew: those of this <see cref="Lane"/>, of all where that is null. Null for none.</summary>
    public DateTimeOffset? ReplacedEra { get; init; }

    /// <summary>The messages that did not get into the query.</summary>
    public required IReadOnlyList<Reject> Rejects { get; init; }

    /// <summary>How many rows there are over all tables, rejects apart.</summary>
    public long Rows => Batches.Sum(b => (long)b.Count);
}

/// <summary>The compare-and-set of one ledger row.</summary>
/// <param name="Row">What to write.</param>
/// <param name="ExpectedEpoch">The epoch that the row must hold; null: the row must not be there yet.</param>
public sealed record LedgerAdvance(LedgerRow Row, Guid? ExpectedEpoch);

/// <summary>Why a message did not get into the query.</summary>
public enum RejectKind
{
    /// <summary>The decoder, or the function that finds the event time, threw.</summary>
    Undecodable,

    /// <summary>Its event time lies outside the bounds.</summary>
    OutOfBounds,

    /// <summary>It came later than the lateness allows, and the query does not use <see cref="EventStream{T}.Late"/>.</summary>
    Late,

    /// <summary>The query threw on it: see <see cref="PipelineOptions.MaxFailedRecords"/>.</summary>
    Failed,

    /// <summary>Not a message but a gap: the log lost messages before the lane was done with them. See <see cref="PipelineOptions.AllowLostMessages"/>.</summary>
    Lost,
}

/// <summary>A message that did not get into the query, kept so that nothing is lost.</summary>
/// <param name="Kind">The kind of reason.</param>
/// <param name="Reason">The reason in words.</param>
/// <param name="Position">Where the message stands in the log.</param>
/// <param name="At">Its event time in UTC; null where it could not be found.</param>
/// <param name="Key">Its key; null where it has none.</param>
/// <param name="Payload">Its value as it came; null for a tombstone.</param>
public sealed record Reject(RejectKind Kind, string Reason, Position Position, DateTimeOffset? At, byte[]? Key, byte[]? Payload)
{
    /// <summary>The message's own time stamp, in UTC.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>The message's headers.</summary>
    public Headers Headers { get; init; }

    /// <summary>Decodes the message as a topic would.</summary>
    /// <param name="decoder">Makes a value of it; may throw.</param>
    public T Decode<T>(Decoder<T> decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        return decoder(new()
        {
            Partition = new(Position.Topic, Position.Partition),
            Offset = Position.Offset,
            Timestamp = Timestamp,
            Value = Payload,
            IsTombstone = Payload is null,
            Key = Key,
            HasKey = Key is not null,
            Headers = Headers,
        });
    }
}
