using System.Collections.Concurrent;
using System.Reactive.Linq;
using KafkaOracle.Reactive.Testing;
using KafkaOracle.Reactive.Tests.Lanes;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive.Tests.Pipelines;

public sealed class LeadInWarningTests
{
    [Fact]
    public async Task A_lead_in_shorter_than_the_look_back_is_warned_of_once_with_the_number_to_set()
    {
        var (log, status) = await RunAsync(leadIn: 39);

        log.Warnings.Should().Equal(
            "Pipeline 'rig' looks back 00:00:40 (AggregateBy(Hopping(00:01:00, 00:00:20))), its lead-in is 00:00:39: rows at the start of each era miss what came before. Set LeadIn to that or more");
        status.LookBack.Should().Be(new LookBack(TimeSpan.FromSeconds(40), "AggregateBy(Hopping(00:01:00, 00:00:20))"));
    }

    [Fact]
    public async Task A_lead_in_long_enough_is_not()
        => (await RunAsync(leadIn: 40)).Log.Warnings.Should().BeEmpty();

    private static async Task<(Notes Log, RunStatus Status)> RunAsync(double leadIn)
    {
        var messages = new MemoryLog();
        messages.CreateTopic("a", 1);
        for (var second = 0; second < 300; second += 10) messages.Append("a", 0, Beat.Origin.AddSeconds(second), null, $"b@{second}");
        var notes = new Notes();
        var options = Queries.Eras(60, leadIn);
        options.Until = RunUntil.EndOfLog;
        await using var run = Pipeline.Define("rig", lane => lane.Into(Queries.Rows, lane.Beats()
            .AggregateBy(_ => 0, Windows.Hopping(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(20)), Aggregates.Count<Record<Beat>>(), lane.Clock).Select(w => $"{w.Value}")), options)
            .Start(messages, new MemoryStore(), notes);
        await Soon.Within(run.Completion);
        return (notes, run.Status);
    }

    private sealed class Notes : ILogger
    {
        private readonly ConcurrentQueue<string> _warnings = new();

        public IEnumerable<string> Warnings => _warnings;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning) _warnings.Enqueue(formatter(state, exception));
        }
    }
}
