using System.Globalization;
using KafkaOracle.Reactive.Testing;
using KafkaOracle.Reactive.Tests.Replay;
using Division = KafkaOracle.Reactive.Lanes;

namespace KafkaOracle.Reactive.Tests.Reprocessing;

/// <summary>What reprocessing makes of random logs and queries is what the live run made of them.</summary>
public sealed class ReprocessReplayTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Reprocessed_eras_have_the_rows_of_the_live_run()
    {
        var cases = int.TryParse(Environment.GetEnvironmentVariable("KAFKAORACLE_REPROCESS_CASES"), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 300;
        output.WriteLine($"{cases} cases; KAFKAORACLE_REPROCESS_CASES chooses another number");
        for (var seed = 1; seed <= cases; seed++)
        {
            var (live, again, text) = await RunAsync(seed);
            again.Should().Equal(live, "seed {0}: {1}", seed, text);
        }
    }

    private static async Task<(List<string> Live, List<string> Again, string Text)> RunAsync(int seed)
    {
        var random = new Random(seed ^ 0x2468ace);
        var log = RandomLog.Of(seed);
        var query = new RandomQuery(seed ^ 0x1357bd, log);
        var pipeline = Pipeline.Define("random", query.Build, new()
        {
            Era = new[] { 7, 20, 40, 100 }[random.Next(4)] * log.Unit,
            LeadIn = new[] { 0, 5, 20, 60 }[random.Next(4)] * log.Unit,
            EpochRows = random.Next(1, 20),
            MaxBuffered = random.Next(1, 60),
            Until = RunUntil.EndOfLogClosed,
            Lanes = log.Partitions.GroupBy(p => p.Topic).Select(t => t.Count()).Distinct().Count() == 1 && random.Next(3) == 0 ? Division.PerPartition : Division.Single,
        });
        var isDivided = pipeline.Options.Lanes == Division.PerPartition;
        var text = $"{query}; era {pipeline.Options.Era}, lead-in {pipeline.Options.LeadIn}, lanes {pipeline.Options.Lanes}";
        var (source, store) = (Source(log, random.Next(1, 30)), new MemoryStore());
        await pipeline.Start(source, store).Completion;
        var live = store.Rows;
        if (store.Ledger.Min(r => r.EraStart) is not { } end || !live.Any(r => r.Origin.EraStart is not null)) return ([], [], text);
        var first = live.Min(r => r.Origin.EraStart)!.Value;
        if (isDivided) first = EventTime.At(Math.Max(first.UtcTicks, EventTime.Floor(AllBegun(log), pipeline.Options.Era.Ticks)));
        var last = first + ((end - first) / pipeline.Options.Era > 400 ? 400 * pipeline.Options.Era : end - first);     // far ahead, eras are empty
        if (first >= last) return ([], [], text);

        var degree = random.Next(1, 4);
        if (random.Next(2) == 0)
        {
            await pipeline.ReprocessAsync(source, store, first, last, new() { Degree = degree, Tables = t => t + "_again" });
            return (Lines(live, ""), Lines(store.Rows.Where(r => r.Table.EndsWith("_again", StringComparison.Ordinal)), "_again"), text + $", degree {degree}, other tables");
        }
        var result = await pipeline.ReprocessAsync(source, store, first, last, new() { Degree = degree });
        result.Rows.Deleted.Should().Be(result.Rows.Written, "seed {0}: {1}", seed, text);
        store.Rows.Where(r => r.Origin.EraStart is null).Select(r => r.Text).Should().Equal(live.Where(r => r.Origin.EraStart is null).Select(r => r.Text));
        return (Lines(live, ""), Lines(store.Rows, ""), text + $", degree {degree}, the same tables");

        List<string> Lines(IEnumerable<MemoryRow> rows, string suffix)
            => [.. rows.Where(r => r.Origin.EraStart >= first && r.Origin.EraStart < last).GroupBy(r => (r.Origin.EraStart, r.Table)).OrderBy(g => g.Key.EraStart).ThenBy(g => g.Key.Table, StringComparer.Ordinal)
                .SelectMany(g => InOrder(g.Select(r => $"{r.Table[..^suffix.Length]}: {r.Text} from {r.Origin}")))];

        // Rows of different lanes have no order among each other.
        IEnumerable<string> InOrder(IEnumerable<string> rows) => isDivided ? rows.Order(StringComparer.Ordinal) : rows;
    }

    // Before its first record a live lane has no eras, and so none of what timers make of them.
    private static long AllBegun(RandomLog log) => log.Messages.Max(partition => partition
        .Where(m => m.Value is not [(byte)'?'])
        .Select(m => (m.Timestamp, Sample.Decoder(new RawMessage { Value = m.Value }).At))
        .FirstOrDefault(m => m.At <= EventTime.OfUnixMilliseconds(m.Timestamp) + log.Bounds.MaxAhead.Ticks).At);

    private static MemoryLog Source(RandomLog log, int slabMessages)
    {
        var source = new MemoryLog(slabMessages);
        foreach (var topic in log.Partitions.GroupBy(p => p.Topic)) source.CreateTopic(topic.Key, topic.Count());
        for (var p = 0; p < log.Partitions.Length; p++)
        {
            var (topic, partition) = log.Partitions[p];
            foreach (var message in log.Messages[p])
            {
                var gap = message.Offset - source.End(topic, partition);
                if (gap > 0) source.Skip(topic, partition, gap);
                source.Append(topic, partition, new MemoryMessage { Timestamp = DateTimeOffset.FromUnixTimeMilliseconds(message.Timestamp), Value = message.Value });
            }
        }
        return source;
    }
}
