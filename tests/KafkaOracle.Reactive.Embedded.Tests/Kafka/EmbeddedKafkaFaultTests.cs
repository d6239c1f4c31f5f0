using Confluent.Kafka;

namespace KafkaOracle.Reactive.Embedded.Tests;

public sealed class EmbeddedKafkaFaultTests
{
    [Fact]
    public async Task A_broker_that_was_down_comes_back_with_its_messages()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t");
        kafka.Produce("t", EmbeddedMessage.Text(null, "before"));
        using var consumer = kafka.Consumer();
        consumer.Assign(new TopicPartitionOffset("t", 0, Offset.Beginning));
        consumer.Read(1)[0].Text().Should().Be("before");

        kafka.BrokerDown(1);
        var sending = kafka.ProduceAsync("t", [EmbeddedMessage.Text(null, "meanwhile")], TestContext.Current.CancellationToken);
        sending.IsCompleted.Should().BeFalse();
        kafka.BrokerUp(1);
        await sending;

        consumer.Read(1)[0].Text().Should().Be("meanwhile");
        kafka.Read("t", 0, 2).Select(r => r.Text()).Should().Equal("before", "meanwhile");
    }

    [Fact]
    public void Fails_as_many_requests_as_told_and_then_works()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t");
        kafka.FailRequests(KafkaApi.Produce, ErrorCode.NotLeaderForPartition, ErrorCode.RequestTimedOut);

        kafka.Produce("t", EmbeddedMessage.Text(null, "third time"));

        kafka.Read("t", 0, 1)[0].Text().Should().Be("third time");
    }

    [Fact]
    public void A_consumer_sees_the_error_of_a_fetch()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t");
        kafka.Produce("t", EmbeddedMessage.Text(null, "x"));
        kafka.FailRequests(KafkaApi.Fetch, ErrorCode.TopicAuthorizationFailed);
        using var consumer = kafka.Consumer();
        consumer.Assign(new TopicPartitionOffset("t", 0, Offset.Beginning));

        consumer.Invoking(c => c.Read(1)).Should().Throw<ConsumeException>()
            .Which.Error.Code.Should().Be(ErrorCode.TopicAuthorizationFailed);
    }

    [Fact]
    public void Errors_that_wait_can_be_forgotten()
    {
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t");
        kafka.FailRequests(KafkaApi.Produce, ErrorCode.MsgSizeTooLarge, ErrorCode.MsgSizeTooLarge);

        kafka.ClearRequestErrors(KafkaApi.Produce);

        kafka.Produce("t", EmbeddedMessage.Text(null, "x"));
    }

    [Fact]
    public void Faults_need_a_kind_of_request_and_an_error()
    {
        using var kafka = EmbeddedKafka.Start();

        kafka.Invoking(k => k.FailRequests(KafkaApi.Fetch)).Should().Throw<ArgumentException>().WithMessage("*at least one*");
        kafka.Invoking(k => k.FailRequests((KafkaApi)99, ErrorCode.Unknown)).Should().Throw<ArgumentOutOfRangeException>();
        kafka.Invoking(k => k.ClearRequestErrors((KafkaApi)(-1))).Should().Throw<ArgumentOutOfRangeException>();
        kafka.Invoking(k => k.BrokerDown(0)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*the brokers 1 to 1.*");
        kafka.Invoking(k => k.RoundTripTime(1, TimeSpan.FromSeconds(-1))).Should().Throw<ArgumentOutOfRangeException>();
        kafka.Invoking(k => k.MoveCoordinator("", 1)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_slow_broker_takes_at_least_the_time_given()
    {
        var delay = TimeSpan.FromMilliseconds(300);
        using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("t");
        kafka.Produce("t", EmbeddedMessage.Text(null, "connected"));
        kafka.RoundTripTime(1, delay);
        var start = TimeProvider.System.GetTimestamp();

        kafka.Produce("t", EmbeddedMessage.Text(null, "slow"));

        TimeProvider.System.GetElapsedTime(start).Should().BeGreaterThanOrEqualTo(delay * 0.95);
    }

    [Fact]
    public void A_partition_moves_with_its_messages()
    {
        using var kafka = EmbeddedKafka.Start(new() { Brokers = 2 });
        kafka.CreateTopic("t");
        kafka.MoveLeader("t", 0, 1);
        kafka.Produce("t", EmbeddedMessage.Text(null, "at 1"));
        using var consumer = kafka.Consumer();
        consumer.Assign(new TopicPartitionOffset("t", 0, Offset.Beginning));
        consumer.Read(1)[0].Text().Should().Be("at 1");

        kafka.MoveLeader("t", 0, 2);
        kafka.BrokerDown(1);
        kafka.Produce("t", EmbeddedMessage.Text(null, "at 2"));

        consumer.Read(1)[0].Text().Should().Be("at 2");
        kafka.Read("t", 0, 2).Select(r => r.Text()).Should().Equal("at 1", "at 2");
    }

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public void A_group_goes_on_at_its_new_coordinator(GroupProtocol protocol)
    {
        using var kafka = EmbeddedKafka.Start(new() { Brokers = 2, RebalanceDelay = TimeSpan.Zero });
        kafka.CreateTopic("t");
        kafka.MoveLeader("t", 0, 2);
        kafka.MoveCoordinator("g", 1);
        kafka.Produce("t", EmbeddedMessage.Text(null, "first"));
        using var consumer = kafka.Consumer("g", config => Speak(config, protocol));
        consumer.Subscribe("t");
        consumer.Commit(consumer.Read(1)[0]);

        // With broker 1 down, only the new coordinator can hand out partitions and offsets.
        kafka.MoveCoordinator("g", 2);
        kafka.BrokerDown(1);
        kafka.Produce("t", EmbeddedMessage.Text(null, "second"));

        consumer.Read(1)[0].Text().Should().Be("second");
        Committed(consumer).Should().ContainSingle().Which.Offset.Value.Should().Be(1);
    }

    // What the client had asked the broker that is down fails at once as timed out, whatever the timeout.
    private static List<TopicPartitionOffset> Committed(IConsumer<byte[]?, byte[]?> consumer)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(30); ;)
        {
            try
            {
                return consumer.Committed([new("t", 0)], TimeSpan.FromSeconds(30));
            }
            catch (KafkaException fault) when (fault.Error.Code == ErrorCode.Local_TimedOut && DateTime.UtcNow < deadline)
            {
                continue;
            }
        }
    }

    private static void Speak(ConsumerConfig config, GroupProtocol protocol)
    {
        config.GroupProtocol = protocol;
        if (protocol == GroupProtocol.Classic) return;
        // The broker decides these in KIP-848; the client refuses them.
        config.SessionTimeoutMs = null;
        config.HeartbeatIntervalMs = null;
    }
}
