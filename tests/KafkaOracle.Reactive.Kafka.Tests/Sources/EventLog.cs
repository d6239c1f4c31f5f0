using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive.Tests;

/// <summary>A logger that a test can wait for.</summary>
internal sealed class EventLog : ILogger
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _seen = new();

    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>The next event of an id, from now on.</summary>
    public Task Next(int id)
    {
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _seen[id] = next;
        return next.Task.WaitAsync(SlabReading.Guard());
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Lines.Enqueue(formatter(state, exception));
        if (_seen.TryRemove(eventId.Id, out var next)) next.SetResult();
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
}
