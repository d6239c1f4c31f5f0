using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive;

/// <summary>When a run ends by itself.</summary>
public enum RunUntil
{
    /// <summary>Never: it follows the log until it is stopped.</summary>
    Stopped,

    /// <summary>
    /// When it has read the log as it was at the start. What the watermark has not passed stays undecided, and windows stay open:
    /// the next run goes on as if this one had never stopped.
    /// </summary>
    EndOfLog,

    /// <summary>
    /// When it has read the log as it was at the start, and then closed what is open as if time had gone on: up to the end of the era
    /// that holds the latest record's time plus the lead-in. Records before that time that come afterwards are late.
    /// </summary>
    EndOfLogClosed,
}

/// <summary>Into which lanes a pipeline is divided. A lane is one run of the query, with a thread, a clock and a database session of its own.</summary>
public enum Lanes
{
    /// <summary>One lane over all partitions, for any query. One process runs it.</summary>
    Single,

    /// <summary>
    /// One lane for each partition number, over the partition of this number of every topic: for queries that bring together only what
    /// lies in one partition, as records of one key do. All processes that run the pipeline share the lanes, as a consumer group.
    /// </summary>
    PerPartition,
}

/// <summary>What becomes of the era under way where another version of the query, or one with another era or lead-in, has committed rows of it.</summary>
public enum VersionChange
{
    /// <summary>The run is refused, unless <see cref="Pipeline.Replacing"/> names the former pipeline, which then ends the era.</summary>
    Refused,

    /// <summary>
    /// The era is computed anew: its rows are deleted from all tables, and those of the changed query take their place, the first of
    /// them in the same transaction. Every table with rows of the era needs an era column; with <see cref="Lanes.PerPartition"/>, where
    /// each lane replaces its own rows, one for the lane, too. Rows of side outputs and rejects stay.
    /// </summary>
    RerunEra,
}

/// <summary>How a pipeline runs.</summary>
public sealed class PipelineOptions : IValidatableObject
{
    /// <summary>Length of an era: the stretch of event time, aligned to multiples of it, that one instance of the query serves.</summary>
    /// <value>1 second to 366 days. The default is 1 hour. Windows whose length divides it need no lead-in.</value>
    [Range(typeof(TimeSpan), "00:00:01", "366.00:00:00")]
    public TimeSpan Era { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How much before its era an instance starts, its rows dropped, to have seen what the query remembers.</summary>
    /// <value>0 to 366 days. The default is 0. At least the query's longest look-back.</value>
    [Range(typeof(TimeSpan), "00:00:00", "366.00:00:00")]
    public TimeSpan LeadIn { get; set; }

    /// <summary>Longest time rows wait before their epoch commits.</summary>
    /// <value>10 milliseconds to 1 hour. The default is 1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan EpochInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Most rows an epoch holds; a fuller one commits at once.</summary>
    /// <value>1 to 10,000,000. The default is 20,000.</value>
    [Range(1, 10_000_000)]
    public int EpochRows { get; set; } = 20_000;

    /// <summary>
    /// After how long without a message, at its end, a partition no longer holds the watermark back. The servers are asked first, and again
    /// every so often: one whose leader does not answer, or that has messages of an open transaction, is not silent, and holds the lane up.
    /// </summary>
    /// <value>100 milliseconds to 1 day. The default is 30 seconds. The decision is recorded in the ledger, for a restart to repeat it.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan IdleAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How many records may wait to be put in order before partitions that are ahead in event time are no longer read, until the others have
    /// followed and half of them has gone. What was under way still comes; within its lateness a partition's own records wait, however many they
    /// are; and so does, in a run until <see cref="RunUntil.EndOfLog"/>, what lies beyond the end of the partition that is furthest behind.
    /// </summary>
    /// <value>1 to 100,000,000. The default is 1,000,000. For each lane.</value>
    [Range(1, 100_000_000)]
    public int MaxBuffered { get; set; } = 1_000_000;

    /// <summary>How long a message is tried again whose decoder cannot work, as its schema registry does not answer, before the run fails.</summary>
    /// <value>0 to 1 day. The default is 1 minute. The lane waits meanwhile; a drain is heard when it goes on.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan DecoderRetryTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How many records of an era the query may throw on. Each goes to the rejects, and the era is computed again without it; one more
    /// stops the run, as an exception in a timer does. Pipelines without event time count them by the machine's clock, in the length of an era.
    /// </summary>
    /// <value>0 to 10,000. The default is 10. 0: the first stops the run.</value>
    [Range(0, 10_000)]
    public int MaxFailedRecords { get; set; } = 10;

    /// <summary>
    /// Whether to go on where the log no longer holds messages that a start has to read, for the first time or again: retention was
    /// shorter than an outage, say. The era under way then ends with the rows that are committed, what is still to come of it counts as late, and
    /// the next era begins. The rejects get a row of the kind <see cref="RejectKind.Lost"/> for each partition, with the offsets.
    /// </summary>
    /// <value>The default is false: the start is refused, and nothing is written.</value>
    public bool AllowLostMessages { get; set; }

    /// <summary>After how long in one step, which a blocking call in the query may take, the run is reported as held up. It is not interrupted.</summary>
    /// <value>100 milliseconds to 1 day. The default is 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan SlowStepAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Into which lanes the pipeline is divided. It may change between eras, not within one.</summary>
    /// <value>The default is <see cref="Lanes.Single"/>.</value>
    [EnumDataType(typeof(Lanes))]
    public Lanes Lanes { get; set; } = Lanes.Single;

    /// <summary>
    /// For how long a process that runs the single lane has the right to, unless it renews it, which it does three times as often. Other
    /// processes stand by, and take over when it ends, or does not renew. The store must be an <see cref="ILeaseStore"/>.
    /// </summary>
    /// <value>3 seconds to 1 hour; null for no lease: the process that is started last takes over. The default is null.</value>
    [Range(typeof(TimeSpan), "00:00:03", "01:00:00")]
    public TimeSpan? Lease { get; set; }

    /// <summary>When a run ends by itself.</summary>
    /// <value>The default is <see cref="RunUntil.Stopped"/>.</value>
    [EnumDataType(typeof(RunUntil))]
    public RunUntil Until { get; set; } = RunUntil.Stopped;

    /// <summary>The query's version. It may change between eras, not within one.</summary>
    /// <value>1 to 100 characters. The default is "1".</value>
    [Required, StringLength(100, MinimumLength = 1)]
    public string Version { get; set; } = "1";

    /// <summary>What becomes of the era under way where another version of the query has committed rows of it.</summary>
    /// <value>The default is <see cref="VersionChange.Refused"/>.</value>
    [EnumDataType(typeof(VersionChange))]
    public VersionChange OnChange { get; set; } = VersionChange.Refused;

    /// <summary>Where the time of the machine comes from, for epochs and idle partitions. Event time never does.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    [Required]
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <inheritdoc/>
    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Lanes == Lanes.PerPartition && Lease is not null)
            yield return new($"{nameof(Lease)} is for a single lane: lanes per partition are shared by the consumer group.", [nameof(Lease)]);
    }

    /// <summary>Copies the options, so that a later change of theirs cannot reach a pipeline that runs.</summary>
    internal PipelineOptions Validated(string pipeline)
    {
        var copy = Copy();
        var result = new PipelineOptionsValidator().Validate(pipeline, copy);
        if (result.Failed) throw new OptionsValidationException(pipeline, typeof(PipelineOptions), result.Failures!);
        return copy;
    }

    internal PipelineOptions Copy() => (PipelineOptions)MemberwiseClone();

    /// <summary>These options for another's query: what may not change within an era is the other's.</summary>
    internal PipelineOptions As(PipelineOptions other)
    {
        var copy = Copy();
        (copy.Version, copy.Era, copy.LeadIn) = (other.Version, other.Era, other.LeadIn);
        return copy;
    }

    /// <summary>What may not change within an era, as the ledger keeps it.</summary>
    internal string Identity => QueryIdentity.Of(this);
}

[OptionsValidator]
internal sealed partial class PipelineOptionsValidator : IValidateOptions<PipelineOptions>;
