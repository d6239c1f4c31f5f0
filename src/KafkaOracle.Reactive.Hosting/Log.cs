using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Warning, "Pipeline '{Pipeline}' runs again in {Pause}: restart {Restart} in a row, of {Most} at most")]
    public static partial void Restart(ILogger logger, string pipeline, int restart, int most, TimeSpan pause);

    [LoggerMessage(4001, LogLevel.Critical, "The host stops, as pipeline '{Pipeline}' has failed")]
    public static partial void StopsHost(ILogger logger, string pipeline);

    [LoggerMessage(4002, LogLevel.Error, "Pipeline '{Pipeline}' stays down; the host runs on without it")]
    public static partial void StaysDown(ILogger logger, string pipeline);

    [LoggerMessage(4003, LogLevel.Error, "Whether pipeline '{Pipeline}' should run again could not be decided: the option IsTransient threw")]
    public static partial void RestartFailed(ILogger logger, Exception fault, string pipeline);

    [LoggerMessage(4004, LogLevel.Warning, "Pipeline '{Pipeline}' was not drained within the host's shutdown timeout, and is stopped. What it had not committed is computed again by the next run")]
    public static partial void NotDrained(ILogger logger, string pipeline);

    [LoggerMessage(4005, LogLevel.Error, "Pipeline '{Pipeline}' has not ended within {Wait} after it was stopped: the database does not answer. The host goes on without waiting; whether the last epoch was committed, the ledger tells the next run")]
    public static partial void Hangs(ILogger logger, string pipeline, TimeSpan wait);

    [LoggerMessage(4006, LogLevel.Warning, "The configuration's section {Section} is of no pipeline of this host, and has no effect. There are: {Pipelines}")]
    public static partial void UnknownPipeline(ILogger logger, string section, string pipelines);

    [LoggerMessage(4007, LogLevel.Information, "All pipelines have ended: the host stops")]
    public static partial void AllEnded(ILogger logger);
}
