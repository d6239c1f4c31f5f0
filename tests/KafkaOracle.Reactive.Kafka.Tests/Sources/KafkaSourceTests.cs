using System.Text;
using Confluent.Kafka;
using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Tests.Sources;

public sealed class KafkaSourceTests : IDisposable
{
    private const string Topic = "sales";
    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start();
    private readonly EventLog _log = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _kafka.Dispose();

    [Fact]
    public async Task Reads_each_partition_in_order_and_then_its_end()
    {
        _kafka.CreateTopic(Topic, 3);
        _kafka.Produce(Topic, Enumerable.Range(0, 3000).Select(i => EmbeddedMessage.Text($"k{i}", $"v{i}", partition: i % 3)));

        await using var reader = await OpenAsync();
        var entries = await reader.TakeToEndAsync();

        for (var p = 0; p < 3; p++)
        {
            var partition = p;
            entries.Values(p).Should().Equal(Enumerable.Range(0, 1000).Select(i => $"v{(i * 3) + partition}"));
            entries.Where(e => e.Partition == partition && !e.IsEnd).Select(e => e.Offset).Should().Equal(Enumerable.Range(0, 1000).Select(i => (long)i));
            reader.Ranges[p].Should().Be(new PartitionRange(0, 0, 1000));
            entries.Last(e => e.Partition == partition).Should().BeEquivalentTo(new { IsEnd = true, Offset = 1000L });
        }
    }

    [Fact]
    public async Task Keeps_keys_headers_time_stamps_and_tombstones()
    {
        _kafka.CreateTopic(Topic);
        var at = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);
        _kafka.Produce(Topic,
            new EmbeddedMessage(Bytes("key"), Bytes("value")) { Timestamp = at, Headers = [new("a", Bytes("1")), new("b", null), new("a", Bytes("2")), new("c", [])] },
            new EmbeddedMessage(null, Bytes("")) { Timestamp = at },
            new EmbeddedMessage(Bytes("gone"), null) { Timestamp = at },
            new EmbeddedMessage(Bytes(""), Bytes("last")) { Timestamp = at });

        await using var reader = await OpenAsync();
        var entries = await reader.TakeAsync(4);

        entries.Take(4).Should().BeEquivalentTo(
        [
            new Entry(0, 0, 1_700_000_000_123, false, "key", "value", [("a", "1"), ("b", null), ("a", "2"), ("c", "")]),
            new Entry(0, 1, 1_700_000_000_123, false, null, "", []),
            new Entry(0, 2, 1_700_000_000_123, false, "gone", null, []),
            new Entry(0, 3, 1_700_000_000_123, false, "", "last", []),
        ], o => o.WithStrictOrdering().ComparingByMembers<Entry>());
    }

    [Fact]
    public async Task Asks_again_where_a_partition_has_no_leader_yet()
    {
        _kafka.CreateTopic(Topic);
        _kafka.Produce(Topic, EmbeddedMessage.Text("k", "v"));
        _kafka.FailRequests(KafkaApi.ListOffsets, [.. Enumerable.Repeat(ErrorCode.NotLeaderForPartition, 20)]);

        await using var reader = await OpenAsync();

        reader.Ranges.Should().Equal(new PartitionRange(0, 0, 1));
    }

    [Fact]
    public async Task Tells_at_once_that_an_empty_partition_is_at_its_end()
    {
        _kafka.CreateTopic(Topic, 2);

        await using var reader = await OpenAsync();
        var entries = await reader.TakeToEndAsync();

        entries.Should().HaveCount(2).And.OnlyContain(e => e.IsEnd && e.Offset == 0);
    }

    [Fact]
    public async Task Reads_all_there_is_where_the_server_finds_nothing_by_time()
    {
        _kafka.CreateTopic(Topic, 2);
        _kafka.Produce(Topic, Enumerable.Range(0, 3).Select(i => EmbeddedMessage.Text(null, $"{i}", partition: 0)));

        var found = await new KafkaSource(new() { BootstrapServers = _kafka.BootstrapServers })
            .FindAsync([new(new(Topic, 0), DateTimeOffset.UnixEpoch.AddYears(40)), new(new(Topic, 1), DateTimeOffset.UnixEpoch.AddYears(40))], Stop);

        found.Should().Equal(new PartitionRange(0, 0, 3), new PartitionRange(0, 0, 0));
    }

    [Fact]
    public async Task Tells_of_the_end_again_after_further_messages()
    {
        _kafka.CreateTopic(Topic);
        await using var reader = await OpenAsync();
        await reader.TakeToEndAsync();

        _kafka.Produce(Topic, EmbeddedMessage.Text(null, "later"));

        var entries = await reader.TakeUntilAsync(e => e.Any(x => x.IsEnd));
        entries.Values().Should().Equal("later");
        entries[^1].Should().BeEquivalentTo(new { IsEnd = true, Offset = 1L });
    }

    [Fact]
    public async Task Says_whether_a_partition_is_at_its_end_and_no_where_nobody_knows()
    {
        _kafka.CreateTopic(Topic);
        _kafka.Produce(Topic, EmbeddedMessage.Text(null, "a"), EmbeddedMessage.Text(null, "b"));
        await using var reader = await OpenAsync();
        await reader.TakeToEndAsync();

        (await reader.IsAtEndAsync(0, 2).WaitAsync(SlabReading.Guard())).Should().BeTrue();
        (await reader.IsAtEndAsync(0, 1).WaitAsync(SlabReading.Guard())).Should().BeFalse();
        _kafka.BrokerDown(1);
        (await reader.IsAtEndAsync(0, 2).WaitAsync(SlabReading.Guard())).Should().BeFalse();
    }

    [Fact]
    public async Task Does_not_know_whether_a_partition_is_at_its_end_where_its_leader_is_known_and_does_not_answer()
    {
        _kafka.CreateTopic(Topic);
        _kafka.Produce(Topic, EmbeddedMessage.Text(null, "a"));
        await using var reader = await OpenAsync();
        await reader.TakeToEndAsync();

        _kafka.RoundTripTime(1, TimeSpan.FromSeconds(5));

        (await reader.IsAtEndAsync(0, 1).WaitAsync(SlabReading.Guard())).Should().BeFalse();
    }

    [Fact]
    public async Task Begins_at_the_oldest_message_that_is_left()
    {
        ProduceNumbers(10);
        _kafka.DeleteRecords(Topic, 0, 4);

        await using var reader = await OpenAsync();

        reader.Ranges[0].Should().Be(new PartitionRange(4, 4, 10));
        (await reader.TakeAsync(6)).Values().Should().Equal("4", "5", "6", "7", "8", "9");
    }

    [Fact]
    public async Task Begins_after_the_last_message_when_told_to()
    {
        ProduceNumbers(10);

        await using var reader = await OpenAsync(o => o.Position = KafkaPosition.Latest);
        _kafka.Produce(Topic, EmbeddedMessage.Text(null, "new"));

        reader.Ranges[0].Should().Be(new PartitionRange(0, 10, 10));
        (await reader.TakeAsync(1)).Values().Should().Equal("new");
    }

    [Fact]
    public async Task Goes_on_at_the_offsets_of_the_ledger_and_elsewhere_at_the_position()
    {
        _kafka.CreateTopic(Topic, 2);
        _kafka.Produce(Topic, Enumerable.Range(0, 10).Select(i => EmbeddedMessage.Text(null, $"{i}", partition: i % 2)));

        var source = Source(o => o.Position = KafkaPosition.Latest);
        await using var reader = await source.OpenAsync("g", [new(new(Topic, 1), 3), new(new(Topic, 0), null)], Stop);
        var entries = await reader.TakeToEndAsync();

        reader.Ranges.Should().Equal(new PartitionRange(0, 3, 5), new PartitionRange(0, 5, 5));
        entries.Values(0).Should().Equal("7", "9");
        entries.Values(1).Should().BeEmpty();
    }

    [Fact]
    public async Task Says_that_a_topic_is_missing_and_how_to_create_it()
    {
        _kafka.CreateTopic(Topic);

        var asking = () => Source().PartitionsAsync([Topic, "slaes"], Stop);

        var fault = (await asking.Should().ThrowAsync<KafkaSourceException>()).Which;
        fault.Message.Should().Contain("'slaes' does not exist").And.Contain("--create --topic slaes");
        fault.IsTransient.Should().BeFalse();
    }

    [Fact]
    public async Task Says_that_no_broker_answers()
    {
        var source = Source(o =>
        {
            o.BootstrapServers = "127.0.0.1:1";
            o.ConnectTimeout = TimeSpan.FromMilliseconds(300);
        });

        var asking = () => source.PartitionsAsync([Topic], Stop);
        var opening = () => source.OpenAsync("g", [new(new(Topic, 0), 5)], Stop);

        var fault = (await asking.Should().ThrowAsync<KafkaSourceException>()).Which;
        fault.Message.Should().StartWith("No Kafka broker answers at 127.0.0.1:1 within 0.3 s").And.Contain("refused");
        fault.IsTransient.Should().BeTrue();
        fault.Error.IsError.Should().BeTrue();
        await opening.Should().ThrowAsync<KafkaSourceException>().WithMessage("No Kafka broker answers at 127.0.0.1:1*");
    }

    [Fact]
    public async Task Stops_connecting_when_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var source = Source(o => o.BootstrapServers = "127.0.0.1:1");
        var (asking, opening) = (source.PartitionsAsync([Topic], cancel.Token), source.OpenAsync("g", [new(new(Topic, 0), 5)], cancel.Token));

        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => asking).Should().ThrowAsync<OperationCanceledException>();
        await FluentActions.Awaiting(() => opening).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Reports_offsets_for_monitoring()
    {
        ProduceNumbers(10);
        await using (var reader = await OpenAsync())
        {
            await reader.TakeAsync(10);
            reader.Report([3]);
            reader.Report([7]);
        }

        using var tool = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = _kafka.BootstrapServers, GroupId = "g" }).Build();
        tool.Committed([new(Topic, 0)], TimeSpan.FromSeconds(30)).Single().Offset.Value.Should().Be(7);
    }

    [Fact]
    public async Task Stops_while_the_queue_is_full()
    {
        ProduceNumbers(5000);
        var reader = await OpenAsync(o => (o.SlabQueue, o.SlabMessages) = (1, 10));
        await reader.Slabs.WaitToReadAsync(Stop);
        var stopped = _log.Next(2001);

        await reader.DisposeAsync();

        await stopped;
        (await reader.Slabs.WaitToReadAsync(Stop)).Should().BeFalse();
        reader.Report([1]);
    }

    [Fact]
    public async Task Stops_while_there_is_nothing_to_read()
    {
        _kafka.CreateTopic(Topic);
        var reader = await OpenAsync();
        var stopped = _log.Next(2001);

        await reader.DisposeAsync();

        await stopped;
        (await reader.TakeUntilAsync(_ => true)).Should().BeEmpty();
    }

    [Fact]
    public async Task Never_shows_a_password()
    {
        var source = Source(o => o.Config = new() { SaslMechanism = SaslMechanism.Plain, SecurityProtocol = SecurityProtocol.Plaintext, SaslUsername = "u", SaslPassword = "s3cr3t-word", SslCaLocation = "/s3cr3t-word", SslKeyPem = "s3cr3t-word" });

        var asking = () => source.PartitionsAsync(["missing"], Stop);

        (await asking.Should().ThrowAsync<KafkaSourceException>()).Which.ToString().Should().NotContain("s3cr3t-word");
        _log.Lines.Should().NotContain(l => l.Contains("s3cr3t-word"));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private void ProduceNumbers(int count)
    {
        _kafka.CreateTopic(Topic);
        _kafka.Produce(Topic, Enumerable.Range(0, count).Select(i => EmbeddedMessage.Text(null, $"{i}")));
    }

    private KafkaSource Source(Action<KafkaSourceOptions>? change = null)
    {
        var options = new KafkaSourceOptions { BootstrapServers = _kafka.BootstrapServers, ConnectTimeout = TimeSpan.FromSeconds(30) };
        options.Config.FetchWaitMaxMs = 10;
        change?.Invoke(options);
        return new(options, _log);
    }

    private async Task<IMessageReader> OpenAsync(Action<KafkaSourceOptions>? change = null)
    {
        var source = Source(change);
        var partitions = await source.PartitionsAsync([Topic], Stop);
        return await source.OpenAsync("g", [.. partitions.Order().Select(p => new PartitionStart(p, null))], Stop);
    }
}
