using System.Globalization;
using System.Reactive.Linq;
using BenchmarkDotNet.Attributes;
using KafkaOracle.Reactive.Testing;

namespace KafkaOracle.Reactive.Benchmarks;

/// <summary>
/// How long until the first new row after a restart at the worst moment, just before the era's end, at 50,000 messages a second: all of the
/// era is read and computed again. The baseline is the same work the first time.
/// </summary>
/// <remarks>An era of an hour, 180 million messages, takes minutes: <c>KAFKAORACLE_ERA_MINUTES=60 … -- --filter '*Recovery*' --warmupCount 0 --iterationCount 1</c>.</remarks>
public class RecoveryBenchmark
{
    private const int Keys = 1000, Partitions = 12;
    private const string Topic = "numbers";

    private static readonly int Minutes = int.Parse(Environment.GetEnvironmentVariable("KAFKAORACLE_ERA_MINUTES") ?? "1", CultureInfo.InvariantCulture);
    private static readonly long Era = 60L * Minutes * MadeLog.PerSecond, Second = MadeLog.PerSecond;

    private readonly MadeLog _log = new(Topic, Partitions);
    private MemoryTable<Bar> _bars = null!;
    private MemoryStore _store = null!;
    private long _before;

    [IterationSetup(Target = nameof(First_time))]
    public void Nothing()
    {
        (_bars, _store, _before) = (new("BARS"), new(), 0);
        _log.Length = Era - Second;
    }

    [IterationSetup(Target = nameof(Restart_until_new_rows))]
    public void RunUntilTheErasEnd()
    {
        (_bars, _store, _before) = (new("BARS"), new(), 0);
        _log.Length = Era - 2 * Second;
        RunAsync().GetAwaiter().GetResult();
        _before = _store.Rows.Count;
        _log.Length = Era - Second;
    }

    [Benchmark(Baseline = true)]
    public Task<long> First_time() => RunAsync();

    [Benchmark]
    public Task<long> Restart_until_new_rows() => RunAsync();

    private async Task<long> RunAsync()
    {
        var pipeline = Pipeline.Define("recovery", lane => lane.Into(_bars,
            lane.Topic(Topic, MadeLog.Number).InEventTime(TimeSpan.FromMilliseconds(100))
                .TumblingWindow(r => r.Value % Keys, TimeSpan.FromSeconds(1), (N: 0, Sum: 0L), (sum, r) => (sum.N + 1, sum.Sum + r.Value), lane.Clock)
                .Select(w => new Bar(w.Key.ToString(CultureInfo.InvariantCulture), w.Start, w.Value.N, w.Value.Sum))),
            new() { Era = TimeSpan.FromMinutes(Minutes), LeadIn = TimeSpan.FromSeconds(1), Until = RunUntil.EndOfLog });
        await using var run = pipeline.Start(_log, _store);
        await run.Completion;
        var rows = _store.Rows.Count;
        if (rows <= _before) throw new InvalidOperationException($"{rows} rows, and {_before} before");
        return rows;
    }
}
