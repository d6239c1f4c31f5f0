using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "Pipeline '{Pipeline}' reads {Partitions} partitions and goes on after epoch {Epoch}, in the era from {Era}")]
    public static partial void Started(ILogger logger, string pipeline, int partitions, long epoch, DateTimeOffset? era);

    [LoggerMessage(1001, LogLevel.Information, "Pipeline '{Pipeline}' has ended after {Epochs} epochs")]
    public static partial void Completed(ILogger logger, string pipeline, long epochs);

    [LoggerMessage(1002, LogLevel.Information, "Pipeline '{Pipeline}' was stopped after {Epochs} epochs")]
    public static partial void Stopped(ILogger logger, string pipeline, long epochs);

    [LoggerMessage(1003, LogLevel.Error, "Pipeline '{Pipeline}' has failed after {Epochs} epochs")]
    public static partial void Failed(ILogger logger, Exception fault, string pipeline, long epochs);

    [LoggerMessage(1004, LogLevel.Information, "Pipeline '{Pipeline}': partition {Partition} has had no message for {IdleAfter} and no longer holds the watermark back")]
    public static partial void Idle(ILogger logger, string pipeline, LogPartition partition, TimeSpan idleAfter);

    [LoggerMessage(1009, LogLevel.Information, "Pipeline '{Pipeline}': partition {Partition} has had no message for {IdleAfter} and holds the watermark back: it has some that cannot be read yet, those of an open transaction, say, or its leader does not answer")]
    public static partial void Awaited(ILogger logger, string pipeline, LogPartition partition, TimeSpan idleAfter);

    [LoggerMessage(1020, LogLevel.Information, "Pipeline '{Pipeline}' ends the era from {Era} by its former version '{Former}'; then '{Query}' takes over")]
    public static partial void FormerEndsEra(ILogger logger, string pipeline, DateTimeOffset? era, string former, string query);

    [LoggerMessage(1021, LogLevel.Information, "Pipeline '{Pipeline}' computes the era from {Era} anew: its rows of version '{Former}' are replaced by those of '{Query}'")]
    public static partial void ReplacesEra(ILogger logger, string pipeline, DateTimeOffset? era, string former, string query);

    [LoggerMessage(1022, LogLevel.Warning, "Pipeline '{Pipeline}' has a lead-in of {LeadIn}, before it was {Former}, and the log of {Partition} begins at offset {First}, perhaps too late: the first era may miss what came before")]
    public static partial void LeadInIsCutOff(ILogger logger, string pipeline, TimeSpan leadIn, TimeSpan former, LogPartition partition, long first);

    [LoggerMessage(1030, LogLevel.Information, "Pipeline '{Pipeline}' has reprocessed the era from {Era}: {Deleted} rows gone, {Written} in their place, {Refused} refused by the database")]
    public static partial void Reprocessed(ILogger logger, string pipeline, DateTimeOffset era, long deleted, long written, long refused);

    [LoggerMessage(1031, LogLevel.Error, "Pipeline '{Pipeline}' could not reprocess the era from {Era}, which keeps its rows")]
    public static partial void NotReprocessed(ILogger logger, Exception fault, string pipeline, DateTimeOffset era);

    [LoggerMessage(1005, LogLevel.Warning, "Pipeline '{Pipeline}' looks back {LookBack} ({By}), its lead-in is {LeadIn}: rows at the start of each era miss what came before. Set LeadIn to that or more")]
    public static partial void LeadInIsShort(ILogger logger, string pipeline, TimeSpan lookBack, string by, TimeSpan leadIn);

    [LoggerMessage(1006, LogLevel.Warning, "Pipeline '{Pipeline}': a former owner of partition {Partition} was faster; its lane begins again from the ledger in {Pause}: {Reason}")]
    public static partial void Fenced(ILogger logger, string pipeline, int partition, TimeSpan pause, string reason);

    [LoggerMessage(1007, LogLevel.Warning, "Pipeline '{Pipeline}': the lane of partition {Partition} could not commit what it had computed before the partition was handed over; it is dropped, and the new owner computes it again")]
    public static partial void DroppedLate(ILogger logger, string pipeline, int partition);

    [LoggerMessage(1008, LogLevel.Warning, "Pipeline '{Pipeline}' has lost partition {Partition}: another process may have it already. Its lane is dropped")]
    public static partial void LostLane(ILogger logger, string pipeline, int partition);

    [LoggerMessage(1010, LogLevel.Warning, "Pipeline '{Pipeline}' cannot decode {Position} now, and tries again for {Timeout} at most: {Reason}")]
    public static partial void DecoderUnavailable(ILogger logger, string pipeline, Position position, TimeSpan timeout, string reason);

    [LoggerMessage(1011, LogLevel.Information, "Pipeline '{Pipeline}' decodes {Position} and goes on after {Pause}")]
    public static partial void DecoderAvailable(ILogger logger, string pipeline, Position position, TimeSpan pause);

    [LoggerMessage(1012, LogLevel.Warning, "Pipeline '{Pipeline}' goes on without record {Position}, on which its query threw: the record goes to the rejects, and the era is computed again without it")]
    public static partial void Skipped(ILogger logger, Exception fault, string pipeline, Position position);

    [LoggerMessage(1015, LogLevel.Warning, "Pipeline '{Pipeline}' goes on without what is lost: {Reason}")]
    public static partial void MessagesAreLost(ILogger logger, string pipeline, string reason);

    [LoggerMessage(1013, LogLevel.Warning, "Pipeline '{Pipeline}' is held up by its query, which has not come back from a step for {Elapsed}, {Where}")]
    public static partial void SlowStep(ILogger logger, string pipeline, TimeSpan elapsed, string where);

    [LoggerMessage(1014, LogLevel.Information, "Pipeline '{Pipeline}' goes on: the step of its query has ended after {Elapsed}")]
    public static partial void StepEnded(ILogger logger, string pipeline, TimeSpan elapsed);

    [LoggerMessage(1040, LogLevel.Information, "Pipeline '{Pipeline}' is run by {Holder}; this process stands by")]
    public static partial void StandsBy(ILogger logger, string pipeline, string holder);

    [LoggerMessage(1041, LogLevel.Warning, "Pipeline '{Pipeline}' has lost its lease to another process")]
    public static partial void LeaseLost(ILogger logger, string pipeline);

    [LoggerMessage(1042, LogLevel.Warning, "Pipeline '{Pipeline}' could not renew its lease; it is tried again")]
    public static partial void LeaseNotRenewed(ILogger logger, Exception fault, string pipeline);
}
