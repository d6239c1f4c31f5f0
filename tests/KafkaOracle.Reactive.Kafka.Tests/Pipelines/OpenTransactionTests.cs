using System.Reactive.Linq;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using KafkaOracle.Reactive.Testing;
using KafkaOracle.Reactive.Tests.Sources;

namespace KafkaOracle.Reactive.Tests.Pipelines;

/// <summary>Producers that commit now and then, as stream processors do at their checkpoints.</summary>
public sealed class OpenTransactionTests(RealKafkaTests.Broker broker) : IClassFixture<RealKafkaTests.Broker>
{
    private static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _topic = $"t-{Guid.NewGuid():N}";
    private readonly MemoryStore _store = new();
    private readonly MemoryTable<string> _rows = new("rows");

    [Fact]
    public async Task A_partition_whose_messages_are_in_an_open_transaction_is_not_idle()
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.Servers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = _topic, NumPartitions = 2, ReplicationFactor = 1, Configs = new() { ["retention.ms"] = "-1" } }]);
        using var plain = Producer();
        using var transactional = Producer(_topic);
        transactional.InitTransactions(Patience);
        var pipeline = Pipeline.Define("copy", lane => lane.Into(_rows, lane.Topic(_topic, Text.Utf8).InEventTime(TimeSpan.Zero).Select(r => r.Value!)),
            new() { Era = TimeSpan.FromHours(1), EpochInterval = TimeSpan.FromMilliseconds(10), IdleAfter = TimeSpan.FromMilliseconds(200) });
        var stop = SlabReading.Guard();
        await using var run = pipeline.Start(new KafkaSource(new KafkaSourceOptions { BootstrapServers = broker.Servers, ConnectTimeout = Patience }), _store, stop: stop);

        await SendAsync(plain, 0, 10);
        transactional.BeginTransaction();
        await SendAsync(transactional, 1, 1, 5);
        transactional.CommitTransaction(Patience);
        await UntilAsync(5);
        transactional.BeginTransaction();
        await SendAsync(transactional, 1, 12, 14, 16);
        await Task.Delay(TimeSpan.FromSeconds(2), stop);            // ten times as long as a partition may be silent
        await SendAsync(plain, 0, 20, 30);
        transactional.CommitTransaction(Patience);
        await SendAsync(plain, 1, 25);
        await UntilAsync(25);
        await run.DrainAsync();

        _store.Rejects.Should().BeEmpty();

        async Task UntilAsync(int second)
        {
            while (run.Status.Watermark is not { } watermark || watermark < Start.AddSeconds(second)) await Task.Delay(10, stop);
        }

        Task SendAsync(IProducer<Null, string> producer, int partition, params int[] seconds) => Task.WhenAll(seconds.Select(s
            => producer.ProduceAsync(new TopicPartition(_topic, partition), new() { Value = $"{s}", Timestamp = new(Start.AddSeconds(s).UtcDateTime) }, stop)));
    }

    private IProducer<Null, string> Producer(string? transactions = null)
        => new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = broker.Servers, TransactionalId = transactions }).Build();
}
