using System.Reactive.Linq;
using System.Text;
using Confluent.Kafka;
using KafkaOracle.Reactive.Embedded;
using KafkaOracle.Reactive.Testing;

namespace KafkaOracle.Reactive.Tests.Tables;

public sealed class KafkaTableTests : IDisposable
{
    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _kafka.Dispose();

    [Fact]
    public async Task Holds_the_latest_value_of_each_key_and_follows_the_topic()
    {
        _kafka.CreateTopic("customers", 3);
        _kafka.Produce("customers", Enumerable.Range(0, 3000).Select(i => EmbeddedMessage.Text($"k{i % 500}", $"v{i}", partition: i % 500 % 3)));
        _kafka.Produce("customers", EmbeddedMessage.Text("k7", null, partition: 1));

        await using var table = await OpenAsync("customers");

        table.Count.Should().Be(499);
        (table.Find("k0"), table.Find("k499"), table.Find("k7"), table.Find("other")).Should().Be(("v2500", "v2999", null, null));
        _kafka.Produce("customers", EmbeddedMessage.Text("k7", "again", partition: 1), EmbeddedMessage.Text("k0", null, partition: 0));
        while (table.Find("k7") != "again" || table.Find("k0") is not null) await Task.Delay(5, Stop);
    }

    [Fact]
    public async Task An_empty_topic_is_an_empty_table_and_one_that_is_missing_is_refused()
    {
        _kafka.CreateTopic("customers", 2);

        await using var table = await OpenAsync("customers");

        table.Count.Should().Be(0);
        await FluentActions.Awaiting(() => OpenAsync("missing")).Should().ThrowAsync<KafkaSourceException>().WithMessage("*'missing' does not exist*");
    }

    [Fact]
    public async Task A_message_that_cannot_be_decoded_is_named_and_nobody_uses_a_table_with_a_hole()
    {
        _kafka.CreateTopic("customers");
        _kafka.Produce("customers", EmbeddedMessage.Text("a", "1"));
        await using var table = await OpenAsync("customers");

        _kafka.Produce("customers", EmbeddedMessage.Text(null, "2"));

        while (!table.Completion.IsCompleted) await Task.Delay(5, Stop);
        table.Invoking(t => t.Find("a")).Should().Throw<InvalidOperationException>().WithMessage("*no longer followed: Message customers?0?@1 has no key*");
        await FluentActions.Awaiting(() => OpenAsync("customers")).Should().ThrowAsync<FormatException>().WithMessage("*customers?0?@1*");
    }

    [Fact]
    public async Task An_outage_is_waited_for()
    {
        _kafka.CreateTopic("customers");
        await using var table = await OpenAsync("customers");

        _kafka.BrokerDown(1);
        _kafka.BrokerUp(1);
        _kafka.Produce("customers", EmbeddedMessage.Text("a", "1"));

        while (table.Find("a") != "1") await Task.Delay(5, Stop);
    }

    [Fact]
    public async Task Enriches_the_records_of_a_pipeline()
    {
        _kafka.CreateTopic("customers", 2);
        _kafka.Produce("customers", EmbeddedMessage.Text("1", "Ada", partition: 0), EmbeddedMessage.Text("2", "Bob", partition: 1));
        _kafka.CreateTopic("sales");
        _kafka.Produce("sales", EmbeddedMessage.Text("1", "10"), EmbeddedMessage.Text("3", "30"), EmbeddedMessage.Text("2", "20"));
        await using var customers = await OpenAsync("customers");
        var rows = new MemoryTable<string>("rows");
        var pipeline = Pipeline.Define("enriched", lane => lane.Into(rows, lane.Topic("sales", Decode).InEventTime(TimeSpan.Zero)
            .SelectAsync((sale, _) => Task.FromResult($"{customers.Find(sale.Key!) ?? "nobody"} {sale.Value}"), degree: 1).Select(r => r.Value)), new() { Until = RunUntil.EndOfLogClosed });
        var store = new MemoryStore();

        await pipeline.Start(new KafkaSource(new() { BootstrapServers = _kafka.BootstrapServers }), store, stop: Stop).Completion;

        store.RowsOf(rows).Should().BeEquivalentTo("Ada 10", "nobody 30", "Bob 20");
    }

    private Task<KafkaTable<string, string>> OpenAsync(string topic)
        => KafkaTable.OpenAsync<string, string>(new() { BootstrapServers = _kafka.BootstrapServers, Config = new ConsumerConfig { ReconnectBackoffMs = 10, ReconnectBackoffMaxMs = 100 } }, topic, Key, Decode, stop: Stop);

    private static string Key(in RawMessage message) => Encoding.UTF8.GetString(message.Key.Span);

    private static string Decode(in RawMessage message) => Encoding.UTF8.GetString(message.Value);
}
