using System.Reactive.Linq;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using KafkaOracle.Reactive.Testing;
using KafkaOracle.Reactive.Tests.Sources;

namespace KafkaOracle.Reactive.Tests.Pipelines;

/// <summary>Logs of a real broker that change under a pipeline: messages deleted, topics deleted and made again, messages too large.</summary>
public sealed class RealLogTests(RealKafkaTests.Broker broker) : IClassFixture<RealKafkaTests.Broker>
{
    private static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _topic = $"t-{Guid.NewGuid():N}";
    private readonly MemoryStore _store = new();
    private readonly MemoryTable<string> _rows = new("rows");

    private string Servers => broker.Servers;

    [Theory]
    [InlineData(30, 10)]
    [InlineData(30, 30)]
    [InlineData(60, 55)]
    public async Task Messages_that_a_restart_has_to_read_again_are_deleted_and_nothing_is_written(int sent, int deleted)
    {
        using var admin = await CreateAsync();
        await SendAsync(0, 30);
        await RunAsync(RunUntil.EndOfLog);
        var before = _store.RowsOf(_rows).ToArray();
        if (sent > 30) await SendAsync(30, sent - 30);
        await admin.DeleteRecordsAsync([new(_topic, 0, deleted)]);

        var fault = await FluentActions.Awaiting(() => RunAsync(RunUntil.EndOfLogClosed)).Should().ThrowAsync<LedgerMismatchException>();

        fault.WithMessage($"*{_topic}[0] again from offset 0*begins at {deleted}*Nothing was written.");
        _store.RowsOf(_rows).Should().Equal(before);
    }

    [Fact]
    public async Task What_was_deleted_is_gone_on_without_where_the_options_allow_it()
    {
        using var admin = await CreateAsync();
        await SendAsync(0, 30);
        await RunAsync(RunUntil.EndOfLog);
        await SendAsync(30, 60);
        await admin.DeleteRecordsAsync([new(_topic, 0, 40)]);

        await RunAsync(RunUntil.EndOfLogClosed, allowLost: true);

        _store.RowsOf(_rows).Should().Equal([.. Enumerable.Range(0, 24), .. Enumerable.Range(60, 30)], (row, i) => row == $"{i}");
        _store.Rejects.Where(r => r.Kind == RejectKind.Lost).Should().ContainSingle().Which.Reason.Should().Contain("lost the messages 30 to 39 before they were read");
        _store.Rejects.Where(r => r.Kind == RejectKind.Late).Select(r => r.Position.Offset).Should().Equal(Enumerable.Range(40, 20).Select(o => (long)o));
    }

    [Fact]
    public async Task Messages_that_are_deleted_before_they_were_read_end_the_run_with_their_offsets()
    {
        using var admin = await CreateAsync();
        await using var run = await FollowTenAsync();

        await run.PauseAsync();
        await SendAsync(10, 2000, size: 3000);                      // more than the client reads ahead here
        await admin.DeleteRecordsAsync([new(_topic, 0, 2005)]);
        await run.ResumeAsync();

        (await FluentActions.Awaiting(() => run.Completion).Should().ThrowAsync<KafkaSourceException>())
            .Which.Message.Should().Contain($"{_topic}[0]").And.Contain("its log now holds the offsets 2005 to 2009");
    }

    [Fact]
    public async Task A_topic_that_is_made_again_is_not_taken_for_the_old_one()
    {
        using var admin = await CreateAsync();
        await SendAsync(0, 30);
        await RunAsync(RunUntil.EndOfLog);
        var before = _store.RowsOf(_rows).ToArray();
        await admin.DeleteTopicsAsync([_topic]);

        (await FluentActions.Awaiting(() => RunAsync(RunUntil.EndOfLog)).Should().ThrowAsync<KafkaSourceException>()).WithMessage($"Topic '{_topic}' does not exist*");
        (await CreateAsync()).Dispose();
        await SendAsync(0, 5);
        (await FluentActions.Awaiting(() => RunAsync(RunUntil.EndOfLog)).Should().ThrowAsync<LedgerMismatchException>())
            .WithMessage($"*{_topic}[0] up to offset 30*now ends at 5*created anew*");
        _store.RowsOf(_rows).Should().Equal(before);
    }

    [Fact]
    public async Task A_topic_that_is_deleted_ends_the_run_that_reads_it()
    {
        using var admin = await CreateAsync();
        await using var run = await FollowTenAsync(o => o.Config.TopicMetadataPropagationMaxMs = 1000);

        await admin.DeleteTopicsAsync([_topic]);

        (await FluentActions.Awaiting(() => run.Completion).Should().ThrowAsync<KafkaSourceException>()).WithMessage($"Topic '{_topic}' no longer exists*deleted while it was read*");
        _store.RowsOf(_rows).Should().HaveCount(10);
    }

    [Fact]
    public async Task A_message_larger_than_the_client_fetches_at_a_time_is_read()
    {
        using var admin = await CreateAsync(("max.message.bytes", "8000000"));
        await SendAsync(0, 3);
        await SendAsync(3, 1, size: 6_000_000);
        await SendAsync(4, 2);

        await RunAsync(RunUntil.EndOfLogClosed, o => o.Config.MaxPartitionFetchBytes = 100_000);

        _store.RowsOf(_rows).Select(r => r.Length).Should().Equal(Enumerable.Range(0, 6).Select(i => i == 3 ? 6_000_000 : Value(i).Length));
    }

    private static string Value(int number, int size = 0) => $"{number}".PadRight(size);

    private async Task<IAdminClient> CreateAsync(params (string Key, string Value)[] settings)
    {
        var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Servers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = _topic, NumPartitions = 1, ReplicationFactor = 1, Configs = settings.Append(("retention.ms", "-1")).ToDictionary(s => s.Item1, s => s.Item2) }]);
        return admin;
    }

    private async Task SendAsync(int from, int count, int size = 0)
    {
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = Servers, MessageMaxBytes = 8_000_000, LingerMs = 5 }).Build();
        await Task.WhenAll(Enumerable.Range(from, count).Select(i => producer.ProduceAsync(new TopicPartition(_topic, 0),
            new() { Value = Value(i, size), Timestamp = new(Start.AddSeconds(i).UtcDateTime) }, SlabReading.Guard())));
    }

    private async Task RunAsync(RunUntil until, Action<KafkaSourceOptions>? change = null, bool allowLost = false)
    {
        var pipeline = Pipeline.Define("copy", lane => lane.Into(_rows, lane.Topic(_topic, Text.Utf8).InEventTime(TimeSpan.FromSeconds(5)).Select(r => r.Value!)), new() { Until = until, Era = TimeSpan.FromMinutes(1), AllowLostMessages = allowLost });
        await using var run = pipeline.Start(Source(change), _store, stop: SlabReading.Guard());
        await run.Completion;
    }

    /// <summary>A run that goes on, once it has committed the ten messages there are.</summary>
    private async Task<PipelineRun> FollowTenAsync(Action<KafkaSourceOptions>? change = null)
    {
        await SendAsync(0, 10);
        var pipeline = Pipeline.Define("copy", lane => lane.Into(_rows, lane.Topic(_topic, Text.Utf8).Select(r => r.Value!)), new() { EpochInterval = TimeSpan.FromMilliseconds(10) });
        var run = pipeline.Start(Source(change), _store, stop: SlabReading.Guard());
        for (var guard = SlabReading.Guard(); _store.RowsOf(_rows).Count < 10;) await Task.Delay(10, guard);
        return run;
    }

    private KafkaSource Source(Action<KafkaSourceOptions>? change = null)
    {
        var options = new KafkaSourceOptions { BootstrapServers = Servers, ConnectTimeout = TimeSpan.FromSeconds(60), SlabQueue = 1, SlabMessages = 10 };
        (options.Config.QueuedMaxMessagesKbytes, options.Config.MaxPartitionFetchBytes) = (1, 20_000);
        change?.Invoke(options);
        return new(options);
    }
}
