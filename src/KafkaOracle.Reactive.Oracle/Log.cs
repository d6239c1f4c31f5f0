using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "Created: {What}")]
    public static partial void Created(ILogger logger, string what);

    [LoggerMessage(3001, LogLevel.Debug, "Pipeline '{Pipeline}' committed epoch {Epoch}: {Rows} rows, of which the database refused {Refused}; {Rejects} messages rejected")]
    public static partial void Committed(ILogger logger, string pipeline, long epoch, long rows, int refused, int rejects);

    [LoggerMessage(3002, LogLevel.Warning, "Pipeline '{Pipeline}' tries epoch {Epoch} again in {Delay}")]
    public static partial void Retry(ILogger logger, Exception? fault, string pipeline, long epoch, TimeSpan delay);

    [LoggerMessage(3003, LogLevel.Warning, "Pipeline '{Pipeline}' lost the answer to the commit of epoch {Epoch}, and the ledger shows it committed")]
    public static partial void CommitConfirmed(ILogger logger, Exception fault, string pipeline, long epoch);

    [LoggerMessage(3004, LogLevel.Error, "Pipeline '{Pipeline}' cannot commit epoch {Epoch}")]
    public static partial void Failed(ILogger logger, Exception fault, string pipeline, long epoch);

    [LoggerMessage(3005, LogLevel.Debug, "Pipeline '{Pipeline}' tries epoch {Epoch} again in {Delay}, after the same error: {Error}")]
    public static partial void RetryAgain(ILogger logger, string pipeline, long epoch, TimeSpan delay, string error);

    [LoggerMessage(3006, LogLevel.Information, "Pipeline '{Pipeline}' goes on: epoch {Epoch} is committed, {Delay} after the first error")]
    public static partial void GoesOn(ILogger logger, string pipeline, long epoch, TimeSpan delay);

    [LoggerMessage(3007, LogLevel.Warning, "Opening is tried again in {Delay}: {Error}")]
    public static partial void OpensAgain(ILogger logger, TimeSpan delay, string error);

    [LoggerMessage(3010, LogLevel.Warning, "The {Rows} rows of a look-up could not be read anew; the old ones stay for {Refresh}")]
    public static partial void NotRefreshed(ILogger logger, Exception fault, string rows, TimeSpan refresh);
}
