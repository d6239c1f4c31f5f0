using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace KafkaOracle.Reactive.Tests.Sources;

/// <summary>What only a real broker does: search by time, transactions, consumer groups that lag tools see.</summary>
public sealed class RealKafkaTests(RealKafkaTests.Broker broker) : IClassFixture<RealKafkaTests.Broker>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Servers => broker.Servers;

    [Fact]
    public async Task Begins_at_a_time()
    {
        var topic = await CreateAsync(3);
        var start = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using (var producer = Producer())
        {
            // Partition 0 has messages around the time, 1 only earlier ones, 2 none.
            for (var i = 0; i < 10; i++) producer.Produce(new TopicPartition(topic, 0), new() { Value = $"{i}", Timestamp = new(start.AddMinutes(i).UtcDateTime) });
            for (var i = 0; i < 5; i++) producer.Produce(new TopicPartition(topic, 1), new() { Value = $"{i}", Timestamp = new(start.AddMinutes(-i - 1).UtcDateTime) });
            producer.Flush(Stop);
        }

        await using var reader = await OpenAsync(topic, o => (o.Position, o.FromTime) = (KafkaPosition.Timestamp, start.AddMinutes(6.5)));

        reader.Ranges.Should().Equal(new PartitionRange(0, 7, 10), new PartitionRange(0, 5, 5), new PartitionRange(0, 0, 0));
        (await reader.TakeToEndAsync()).Values().Should().Equal("7", "8", "9");
        (await Source().FindAsync([.. Enumerable.Range(0, 3).Select(p => new PartitionTime(new(topic, p), start.AddMinutes(6.5)))], Stop)).Should().Equal(reader.Ranges);
        (await Source().FindAsync([new(new(topic, 1), start.AddMinutes(-2)), new(new(topic, 0), DateTimeOffset.MinValue)], Stop))
            .Should().Equal([new PartitionRange(0, 0, 5), new PartitionRange(0, 0, 10)], "the first message of that time or later is found, also where times are out of order");
    }

    [Fact]
    public async Task Leaves_out_aborted_and_open_transactions_and_still_sees_the_end()
    {
        var topic = await CreateAsync(1);
        using var first = Producer(topic + "-1");
        using var second = Producer(topic + "-2");
        Transact(first, topic, "committed 1", p => p.CommitTransaction());
        Transact(first, topic, "aborted", p => p.AbortTransaction());
        Transact(first, topic, "committed 2", p => p.CommitTransaction());
        Transact(second, topic, "open", _ => { });

        await using (var reader = await OpenAsync(topic))
        {
            // Each transaction ends with a control record, which takes an offset.
            reader.Ranges.Should().Equal(new PartitionRange(0, 0, 6));
            var entries = await reader.TakeToEndAsync();
            entries.Values().Should().Equal("committed 1", "committed 2");
            entries[^1].Should().BeEquivalentTo(new { IsEnd = true, Offset = 6L });

            second.CommitTransaction();
            (await reader.TakeUntilAsync(e => e.Any(x => !x.IsEnd))).Values().Should().Equal("open");
        }

        await using var uncommitted = await OpenAsync(topic, o => o.Config.IsolationLevel = IsolationLevel.ReadUncommitted);
        (await uncommitted.TakeToEndAsync()).Values().Should().Equal("committed 1", "aborted", "committed 2", "open");
    }

    [Fact]
    public async Task Shows_its_progress_to_lag_tools()
    {
        var topic = await CreateAsync(2);
        await using (var reader = await OpenAsync(topic)) reader.Report([3, 0]);

        using var admin = Admin();
        var groups = await admin.ListConsumerGroupOffsetsAsync([new(topic, [new(topic, 0), new(topic, 1)])]);

        groups.Single().Partitions.Single(p => p.Partition == 0).Offset.Value.Should().Be(3);
    }

    [Fact]
    public async Task Does_not_create_the_topics_it_is_asked_about()
    {
        var source = Source();
        var asking = () => source.PartitionsAsync(["never-there"], Stop);

        await asking.Should().ThrowAsync<KafkaSourceException>().WithMessage("Topic 'never-there' does not exist*");
        await asking.Should().ThrowAsync<KafkaSourceException>().WithMessage("Topic 'never-there' does not exist*");
    }

    [Fact]
    public async Task Loses_and_doubles_nothing_when_paused_again_and_again()
    {
        const int Partitions = 4, Each = 20_000;
        var topic = await CreateAsync(Partitions);
        using (var producer = Producer())
        {
            for (var i = 0; i < Each; i++)
                for (var p = 0; p < Partitions; p++) producer.Produce(new TopicPartition(topic, p), new() { Value = $"{i}" });
            producer.Flush(Stop);
        }
        var log = new EventLog();
        var paused = log.Next(2002);
        await using var reader = await OpenAsync(topic, o => (o.SlabQueue, o.SlabMessages, o.StallTimeout) = (2, 200, TimeSpan.FromMilliseconds(5)), log);

        await paused;
        var entries = new List<Entry>();
        for (var stall = 0; stall < 8; stall++)
        {
            paused = log.Next(2002);
            var target = entries.Count + 5000;
            await reader.TakeUntilAsync(e => e.Count >= target, entries);
            await paused;
        }
        await reader.TakeUntilAsync(e => e.Count(x => !x.IsEnd) >= Partitions * Each, entries);

        for (var p = 0; p < Partitions; p++) entries.Values(p).Should().Equal(Enumerable.Range(0, Each).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Takes_dead_letters_whatever_time_they_are_of()
    {
        var topic = await CreateAsync(1);
        DateTimeOffset[] times = [DateTimeOffset.UnixEpoch.AddYears(20), new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), DateTimeOffset.MaxValue];
        using (var sender = DeadLetterSender.Open(new DeadLetterOptions { BootstrapServers = Servers }.Validated(), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance))
            await sender.SendAsync("wild", 1, topic, [.. times.Select((t, i) => new DeadLetter { Kind = "OutOfBounds", Reason = "wild", Source = new("sales", 0, i), Timestamp = t, Value = "x"u8.ToArray() })], Stop);

        await using var reader = await OpenAsync(topic);

        (await reader.TakeToEndAsync()).Values().Should().Equal("x", "x", "x");
    }

    private static void Transact(IProducer<Null, string> producer, string topic, string value, Action<IProducer<Null, string>> end)
    {
        producer.BeginTransaction();
        producer.Produce(topic, new() { Value = value });
        producer.Flush(Stop);
        end(producer);
    }

    private IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Servers }).Build();

    private IProducer<Null, string> Producer(string? transactions = null)
    {
        var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = Servers, TransactionalId = transactions }).Build();
        if (transactions is not null) producer.InitTransactions(TimeSpan.FromSeconds(60));
        return producer;
    }

    private async Task<string> CreateAsync(int partitions)
    {
        var topic = $"t-{Guid.NewGuid():N}";
        using var admin = Admin();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }]);
        return topic;
    }

    private KafkaSource Source(Action<KafkaSourceOptions>? change = null, EventLog? log = null)
    {
        var options = new KafkaSourceOptions { BootstrapServers = Servers, ConnectTimeout = TimeSpan.FromSeconds(60) };
        change?.Invoke(options);
        return new(options, log);
    }

    private async Task<IMessageReader> OpenAsync(string topic, Action<KafkaSourceOptions>? change = null, EventLog? log = null)
    {
        var source = Source(change, log);
        var partitions = await source.PartitionsAsync([topic], Stop);
        return await source.OpenAsync(topic, [.. partitions.Order().Select(p => new PartitionStart(p, null))], Stop);
    }

    /// <summary>One broker for the class.</summary>
    public sealed class Broker : IAsyncLifetime
    {
        private RealKafka? _kafka;

        /// <summary>Its addresses. Where there is none the test is skipped.</summary>
        public string Servers
        {
            get
            {
                Assert.SkipWhen(_kafka is null, RealKafka.SkipReason ?? "");
                return _kafka!.BootstrapServers;
            }
        }

        public async ValueTask InitializeAsync() => _kafka = await RealKafka.TryStartAsync();

        public async ValueTask DisposeAsync()
        {
            if (_kafka is not null) await _kafka.DisposeAsync();
        }
    }
}
