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

    [LoggerMessage(1010, LogLevel.Warning, "Pipeline '{Pipeline}' cannot decode {Position} now, and tries again for {Timeout} at most: {Reason}")]
    public static partial void DecoderUnavailable(ILogger logger, string pipeline, Position position, TimeSpan timeout, string reason);

    [LoggerMessage(1011, LogLevel.Information, "Pipeline '{Pipeline}' decodes {Position} and goes on after {Pause}")]
    public static partial void DecoderAvailable(ILogger logger, string pipeline, Position position, TimeSpan pause);
}
