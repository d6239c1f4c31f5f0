using Confluent.Kafka;
using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Tests.Sources;

public sealed class KafkaSourceStallTests : IDisposable
{
    private const string Topic = "sales";
    private const int Paused = 2002, Trouble = 2004, LeftAlone = 2016;
    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start();
    private readonly EventLog _log = new();

    public void Dispose() => _kafka.Dispose();

    [Fact]
    public async Task Pauses_for_a_lane_that_does_not_read_and_then_gives_it_everything_exactly_once()
    {
        const int Partitions = 4, Each = 6000, Later = 500;
        _kafka.CreateTopic(Topic, Partitions);
        Produce(0, Each, Partitions);
        var paused = _log.Next(Paused);
        await using var reader = await OpenAsync(Partitions, o => (o.SlabQueue, o.SlabMessages, o.StallTimeout) = (2, 100, TimeSpan.FromMilliseconds(5)));

        await paused;
        reader.Slabs.Count.Should().Be(2);
        var entries = new List<Entry>();
        // Stalls in the middle, again and again: each throws prefetched messages away.
        for (var stall = 0; stall < 5; stall++)
        {
            var target = entries.Count + 3000;
            await reader.TakeUntilAsync(e => e.Count >= target, entries);
            // Full again; whether the poll thread still waits or has paused by now is its business.
            while (reader.Slabs.Count < 2) await Task.Yield();
        }
        Produce(Each, Later, Partitions);
        await reader.TakeUntilAsync(e => e.Count(x => !x.IsEnd) >= Partitions * (Each + Later), entries);

        for (var p = 0; p < Partitions; p++) entries.Values(p).Should().Equal(Enumerable.Range(0, Each + Later).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Leaves_a_partition_alone_that_is_held_and_then_reads_it_on()
    {
        const int Each = 3000;
        _kafka.CreateTopic(Topic, 2);
        Produce(0, Each, 2);
        await using var reader = await OpenAsync(2, o => (o.SlabQueue, o.SlabMessages, o.StallTimeout) = (2, 100, TimeSpan.FromMilliseconds(5)));
        var entries = await reader.TakeUntilAsync(e => e.Values(1).Count() > 500);
        reader.Hold(0, true);                                   // in the middle, with messages under way
        await reader.TakeUntilAsync(e => e.Values(1).Count() == Each, entries);
        reader.Hold(0, false);
        await reader.TakeUntilAsync(e => e.Values(0).Count() == Each, entries);

        for (var turn = 0; turn < 4; turn++)
        {
            var held = 1 - turn % 2;                            // not the one that was just released: the reader may not have heard of that yet
            var leftAlone = _log.Next(LeftAlone);
            reader.Hold(held, true);
            while (!leftAlone.IsCompleted)                      // a reader whose queue is full waits for room before it hears
            {
                if (reader.Slabs.TryRead(out var slab)) entries.AddRange(slab.Unpack());
                slab?.Dispose();
                await Task.Yield();
            }
            await leftAlone;
            Produce(Each + turn, 1, 2);
            await reader.TakeUntilAsync(e => e.Values(1 - held).Contains($"{Each + turn}"), entries);
            entries.Values(held).Should().NotContain($"{Each + turn}");
            reader.Hold(held, false);
            await reader.TakeUntilAsync(e => e.Values(held).Contains($"{Each + turn}"), entries);
        }

        for (var p = 0; p < 2; p++) entries.Values(p).Should().Equal(Enumerable.Range(0, Each + 4).Select(i => $"{i}"));
    }

    [Fact]
    public async Task A_slab_is_full_by_bytes_too()
    {
        _kafka.CreateTopic(Topic);
        var text = new string('x', 600);
        _kafka.Produce(Topic, Enumerable.Range(0, 100).Select(_ => EmbeddedMessage.Text(null, text)));
        await using var reader = await OpenAsync(1, o => o.SlabBytes = 1024);

        var entries = 0;
        while (entries < 100)
        {
            using var slab = await reader.Slabs.ReadAsync(SlabReading.Guard());
            slab.Entries.ToArray().Count(e => !e.IsEnd).Should().BeLessThanOrEqualTo(2);
            entries += slab.Entries.ToArray().Count(e => !e.IsEnd);
        }
    }

    [Fact]
    public async Task Waits_for_a_broker_that_is_down_and_goes_on_where_it_was()
    {
        _kafka.CreateTopic(Topic);
        Produce(0, 100, 1);
        await using var reader = await OpenAsync(1, o => (o.Config.ReconnectBackoffMs, o.Config.ReconnectBackoffMaxMs) = (10, 100));
        var entries = await reader.TakeAsync(100);

        var (trouble, recovered) = (_log.Next(Trouble), _log.Next(2009));
        _kafka.BrokerDown(1);
        await trouble;
        _kafka.BrokerUp(1);
        Produce(100, 100, 1);
        await reader.TakeUntilAsync(e => e.Count(x => !x.IsEnd) >= 200, entries);

        await recovered;
        entries.Values().Should().Equal(Enumerable.Range(0, 200).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Tells_of_an_outage_and_that_it_is_over_where_no_message_comes_too()
    {
        _kafka.CreateTopic(Topic);
        Produce(0, 10, 1);
        await using var reader = await OpenAsync(1, o => (o.Config.ReconnectBackoffMs, o.Config.ReconnectBackoffMaxMs) = (10, 100));
        await reader.TakeAsync(10);
        reader.Trouble.Should().BeNull();

        _kafka.BrokerDown(1);
        await Until(() => reader.Trouble is not null);
        reader.Trouble!.Kind.Should().Be(TroubleKind.Source);
        reader.Trouble.Error.Should().Contain("No Kafka broker answers");
        _kafka.BrokerUp(1);

        await Until(() => reader.Trouble is null);

        static async Task Until(Func<bool> condition)
        {
            while (!condition()) await Task.Delay(10, SlabReading.Guard());
        }
    }

    [Fact]
    public async Task Stops_with_the_coordinates_when_unread_messages_have_gone()
    {
        _kafka.CreateTopic(Topic);
        Produce(0, 100, 1);
        _kafka.DeleteRecords(Topic, 0, 40);
        var source = Source();
        await using var reader = await source.OpenAsync("g", [new(new(Topic, 0), 10)], TestContext.Current.CancellationToken);

        var reading = () => reader.TakeAsync(1);

        var fault = (await reading.Should().ThrowAsync<System.Threading.Channels.ChannelClosedException>()).Which.InnerException;
        fault.Should().BeOfType<KafkaSourceException>().Which.IsTransient.Should().BeFalse();
        fault!.Message.Should().Contain("sales[0]").And.Contain("offset 10").And.Contain("40 to 99");
    }

    [Fact]
    public async Task Stops_when_reading_is_forbidden()
    {
        _kafka.CreateTopic(Topic);
        Produce(0, 10, 1);
        _kafka.FailRequests(KafkaApi.Fetch, ErrorCode.TopicAuthorizationFailed);
        await using var reader = await OpenAsync(1);

        await reader.Slabs.Completion.ContinueWith(_ => { }, SlabReading.Guard(), TaskContinuationOptions.None, TaskScheduler.Default)
            .WaitAsync(SlabReading.Guard());

        reader.Slabs.Completion.Exception!.InnerException.Should().BeOfType<KafkaSourceException>()
            .Which.Error.Code.Should().Be(ErrorCode.TopicAuthorizationFailed);
    }

    [Fact]
    public async Task Goes_on_after_errors_that_pass()
    {
        _kafka.CreateTopic(Topic);
        Produce(0, 10, 1);
        _kafka.FailRequests(KafkaApi.Fetch, ErrorCode.NotLeaderForPartition, ErrorCode.RequestTimedOut, ErrorCode.KafkaStorageError);
        await using var reader = await OpenAsync(1);

        (await reader.TakeAsync(10)).Values().Should().HaveCount(10);
    }

    [Fact]
    public async Task Stops_while_the_broker_is_down()
    {
        _kafka.CreateTopic(Topic);
        Produce(0, 10, 1);
        var reader = await OpenAsync(1);
        await reader.TakeAsync(10);
        var (down, stopped) = (_log.Next(Trouble, "AllBrokersDown"), _log.Next(2001));
        _kafka.BrokerDown(1);
        await down;
        reader.Report([5]);

        await reader.DisposeAsync();

        await stopped;
        _log.Lines.Should().NotContain(l => l.Contains("in the background"));

        (await reader.Slabs.WaitToReadAsync(TestContext.Current.CancellationToken)).Should().BeFalse();
    }

    private void Produce(int from, int count, int partitions)
        => _kafka.Produce(Topic, Enumerable.Range(from, count).SelectMany(i => Enumerable.Range(0, partitions).Select(p => EmbeddedMessage.Text(null, $"{i}", partition: p))));

    private KafkaSource Source(Action<KafkaSourceOptions>? change = null)
    {
        var options = new KafkaSourceOptions { BootstrapServers = _kafka.BootstrapServers, ConnectTimeout = TimeSpan.FromSeconds(30) };
        options.Config.FetchWaitMaxMs = 10;
        change?.Invoke(options);
        return new(options, _log);
    }

    private Task<IMessageReader> OpenAsync(int partitions, Action<KafkaSourceOptions>? change = null)
        => Source(change).OpenAsync("g", [.. Enumerable.Range(0, partitions).Select(p => new PartitionStart(new(Topic, p), null))], TestContext.Current.CancellationToken);
}
