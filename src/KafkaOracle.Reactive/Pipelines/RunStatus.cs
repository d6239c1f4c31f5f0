namespace KafkaOracle.Reactive;

/// <summary>What a run is doing.</summary>
public enum RunState
{
    /// <summary>It connects, checks the tables, and reads the ledger.</summary>
    Starting,

    /// <summary>Another process has the lease of the pipeline; this one takes over when it ends, or no longer renews the lease.</summary>
    Standby,

    /// <summary>It reads again what the era under way needs: no new rows yet.</summary>
    Restoring,

    /// <summary>It reads, computes and commits.</summary>
    Running,

    /// <summary>It was asked to pause.</summary>
    Paused,

    /// <summary>It commits what it has computed, and then ends.</summary>
    Draining,

    /// <summary>It has ended.</summary>
    Completed,

    /// <summary>It was stopped; what was not committed is computed again by the next run.</summary>
    Stopped,

    /// <summary>It has failed.</summary>
    Faulted,
}

/// <summary>A run at one moment.</summary>
public sealed record RunStatus
{
    /// <summary>What it is doing.</summary>
    public required RunState State { get; init; }

    /// <summary>What it has done with its messages since it started.</summary>
    public required LaneCounts Messages { get; init; }

    /// <summary>Event time reached, in UTC, by the lane furthest behind of those that have had a record; null before the first record.</summary>
    public required DateTimeOffset? Watermark { get; init; }

    /// <summary>Records that wait for the watermark.</summary>
    public required int Buffered { get; init; }

    /// <summary>Messages between what was read and the end of the log as it is known.</summary>
    public required long Behind { get; init; }

    /// <summary>The lanes of this run, by partition number: one of <see cref="Lanes.Single"/>, those that the process has of <see cref="Lanes.PerPartition"/>.</summary>
    public IReadOnlyList<LaneStatus> Lanes { get; init; } = [];

    /// <summary>How far back the query was seen to look. Longer than the lead-in: rows at the start of an era miss what came before.</summary>
    public LookBack LookBack { get; init; } = new(TimeSpan.Zero, "");

    /// <summary>Epochs committed by this run.</summary>
    public required long Epochs { get; init; }

    /// <summary>Rows this run has sent in committed epochs, by table, those that the database refused included.</summary>
    public required IReadOnlyDictionary<string, long> Rows { get; init; }

    /// <summary>What holds the run up, while it goes on trying by itself; empty while nothing does.</summary>
    public IReadOnlyList<Trouble> Troubles { get; init; } = [];

    /// <summary>Messages and rows that this run has committed to the rejects.</summary>
    public required long Rejected { get; init; }

    /// <summary>Records that broke each rule of a <c>Check</c> in the query, as this run has judged them; a record that breaks two counts for both.</summary>
    /// <remarks>
    /// Records seen again in a lead-in, or until the rows committed before are computed again, are not counted. Those judged after the last
    /// row before a crash are counted by both runs.
    /// </remarks>
    public IReadOnlyDictionary<string, long> Broken { get; init; } = new Dictionary<string, long>();
}

/// <summary>A lane at one moment.</summary>
public sealed record LaneStatus
{
    /// <summary>The number of its partitions; null for the single lane over all.</summary>
    public required int? Partition { get; init; }

    /// <summary>What it is doing. One that has ended by itself is <see cref="RunState.Completed"/>.</summary>
    public required RunState State { get; init; }

    /// <summary>What it has done with its messages since it was opened here.</summary>
    public required LaneCounts Messages { get; init; }

    /// <summary>Event time reached, in UTC; null before the first record.</summary>
    public required DateTimeOffset? Watermark { get; init; }

    /// <summary>
    /// The partition that is furthest behind in event time: the watermark waits for its next message, or for it to be idle. Where the watermark
    /// stands still, look there. Null without event time, and where all partitions are idle.
    /// </summary>
    public LogPartition? WaitsFor { get; init; }

    /// <summary>Records that wait for the watermark.</summary>
    public required int Buffered { get; init; }

    /// <summary>Messages between what was read and the end of the log as it is known.</summary>
    public required long Behind { get; init; }

    /// <summary>Epochs committed since it was opened here.</summary>
    public required long Epochs { get; init; }
}
