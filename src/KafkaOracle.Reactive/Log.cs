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

    [LoggerMessage(1010, LogLevel.Warning, "Pipeline '{Pipeline}' cannot decode {Position} now, and tries again for {Timeout} at most: {Reason}")]
    public static partial void DecoderUnavailable(ILogger logger, string pipeline, Position position, TimeSpan timeout, string reason);

    [LoggerMessage(1011, LogLevel.Information, "Pipeline '{Pipeline}' decodes {Position} and goes on after {Pause}")]
    public static partial void DecoderAvailable(ILogger logger, string pipeline, Position position, TimeSpan pause);

    [LoggerMessage(1020, LogLevel.Warning, "Pipeline '{Pipeline}' goes on without record {Position}, on which its query threw: the record goes to the rejects, and the era is computed again without it")]
    public static partial void Skipped(ILogger logger, Exception fault, string pipeline, Position position);

    [LoggerMessage(1021, LogLevel.Warning, "Pipeline '{Pipeline}' is held up by its query, which has not come back from a step for {Elapsed}, {Where}")]
    public static partial void SlowStep(ILogger logger, string pipeline, TimeSpan elapsed, string where);

    [LoggerMessage(1022, LogLevel.Information, "Pipeline '{Pipeline}' goes on: the step of its query has ended after {Elapsed}")]
    public static partial void StepEnded(ILogger logger, string pipeline, TimeSpan elapsed);
}
