using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KafkaOracle.Reactive;

/// <summary>How sources, stores and lanes log.</summary>
public static class UnfailingLogger
{
    /// <summary>A logger whose failures stop nobody: a provider that throws, as the disk of its file is full, loses the line and not the run.</summary>
    /// <param name="logger">The logger; null for none.</param>
    public static ILogger WithoutFailures(this ILogger? logger) => logger is null or NullLogger or Logger ? logger ?? NullLogger.Instance : new Logger(logger);

    private sealed class Logger(ILogger logger) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel)
        {
            try
            {
                return logger.IsEnabled(logLevel);
            }
            catch (Exception)
            {
                return false;
            }
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            try
            {
                logger.Log(logLevel, eventId, state, exception, formatter);
            }
            catch (Exception)
            {
                // There is nowhere to tell.
            }
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => logger.BeginScope(state);
    }
}
