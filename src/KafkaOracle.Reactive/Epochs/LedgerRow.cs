namespace KafkaOracle.Reactive;

/// <summary>How far a pipeline has got in one partition. All rows of a lane are written in the epoch's transaction.</summary>
public sealed record LedgerRow
{
    /// <summary>The partition.</summary>
    public required LogPartition Partition { get; init; }

    /// <summary>The epoch that wrote the row: what the next one compares, and the proof of a commit in doubt.</summary>
    public required Guid Epoch { get; init; }

    /// <summary>The epoch's number, for people.</summary>
    public required long EpochNumber { get; init; }

    /// <summary>Every message below has been read and, where it was late, undecodable or of no event time, is dealt with.</summary>
    public required long NextOffset { get; init; }

    /// <summary>Where a restart begins to read: below it no record belongs to the era under way or its lead-in.</summary>
    public required long RewindOffset { get; init; }

    /// <summary>Start of the era under way, in UTC; null before the first record and for pipelines without event time.</summary>
    public required DateTimeOffset? EraStart { get; init; }

    /// <summary>Rows of this era committed so far, over all tables. The same in all rows of a lane, as is all that follows of the era.</summary>
    public required long EraRows { get; init; }

    /// <summary>Rolling checksum over those rows, in the order in which they were produced.</summary>
    public required ulong EraSum { get; init; }

    /// <summary>Rows and checksum of each table, to name the one that differs.</summary>
    public required IReadOnlyList<TableSum> EraTables { get; init; }

    /// <summary>Event time that the lane has reached, in UTC: earlier records are decided. Null before the first record.</summary>
    public required DateTimeOffset? Watermark { get; init; }

    /// <summary>Whether the partition is left out of the watermark once it is re-read up to <see cref="NextOffset"/>.</summary>
    public required bool Idle { get; init; }

    /// <summary>What the times without messages left behind.</summary>
    public required IReadOnlyList<LateFloor> Floors { get; init; }

    /// <summary>Records that the query goes without, as it threw on them. Their messages are in the rejects.</summary>
    public IReadOnlyList<SkippedRecord> Skips { get; init; } = [];

    /// <summary>The query's version with its era and lead-in: within an era they may not change.</summary>
    public required string Query { get; init; }
}

/// <summary>Rows of one table within an era, and their rolling checksum.</summary>
public readonly record struct TableSum(string Table, long Rows, ulong Sum);

/// <summary>From this offset on, records before this time are late: what leaving out an idle partition decided.</summary>
public readonly record struct LateFloor(long Offset, DateTimeOffset Before);

/// <summary>A record that the query goes without from an era on: that in which it threw, or whose lead-in it threw in. 0001-01-01: side outputs too.</summary>
public readonly record struct SkippedRecord(long Offset, DateTimeOffset FromEra);
