using System.Text;
using Confluent.Kafka;

namespace KafkaOracle.Reactive.Embedded.Tests;

public sealed class EmbeddedKafkaProduceTests
{
    private static readonly DateTimeOffset Noon = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Keys_values_headers_and_times_arrive_as_sent()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t", partitions: 3);

        kafka.Produce("t", new EmbeddedMessage("k"u8.ToArray(), "v"u8.ToArray())
        {
            Partition = 2,
            Timestamp = Noon,
            Headers = [new("trace", "a1"u8.ToArray()), new("trace", "a2"u8.ToArray()), new("none", null)],
        });

        var message = kafka.Read("t", 2, 1)[0].Message;
        message.Key.Should().Equal("k"u8.ToArray());
        message.Value.Should().Equal("v"u8.ToArray());
        message.Timestamp.Should().Be(new Timestamp(Noon));
        message.Headers.Select(h => (h.Key, h.GetValueBytes() is { } b ? Encoding.UTF8.GetString(b) : null))
            .Should().Equal(("trace", "a1"), ("trace", "a2"), ("none", null));
    }

    [Fact]
    public void A_null_value_is_a_tombstone_and_a_null_key_is_none()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t");

        kafka.Produce("t", EmbeddedMessage.Text("gone", null), EmbeddedMessage.Text(null, ""));

        var messages = kafka.Read("t", 0, 2);
        messages[0].Message.Value.Should().BeNull();
        messages[0].Message.Key.Should().Equal("gone"u8.ToArray());
        messages[1].Message.Key.Should().BeNull();
        messages[1].Message.Value.Should().NotBeNull().And.BeEmpty();
    }

    [Theory]
    [InlineData(ErrorCode.NotLeaderForPartition)]
    [InlineData(ErrorCode.RequestTimedOut)]
    [InlineData(ErrorCode.Local_Transport)]
    public async Task Order_is_kept_in_every_partition_even_when_requests_are_repeated(ErrorCode error)
    {
        const int Partitions = 3;
        const int Count = 30_000;
        using var kafka = EmbeddedKafka.Start(new() { Brokers = 2 });
        kafka.CreateTopic("t", Partitions);
        kafka.FailRequests(KafkaApi.Produce, error, ErrorCode.NoError, error, error);

        await kafka.ProduceAsync(
            "t",
            Enumerable.Range(0, Count).Select(i => EmbeddedMessage.Text(null, $"{i}", partition: i % Partitions)),
            TestContext.Current.CancellationToken);

        for (var partition = 0; partition < Partitions; partition++)
        {
            kafka.Read("t", partition, Count / Partitions).Select(r => r.Text())
                .Should().Equal(Enumerable.Range(0, Count / Partitions).Select(i => $"{(i * Partitions) + partition}"));
        }
    }

    [Fact]
    public void Keys_go_to_the_partition_a_Java_client_would_choose()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t", partitions: 6);

        // murmur2("kafka") is 0xd067cf64; without its sign, modulo 6: 4.
        kafka.Produce("t", EmbeddedMessage.Text("kafka", "x"));

        kafka.Read("t", 4, 1)[0].Text().Should().Be("x");
    }

    [Fact]
    public void A_message_for_a_partition_that_is_not_there_is_refused()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t", partitions: 2);

        kafka.Invoking(k => k.Produce("t", EmbeddedMessage.Text(null, "good", partition: 0), EmbeddedMessage.Text(null, "bad", partition: 2)))
            .Should().Throw<ArgumentException>().WithMessage("*meant for t[2]; the partitions are 0 to 1*");

        kafka.Read("t", 0, 1)[0].Text().Should().Be("good");
    }

    [Fact]
    public void What_the_source_of_messages_throws_comes_out()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t");

        kafka.Invoking(k => k.Produce("t", Broken())).Should().Throw<InvalidDataException>().WithMessage("line 2");

        kafka.Read("t", 0, 1)[0].Text().Should().Be("line 1");

        static IEnumerable<EmbeddedMessage> Broken()
        {
            yield return EmbeddedMessage.Text(null, "line 1");
            throw new InvalidDataException("line 2");
        }
    }

    [Fact]
    public void Messages_the_brokers_refuse_are_counted_in_the_error()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t");
        kafka.FailRequests(KafkaApi.Produce, ErrorCode.MsgSizeTooLarge);

        kafka.Invoking(k => k.Produce("t", EmbeddedMessage.Text(null, "x")))
            .Should().Throw<KafkaException>().WithMessage("1 of 1 messages for topic 't' were not delivered*")
            .Which.Error.Code.Should().Be(ErrorCode.MsgSizeTooLarge);

        kafka.Produce("t", EmbeddedMessage.Text(null, "y"));
        kafka.Read("t", 0, 1)[0].Text().Should().Be("y");
    }

    [Fact]
    public void Gives_up_after_the_delivery_timeout()
    {
        using var kafka = EmbeddedKafka.Start(new() { DeliveryTimeout = TimeSpan.FromSeconds(1) });
        kafka.CreateTopic("t");
        kafka.BrokerDown(1);

        kafka.Invoking(k => k.Produce("t", EmbeddedMessage.Text(null, "x"))).Should().Throw<KafkaException>();
    }

    [Fact]
    public async Task Stops_waiting_when_told()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t");
        kafka.BrokerDown(1);
        using var stop = new CancellationTokenSource();
        var sending = kafka.ProduceAsync("t", [EmbeddedMessage.Text(null, "x")], stop.Token);

        await stop.CancelAsync();

        await FluentActions.Awaiting(() => sending).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_call_under_way_ends_when_the_cluster_is_disposed()
    {
        var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t");
        kafka.BrokerDown(1);
        var sending = kafka.ProduceAsync("t", [EmbeddedMessage.Text(null, "x")], TestContext.Current.CancellationToken);

        kafka.Dispose();

        await FluentActions.Awaiting(() => sending).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public void A_partition_keeps_its_last_five_MiB()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t");
        var random = new Random(1);
        var incompressible = Enumerable.Range(0, 800).Select(_ =>
        {
            var value = new byte[10_000];
            random.NextBytes(value);
            return new EmbeddedMessage(null, value);
        });

        kafka.Produce("t", incompressible);

        using var consumer = kafka.Consumer();
        var kept = consumer.QueryWatermarkOffsets(new("t", 0), TimeSpan.FromSeconds(30));
        kept.High.Value.Should().Be(800);
        (kept.High.Value - kept.Low.Value).Should().BeInRange(300, 525);
    }
}
