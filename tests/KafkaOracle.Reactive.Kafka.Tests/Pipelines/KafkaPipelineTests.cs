using System.Reactive.Linq;
using Confluent.Kafka;
using KafkaOracle.Reactive.Embedded;
using KafkaOracle.Reactive.Testing;

namespace KafkaOracle.Reactive.Tests.Pipelines;

public sealed class KafkaPipelineTests : IDisposable
{
    private sealed record Sale(int Id, DateTimeOffset At);

    private static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start();
    private readonly MemoryStore _store = new();
    private readonly MemoryTable<string> _rows = new("rows"), _counts = new("counts");

    public void Dispose() => _kafka.Dispose();

    [Fact]
    public async Task Carries_every_record_of_a_stateless_query_once_over_several_runs()
    {
        _kafka.CreateTopic("sales", 3);
        var pipeline = Pipeline.Define("copy", lane => lane.Into(_rows, lane.Topic("sales", Text.Utf8).Select(r => r.Value!)), new() { Until = RunUntil.EndOfLog });

        for (var run = 0; run < 3; run++)
        {
            _kafka.Produce("sales", Enumerable.Range(run * 300, 300).Select(i => EmbeddedMessage.Text(null, $"{i}", partition: i % 3)));
            await RunAsync(pipeline);
            _store.RowsOf(_rows).Order().Should().Equal(Enumerable.Range(0, (run + 1) * 300).Select(i => $"{i}").Order());
        }

        Committed("copy", 3).Should().OnlyContain(p => p.Offset == 300);
    }

    [Fact]
    public async Task Counts_windows_in_event_time_and_rejects_what_it_cannot_decode()
    {
        _kafka.CreateTopic("sales", 2);
        _kafka.Produce("sales", Enumerable.Range(0, 600).Select(i => Sold(i)));
        _kafka.Produce("sales",
            EmbeddedMessage.Text("bad", "{\"id\":", partition: 0),
            EmbeddedMessage.Text("gone", null, partition: 1),
            Sold(600), Sold(601));
        var pipeline = Pipeline.Define("count", lane =>
        {
            var sales = lane.Topic("sales", Json.Of<Sale>()).InEventTime(s => s.At, TimeSpan.FromSeconds(10));
            lane.Into(_rows, sales.Select(s => $"{s.Value.Id}"));
            lane.Into(_counts, sales.Window(TimeSpan.FromMinutes(1), lane.Clock).SelectMany(w => w.Count()).Where(n => n > 0).Select(n => $"{n}"));
        }, new() { Until = RunUntil.EndOfLogClosed });

        await RunAsync(pipeline);

        _store.RowsOf(_rows).Should().Equal(Enumerable.Range(0, 602).Select(i => $"{i}"));
        _store.RowsOf(_counts).Should().Equal([.. Enumerable.Repeat("60", 10), "2"]);
        _store.Rejects.Should().HaveCount(2).And.OnlyContain(r => r.Kind == RejectKind.Undecodable);
        _store.Rejects.Should().Contain(r => r.Position == new Position("sales", 0, 300) && r.Reason.Contains("BytePositionInLine"))
            .And.Contain(r => r.Position == new Position("sales", 1, 300) && r.Reason.Contains("tombstone") && r.Payload == null);
    }

    [Fact]
    public async Task A_log_of_nothing_but_undecodable_messages_does_not_stall()
    {
        _kafka.CreateTopic("sales");
        _kafka.Produce("sales", Enumerable.Range(0, 5000).Select(i => EmbeddedMessage.Text(null, $"<{i}>")));
        var pipeline = Pipeline.Define("broken", lane => lane.Into(_rows, lane.Topic("sales", Json.Of<Sale>()).Select(s => $"{s.Value.Id}")),
            new() { Until = RunUntil.EndOfLog, EpochRows = 700 });

        await RunAsync(pipeline, o => (o.SlabQueue, o.SlabMessages) = (1, 50));

        _store.RowsOf(_rows).Should().BeEmpty();
        _store.Rejects.Select(r => r.Position.Offset).Should().Equal(Enumerable.Range(0, 5000).Select(i => (long)i));
    }

    [Fact]
    public async Task Follows_the_log_until_it_is_drained()
    {
        _kafka.CreateTopic("sales");
        _kafka.Produce("sales", EmbeddedMessage.Text(null, "before"));
        var after = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var pipeline = Pipeline.Define("follow", lane => lane.Into(_rows, lane.Topic("sales", Text.Utf8).Select(r => r.Value!).Do(v =>
        {
            if (v == "after") after.TrySetResult();
        })));
        await using var run = pipeline.Start(Source(), _store, stop: SlabReading.Guard());

        _kafka.Produce("sales", EmbeddedMessage.Text(null, "after"));
        await after.Task.WaitAsync(SlabReading.Guard());
        await run.DrainAsync();

        _store.RowsOf(_rows).Should().Equal("before", "after");
    }

    [Fact]
    public async Task A_missing_topic_ends_the_run_with_one_clear_error()
    {
        _kafka.CreateTopic("other");
        var pipeline = Pipeline.Define("missing", lane => lane.Into(_rows, lane.Topic("sales", Text.Utf8).Select(r => r.Value!)));
        await using var run = pipeline.Start(Source(), _store, stop: SlabReading.Guard());

        await FluentActions.Awaiting(() => run.Completion).Should().ThrowAsync<KafkaSourceException>().WithMessage("Topic 'sales' does not exist*");
    }

    private static EmbeddedMessage Sold(int i)
        => EmbeddedMessage.Text($"{i}", $$"""{"id":{{i}},"at":"{{Start.AddSeconds(i):O}}"}""", partition: i % 2);

    private async Task RunAsync(Pipeline pipeline, Action<KafkaSourceOptions>? change = null)
    {
        await using var run = pipeline.Start(Source(change), _store, stop: SlabReading.Guard());
        await run.Completion;
    }

    private KafkaSource Source(Action<KafkaSourceOptions>? change = null)
    {
        var options = new KafkaSourceOptions { BootstrapServers = _kafka.BootstrapServers, ConnectTimeout = TimeSpan.FromSeconds(30) };
        options.Config.FetchWaitMaxMs = 10;
        change?.Invoke(options);
        return new(options);
    }

    private List<TopicPartitionOffset> Committed(string group, int partitions)
    {
        using var tool = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = _kafka.BootstrapServers, GroupId = group }).Build();
        return tool.Committed([.. Enumerable.Range(0, partitions).Select(p => new TopicPartition("sales", p))], TimeSpan.FromSeconds(30));
    }
}
