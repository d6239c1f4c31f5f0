using System.Reactive.Linq;
using BenchmarkDotNet.Attributes;
using Confluent.Kafka;
using KafkaOracle.Reactive.Embedded;
using KafkaOracle.Reactive.Testing;

namespace KafkaOracle.Reactive.Benchmarks;

/// <summary>How much of the plain Consume loop's speed is left when a whole pipeline runs behind it: decode, order, filter, de-duplicate, one-minute totals by symbol?</summary>
public class PipelineBenchmark
{
    private const int Messages = 500_000, Partitions = 24;
    private const string Topic = "trades";
    private EmbeddedKafka _kafka = null!;

    [GlobalSetup]
    public void Setup()
    {
        _kafka = EmbeddedKafka.Start();
        _kafka.CreateTopic(Topic, Partitions);
        _kafka.Produce(Topic, Enumerable.Range(0, Messages).Select(i => new EmbeddedMessage(null, Trades.Json(i)) { Partition = i % Partitions, Timestamp = Trades.Start.AddMilliseconds(i) }));
    }

    [GlobalCleanup]
    public void Cleanup() => _kafka.Dispose();

    [Benchmark(Baseline = true)]
    public long Consume_loop()
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig
        {
            BootstrapServers = _kafka.BootstrapServers,
            GroupId = "plain",
            EnableAutoCommit = false,
            FetchQueueBackoffMs = 10,
        }).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(p => new TopicPartitionOffset(Topic, p, 0)));
        long bytes = 0;
        for (var left = Messages; left > 0;)
        {
            if (consumer.Consume(100) is not { } message) continue;
            bytes += message.Message.Value.Length;
            left--;
        }
        return bytes;
    }

    [Benchmark]
    public Task<long> Pipeline_reflection_free_json() => RunAsync(Json.Of(TradeJson.Default.Trade), t => t.At, t => t.Quantity > 0, t => t.OrderId, t => t.Symbol, t => t.Quantity * t.Price);

    [Benchmark]
    public Task<long> Pipeline_hand_written_decoder() => RunAsync(Trades.ReadTick, t => t.At, t => t.Quantity > 0, t => t.OrderId, t => t.Symbol, t => t.Quantity * t.Price);

    private async Task<long> RunAsync<T>(Decoder<T> decoder, Func<T, DateTimeOffset> at, Func<T, bool> filter, Func<T, long> id, Func<T, string> symbol, Func<T, decimal> turnover)
    {
        var bars = new MemoryTable<Bar>("BARS");
        var pipeline = Pipeline.Define("bench", lane => lane.Into(bars,
            lane.Topic(Topic, decoder).InEventTime(at, TimeSpan.FromSeconds(3))
                .Where(r => filter(r.Value))
                .DistinctWithin(r => id(r.Value), TimeSpan.FromSeconds(10), lane.Clock)
                .TumblingWindow(r => symbol(r.Value), TimeSpan.FromMinutes(1), (N: 0, Sum: 0m), (sum, r) => (sum.N + 1, sum.Sum + turnover(r.Value)), lane.Clock)
                .Select(w => new Bar(w.Key, w.Start, w.Value.N, w.Value.Sum))),
            new() { LeadIn = TimeSpan.FromSeconds(10), Until = RunUntil.EndOfLogClosed });
        var store = new MemoryStore();
        await using var run = pipeline.Start(new KafkaSource(new() { BootstrapServers = _kafka.BootstrapServers }), store);
        await run.Completion;
        if (run.Status.Messages.Accepted != Messages) throw new InvalidOperationException($"{run.Status.Messages} of {Messages} messages");
        return store.Rows.Count;
    }
}
