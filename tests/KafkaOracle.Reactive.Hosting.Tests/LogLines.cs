using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive.Hosting.Tests;

/// <summary>Everything that a host logs, of every category and level, exceptions in full; and a way to wait for it.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly Lock _lock = new();
    private readonly List<(int Id, string Text)> _lines = [];
    private readonly List<(int Id, int Count, TaskCompletionSource Seen)> _awaited = [];

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock) return [.. _lines.Select(l => l.Text)];
        }
    }

    public int Count(int id)
    {
        lock (_lock) return _lines.Count(l => l.Id == id);
    }

    /// <summary>Until an event was seen so often since the beginning.</summary>
    public Task SeenAsync(int id, int count = 1)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_lines.Count(l => l.Id == id) >= count) return Task.CompletedTask;
            _awaited.Add((id, count, seen));
        }
        return Soon.Within(seen.Task);
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
        // Read after the host is gone.
    }

    private void Add(int id, string text)
    {
        lock (_lock)
        {
            _lines.Add((id, text));
            foreach (var (_, _, seen) in _awaited.Where(a => _lines.Count(l => l.Id == a.Id) >= a.Count)) seen.TrySetResult();
        }
    }

    private sealed class Category(LogLines lines, string name) : ILogger
    {
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => lines.Add(eventId.Id, $"{logLevel} {name}[{eventId.Id}] {formatter(state, exception)} {exception}");

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
    }
}
