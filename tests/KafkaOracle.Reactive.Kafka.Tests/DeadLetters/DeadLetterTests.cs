using System.Reactive.Linq;
using System.Text;
using Confluent.Kafka;
using KafkaOracle.Reactive.Embedded;
using KafkaOracle.Reactive.Testing;

namespace KafkaOracle.Reactive.Tests.DeadLetters;

public sealed class DeadLetterTests : IDisposable
{
    private sealed record Sale(int Id, string Country, DateTimeOffset At);

    private static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly IReadOnlyList<Rule<Sale>> Rules = [Rule.Range("id", (Sale s) => s.Id, 0, 99), Rule.OneOf("country", (Sale s) => s.Country, ["DE", "FR"])];

    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start();
    private readonly MemoryStore _store = new();
    private readonly MemoryTable<string> _rows = new("rows");
    private readonly DeadLetterTopic _broken = new("broken");

    public DeadLetterTests()
    {
        foreach (var topic in new[] { "sales", "broken", "rejects" }) _kafka.CreateTopic(topic);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _kafka.Dispose();

    [Fact]
    public async Task Rejected_messages_are_sent_as_they_came_with_the_reason_and_their_place()
    {
        Send(Sold(1), new EmbeddedMessage("k"u8.ToArray(), "{\"id\":"u8.ToArray()) { Timestamp = Start.AddSeconds(2), Headers = [new("trace", "t1"u8.ToArray()), new("none", null)] }, EmbeddedMessage.Text("gone", null, Start), Sold(3));

        await RunAsync(Copy, o => o.RejectsTopic = "rejects");

        var letters = Read("rejects", 2);
        letters[0].Message.Key.Should().Equal("k"u8.ToArray());
        letters[0].Message.Value.Should().Equal("{\"id\":"u8.ToArray());
        letters[0].Message.Timestamp.UtcDateTime.Should().Be(Start.AddSeconds(2).UtcDateTime);
        Texts(letters[0]).Should().Contain(["trace=t1", "none=null", "dead-letter.pipeline=copy", "dead-letter.kind=Undecodable", "dead-letter.topic=sales", "dead-letter.partition=0", "dead-letter.offset=1",
            "dead-letter.timestamp=2024-01-01T00:00:02.0000000+00:00"]).And.ContainMatch("dead-letter.reason=*BytePositionInLine*").And.NotContainMatch("dead-letter.event-time=*").And.NotContainMatch("dead-letter.rules=*");
        letters[1].Message.Value.Should().BeNull("a tombstone stays one");
        _store.Rejects.Should().HaveCount(2, "they are in the store as well");
        _store.RowsOf(_rows).Should().Equal("1", "3");
    }

    [Fact]
    public async Task Rejected_messages_may_go_to_the_topic_alone_and_are_counted_all_the_same()
    {
        Send(Sold(1), EmbeddedMessage.Text(null, "<"), Sold(2));

        var status = await RunAsync(Copy, o => (o.RejectsTopic, o.KeepRejects) = ("{pipeline}-rejects", false), () => _kafka.CreateTopic("copy-rejects"));

        Read("copy-rejects", 1);
        _store.Rejects.Should().BeEmpty();
        (status.Rejected, status.Rows["rows"]).Should().Be((1, 2));
    }

    [Fact]
    public async Task Records_that_break_rules_go_where_the_query_sends_them_with_the_bytes_they_came_as()
    {
        Send(Sold(1), Sold(100, "XX", " "), Sold(2), Sold(3, "IT"));

        var status = await RunAsync("ordered", InOrder);

        var letters = Read("broken", 2);
        Encoding.UTF8.GetString(letters[1].Message.Value!).Should().Be($$"""{"id":100,"country":"XX","at":"{{Start.AddSeconds(100):O}}"} """, "no decoder could write that last space");
        Texts(letters[1]).Should().Contain(["dead-letter.kind=Broken", "dead-letter.rules=id,country", "dead-letter.offset=1", "dead-letter.event-time=2024-01-01T00:01:40.0000000+00:00",
            "dead-letter.reason=The value is not between 0 and 99. The value is not one of DE, FR."]);
        Texts(letters[0]).Should().Contain(["dead-letter.rules=country", "dead-letter.offset=3"], "its event time comes first");
        _store.RowsOf(_rows).Should().Equal("1", "2");
        status.Rows.Should().Contain("broken", 2).And.Contain("rows", 2);
    }

    [Fact]
    public async Task A_restart_sends_no_letter_of_a_committed_epoch_again()
    {
        for (var run = 0; run < 3; run++)
        {
            Send(Sold(run), Sold(100 + run), EmbeddedMessage.Text(null, "<"));
            await RunAsync(Checked, o => o.RejectsTopic = "rejects");
        }

        Read("broken", 3).Select(SourceOf).Should().Equal(Sales(1), Sales(4), Sales(7));
        Read("rejects", 3).Select(SourceOf).Should().Equal(Sales(2), Sales(5), Sales(8));
    }

    [Fact]
    public async Task A_crash_before_the_commit_doubles_letters_and_loses_none()
    {
        Send(Sold(1), Sold(100), EmbeddedMessage.Text(null, "<"));
        var crashes = 2;
        _store.BeforeCommit = _ => crashes-- > 0 ? throw new InvalidOperationException("crash") : Task.CompletedTask;

        for (var i = 0; i < 2; i++)
            await FluentActions.Awaiting(() => RunAsync(Checked, o => o.RejectsTopic = "rejects")).Should().ThrowAsync<InvalidOperationException>().WithMessage("crash");
        await RunAsync(Checked, o => o.RejectsTopic = "rejects");

        Read("broken", 3).Select(SourceOf).Should().Equal(Sales(1), Sales(1), Sales(1));
        Read("rejects", 3).Select(SourceOf).Should().Equal(Sales(2), Sales(2), Sales(2));
        _store.RowsOf(_rows).Should().Equal("1");
    }

    [Fact]
    public async Task A_topic_that_takes_no_letters_stops_the_run_before_the_commit()
    {
        Send(Sold(1), Sold(100));
        _kafka.FailRequests(KafkaApi.Produce, [.. Enumerable.Repeat(ErrorCode.TopicAuthorizationFailed, 3)]);

        var failure = (await FluentActions.Awaiting(() => RunAsync(Checked)).Should().ThrowAsync<DeadLetterException>()).Which;

        failure.Message.Should().Match("Pipeline 'checked' cannot send the 1 dead letters of epoch 1 to topic 'broken' at *TopicAuthorizationFailed*Allow the user to write to it. The epoch was not committed: the next run sends them again.");
        failure.IsTransient.Should().BeFalse();
        (_store.Rows.Count, _store.Ledger.Count).Should().Be((0, 0));
        _kafka.ClearRequestErrors(KafkaApi.Produce);
        await RunAsync(Checked);
        Read("broken", 1);
        _store.RowsOf(_rows).Should().Equal("1");
    }

    [Fact]
    public async Task Brokers_that_come_back_in_time_only_hold_the_epoch_up()
    {
        Send(Sold(1), Sold(100));
        _kafka.FailRequests(KafkaApi.Produce, [.. Enumerable.Repeat(ErrorCode.NotLeaderForPartition, 5)]);

        await RunAsync(Checked);

        Read("broken", 1);
        _store.RowsOf(_rows).Should().Equal("1");
    }

    [Fact]
    public async Task Letters_are_read_again_as_the_messages_they_were()
    {
        Send(Sold(1), new EmbeddedMessage("k"u8.ToArray(), "5;DE"u8.ToArray()) { Timestamp = Start.AddSeconds(5), Headers = [new("trace", "t1"u8.ToArray())] }, EmbeddedMessage.Text(null, "worse", Start));
        await RunAsync(Copy, o => o.RejectsTopic = "rejects");
        _kafka.Produce("rejects", EmbeddedMessage.Text(null, "no letter"));
        _kafka.CreateTopic("again");
        var replayed = new MemoryTable<string>("replayed");
        Decoder<string> mended = (in message) => Encoding.UTF8.GetString(message.Value).Split(';') is [var id, var country]
            ? $"{id} {country} {message.Partition}@{message.Offset} {message.Timestamp:O} {string.Join(",", message.Headers.Select(h => h.Name))}" : throw new FormatException("still bad");
        var store = new MemoryStore();
        void Replay(Lane lane) => lane.Into(replayed, lane.Topic("rejects", DeadLetter.Original(mended)).Select(r => $"{r.Key} {r.Timestamp:O} {r.Value}"));

        for (var run = 0; run < 2; run++) await RunAsync("replay", Replay, o => o.RejectsTopic = "again", store: store);

        store.RowsOf(replayed).Should().Equal("k 2024-01-01T00:00:05.0000000+00:00 5 DE sales[0]@1 2024-01-01T00:00:05.0000000+00:00 trace");
        var again = Read("again", 2);
        again.Select(SourceOf).Should().Equal([Sales(2), new Position("rejects", 0, 2)], "a letter that fails again keeps its first place, and what was none gets that of the message");
    }

    [Fact]
    public async Task Letters_may_not_go_where_they_come_from()
    {
        _kafka.Produce("rejects", EmbeddedMessage.Text(null, "<"));

        await FluentActions.Awaiting(() => RunAsync("loop", lane => lane.Into(_rows, lane.Topic("rejects", DeadLetter.Original(Text.Utf8)).Select(r => r.Value!)), o => o.RejectsTopic = "rejects"))
            .Should().ThrowAsync<InvalidOperationException>().WithMessage("Pipeline 'loop' reads topic 'rejects' and sends its dead letters there, *");
    }

    [Fact]
    public async Task A_topic_that_is_not_there_is_told_at_the_start()
        => await FluentActions.Awaiting(() => RunAsync(Copy, o => o.RejectsTopic = "never")).Should().ThrowAsync<KafkaSourceException>().WithMessage("Topic 'never' does not exist*");

    [Fact]
    public async Task A_flood_is_sent_in_portions()
    {
        Send([.. Enumerable.Range(0, 12_000).Select(i => EmbeddedMessage.Text(null, $"<{i}>"))]);

        await RunAsync(Copy, o => (o.RejectsTopic, o.KeepRejects) = ("rejects", false));

        Read("rejects", 12_000).Select(l => SourceOf(l)!.Value.Offset).Should().Equal(Enumerable.Range(0, 12_000).Select(i => (long)i));
    }

    private void Copy(Lane lane) => lane.Into(_rows, lane.Topic("sales", Json.Of<Sale>()).Select(s => $"{s.Value.Id}"));

    private void Checked(Lane lane) => Checked(lane, lane.Topic("sales", Json.Of<Sale>()));

    private void InOrder(Lane lane) => Checked(lane, lane.Topic("sales", Json.Of<Sale>()).InEventTime(s => s.At, TimeSpan.FromHours(1)));

    private void Checked(Lane lane, IObservable<Record<Sale>> sales)
    {
        var (good, bad) = sales.Check(Rules);
        lane.Into(_rows, good.Select(s => $"{s.Value.Id}"));
        lane.Into(_broken, bad.Select(DeadLetter.Of));
    }

    private Task<RunStatus> RunAsync(Action<Lane> query, Action<DeadLetterOptions>? change = null, Action? before = null)
    {
        before?.Invoke();
        return RunAsync(query.Method.Name == nameof(Copy) ? "copy" : "checked", query, change);
    }

    private async Task<RunStatus> RunAsync(string name, Action<Lane> query, Action<DeadLetterOptions>? change = null, MemoryStore? store = null)
    {
        var options = new DeadLetterOptions { BootstrapServers = _kafka.BootstrapServers, ConnectTimeout = TimeSpan.FromSeconds(30) };
        change?.Invoke(options);
        await using var run = Pipeline.Define(name, query, new() { Until = name == "ordered" ? RunUntil.EndOfLogClosed : RunUntil.EndOfLog })
            .Start(new KafkaSource(new() { BootstrapServers = _kafka.BootstrapServers, ConnectTimeout = TimeSpan.FromSeconds(30) }), new DeadLetterStore(store ?? _store, options), stop: SlabReading.Guard());
        await run.Completion;
        return run.Status;
    }

    private void Send(params EmbeddedMessage[] messages) => _kafka.Produce("sales", messages);

    private static EmbeddedMessage Sold(int id, string country = "DE", string after = "")
        => EmbeddedMessage.Text($"{id}", $$"""{"id":{{id}},"country":"{{country}}","at":"{{Start.AddSeconds(id):O}}"}{{after}}""", Start.AddSeconds(id));

    /// <summary>All messages of a topic, which are so many and no more.</summary>
    private List<ConsumeResult<byte[]?, byte[]?>> Read(string topic, int count)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig { BootstrapServers = _kafka.BootstrapServers, GroupId = "test", EnablePartitionEof = true }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        var messages = new List<ConsumeResult<byte[]?, byte[]?>>();
        while (consumer.Consume(Stop) is { IsPartitionEOF: false } message) messages.Add(message);
        messages.Should().HaveCount(count);
        return messages;
    }

    private static Position? Sales(long offset) => new Position("sales", 0, offset);

    private static Position? SourceOf(ConsumeResult<byte[]?, byte[]?> letter)
        => DeadLetter.SourceOf(Headers.Of(letter.Message.Headers.Select(h => new Header(h.Key, h.GetValueBytes() is { } value ? value : (ReadOnlyMemory<byte>?)null))));

    private static IEnumerable<string> Texts(ConsumeResult<byte[]?, byte[]?> letter)
        => letter.Message.Headers.Select(h => $"{h.Key}={(h.GetValueBytes() is { } value ? Encoding.UTF8.GetString(value) : "null")}");
}
