using System.Globalization;
using System.Reactive.Linq;
using Confluent.Kafka;
using KafkaOracle.Reactive.Testing;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive.Tests.Groups;

/// <summary>A pipeline with a lane for each partition, run by several "processes" in this one, over any servers.</summary>
internal sealed class SharedRuns : IAsyncDisposable
{
    public const int PerRound = 50;

    private static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<PipelineRun> _runs = [];
    private readonly string _servers, _topic;
    private readonly MemoryTable<string> _rows = new("rows"), _counts = new("counts");
    private int _sent;

    /// <param name="servers">The brokers.</param>
    /// <param name="topic">A topic that is there.</param>
    /// <param name="partitions">How many partitions it has.</param>
    public SharedRuns(string servers, string topic, int partitions) => (_servers, _topic, Partitions) = (servers, topic, partitions);

    public string Topic => _topic;

    public MemoryStore Store { get; } = new();

    public int Partitions { get; set; }

    public Action<KafkaSourceOptions> Configure { get; set; } = _ => { };

    public PipelineRun Run(RunUntil until = RunUntil.Stopped, ILogger? log = null, IEpochStore? store = null)
    {
        var options = new KafkaSourceOptions { BootstrapServers = _servers, ConnectTimeout = TimeSpan.FromSeconds(60), SlabMessages = 16, SlabQueue = 2 };
        options.Config.FetchWaitMaxMs = 10;
        options.Config.TopicMetadataRefreshIntervalMs = 500;
        Configure(options);
        var pipeline = Pipeline.Define(_topic, lane =>
        {
            var records = lane.Topic(_topic, Text.Utf8).InEventTime(TimeSpan.FromSeconds(2));
            lane.Into(_rows, records.Select(r => r.Value!));
            lane.Into(_counts, records.TumblingWindow(r => r.Position.Partition, TimeSpan.FromMinutes(1), 0, (n, _) => n + 1, lane.Clock)
                .Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Key} {w.Start:HH:mm} {w.Value}")));
        }, new() { Lanes = Lanes.PerPartition, Era = TimeSpan.FromMinutes(2), EpochInterval = TimeSpan.FromMilliseconds(50), Until = until });
        var run = pipeline.Start(new KafkaSource(options, log), store ?? Store, log);
        _runs.Add(run);
        return run;
    }

    /// <summary>Messages to each partition, a second of event time apart.</summary>
    public void Send()
    {
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = _servers, LingerMs = 5 }).Build();
        for (var i = _sent; i < _sent + PerRound; i++)
            for (var p = 0; p < Partitions; p++)
                producer.Produce(new TopicPartition(_topic, p), new() { Value = $"{p}:{i}", Timestamp = new(Start.AddSeconds(i).UtcDateTime) });
        producer.Flush(SlabReading.Guard());
        _sent += PerRound;
    }

    /// <summary>Sends, and waits until all that was sent is committed.</summary>
    public async Task SendAndCommitAsync()
    {
        Send();
        await CommittedAsync();
    }

    public Task CommittedAsync() => Until(() => Store.Ledger.Count == Partitions && Store.Ledger.All(r => r.NextOffset >= _sent));

    public static string LanesOf(PipelineRun run) => string.Join(' ', run.Status.Lanes.Select(l => l.Partition));

    /// <summary>Until every partition has a lane in one run, and each run has a lane.</summary>
    public Task SharedAsync(params PipelineRun[] runs) => Until(() => runs.All(r => r.Status.Lanes.Count > 0)
        && runs.SelectMany(r => r.Status.Lanes).Select(l => l.Partition!.Value).Order().SequenceEqual(Enumerable.Range(0, Partitions)));



    public async Task Until(Func<bool> condition)
    {
        var guard = SlabReading.Guard();
        while (!condition())
        {
            if (_runs.Find(r => r.Completion.IsFaulted) is { } failed) await failed.Completion;
            await Task.Delay(5, guard);
        }
    }

    /// <summary>Closes what is open, and compares with what one process makes of the log.</summary>
    public async Task AssertAllOnceAsync()
    {
        await Run(RunUntil.EndOfLogClosed).Completion.WaitAsync(SlabReading.Guard());
        var alone = new MemoryStore();
        Configure += o => o.Config.GroupId = "alone-" + _topic;
        await Run(RunUntil.EndOfLogClosed, store: alone).Completion.WaitAsync(SlabReading.Guard());
        for (var p = 0; p < Partitions; p++)
            Store.RowsOf(_rows).Where(r => r.StartsWith($"{p}:", StringComparison.Ordinal)).Should().Equal(Enumerable.Range(0, (int)(Store.Ledger[p].NextOffset)).Select(i => $"{p}:{_sent - Store.Ledger[p].NextOffset + i}"));
        Store.RowsOf(_counts).Order(StringComparer.Ordinal).Should().Equal(alone.RowsOf(_counts).Order(StringComparer.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var run in _runs) await run.DisposeAsync().AsTask().WaitAsync(SlabReading.Guard());
    }
}
