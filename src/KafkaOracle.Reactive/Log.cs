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
}
