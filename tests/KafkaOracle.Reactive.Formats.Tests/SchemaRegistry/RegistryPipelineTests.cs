using System.Diagnostics;
using System.Reactive.Linq;
using Avro.Generic;
using Confluent.Kafka;
using Confluent.Kafka.SyncOverAsync;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using KafkaOracle.Reactive.Embedded;
using KafkaOracle.Reactive.Testing;
using Order = KafkaOracle.Reactive.Tests.Avro.Order;

namespace KafkaOracle.Reactive.Tests.SchemaRegistry;

/// <summary>Avro through Kafka, with a registry that comes and goes.</summary>
public sealed class RegistryPipelineTests : IAsyncLifetime
{
    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start();
    private readonly MemoryStore _store = new();
    private readonly MemoryTable<string> _rows = new("rows");
    private RegistryStandIn _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await RegistryStandIn.StartAsync();
        _server.Add(7, "sales-value", Order.Text);
        _kafka.CreateTopic("sales");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _kafka.Dispose();
    }

    [Fact]
    public async Task An_outage_holds_good_messages_up_and_only_bad_ones_are_rejected()
    {
        Produce(Message("a"), [1, 2, 3], Message("b"));
        _server.Status = 503;
        using var registry = new ConfluentSchemaRegistry(_server.Url);
        await using var run = Start(ApacheAvro.Of<Order>(registry), o => o.DecoderRetryTimeout = TimeSpan.FromMinutes(10));

        await UntilAsync(() => _server.Requests.Count >= 3);
        (_store.Rows.Count, _store.Rejects.Count).Should().Be((0, 0));
        _server.Status = null;
        await run.Completion.WaitAsync(TimeSpan.FromMinutes(1), Stop);

        _store.RowsOf(_rows).Should().Equal("a", "b");
        _store.Rejects.Should().ContainSingle().Which.Position.Offset.Should().Be(1);
    }

    [Fact]
    public async Task An_unknown_schema_stops_the_run_and_the_next_one_goes_on_when_it_is_there()
    {
        Produce(Message("a"), Message("b", schema: 8), Message("c"));
        using var registry = new ConfluentSchemaRegistry(_server.Url);
        await using (var run = Start(ApacheAvro.Of<Order>(registry), o => o.DecoderRetryTimeout = TimeSpan.FromMilliseconds(300)))
            await FluentActions.Awaiting(() => run.Completion.WaitAsync(TimeSpan.FromMinutes(1), Stop)).Should().ThrowAsync<DecoderUnavailableException>()
                .WithMessage("Pipeline 'avro' cannot decode sales[0]@1: *does not know schema 8*");
        _store.Rejects.Should().BeEmpty();

        _server.Add(8, "sales-value", Order.Text);
        await using (var run = Start(ApacheAvro.Of<Order>(registry))) await run.Completion.WaitAsync(TimeSpan.FromMinutes(1), Stop);

        _store.RowsOf(_rows).Should().Equal("a", "b", "c");
    }

    [Fact]
    public async Task Unknown_schemas_can_be_sent_to_the_rejects()
    {
        Produce(Message("a"), Message("b", schema: 8), Message("c"));
        using var registry = new ConfluentSchemaRegistry(_server.Url) { RejectsUnknownIds = true };

        await using (var run = Start(ApacheAvro.Of<Order>(registry))) await run.Completion.WaitAsync(TimeSpan.FromMinutes(1), Stop);

        _store.RowsOf(_rows).Should().Equal("a", "c");
        _store.Rejects.Should().ContainSingle().Which.Reason.Should().Be("The schema registry does not know schema 8.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Confluents_own_deserializer_is_held_up_in_the_same_way(bool sync)
    {
        Produce(Message("a"), [1, 2, 3], Message("b"));
        _server.Status = 503;
        using var client = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = _server.Url, MaxRetries = 1, RetriesWaitMs = 10 });
        var confluents = new AvroDeserializer<GenericRecord>(client);
        var decoder = sync ? Deserializer.Of(confluents.AsSyncOverAsync()) : Deserializer.Of((IAsyncDeserializer<GenericRecord>)confluents);
        await using var run = Start((in message) => new Order { Id = (string)decoder(message)["id"] }, o => o.DecoderRetryTimeout = TimeSpan.FromMinutes(10));

        await UntilAsync(() => _server.Requests.Count >= 2);
        _store.Rejects.Should().BeEmpty();
        _server.Status = null;
        await run.Completion.WaitAsync(TimeSpan.FromMinutes(1), Stop);

        _store.RowsOf(_rows).Should().Equal("a", "b");
        _store.Rejects.Should().ContainSingle().Which.Position.Offset.Should().Be(1);
    }

    private PipelineRun Start(Decoder<Order> decoder, Action<PipelineOptions>? change = null)
    {
        var options = new PipelineOptions { Until = RunUntil.EndOfLog };
        change?.Invoke(options);
        return Pipeline.Define("avro", lane => lane.Into(_rows, lane.Topic("sales", decoder).Select(r => r.Value.Id)), options)
            .Start(new KafkaSource(new() { BootstrapServers = _kafka.BootstrapServers, ConnectTimeout = TimeSpan.FromSeconds(30) }), _store, stop: Stop);
    }

    private void Produce(params byte[][] values) => _kafka.Produce("sales", values.Select(v => new EmbeddedMessage(null, v)));

    /// <summary>An order in the wire format: a price of zero, and no country.</summary>
    private static byte[] Message(string id, byte schema = 7) => [0, 0, 0, 0, schema, (byte)(2 * id.Length), .. System.Text.Encoding.UTF8.GetBytes(id), 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var since = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(1, Stop))
            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(1)) throw new TimeoutException("What the test waits for has not happened.");
    }
}
