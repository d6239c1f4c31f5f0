using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive.Tests;

/// <summary>A logger that a test can wait for.</summary>
internal sealed class EventLog : ILogger
{
    private readonly ConcurrentDictionary<int, (string Text, TaskCompletionSource Seen)> _awaited = new();

    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>The next event of an id whose line contains a text, from now on.</summary>
    public Task Next(int id, string text = "")
    {
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited[id] = (text, next);
        return next.Task.WaitAsync(SlabReading.Guard());
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        Lines.Enqueue(line);
        if (_awaited.TryGetValue(eventId.Id, out var next) && line.Contains(next.Text)) next.Seen.TrySetResult();
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
}
