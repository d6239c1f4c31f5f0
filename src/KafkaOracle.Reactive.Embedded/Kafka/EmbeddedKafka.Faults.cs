using Confluent.Kafka;

namespace KafkaOracle.Reactive.Embedded;

public sealed partial class EmbeddedKafka
{
    /// <summary>Takes a broker down: its connections close and new ones are refused. Its messages stay.</summary>
    /// <param name="broker">From 1 to the number of brokers.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such broker.</exception>
    public void BrokerDown(int broker)
    {
        RequireBroker(broker);
        Check(NativeKafka.rd_kafka_mock_broker_set_down(_cluster, broker), $"take broker {broker} down");
    }

    /// <summary>Brings a broker back after <see cref="BrokerDown"/>, at the same address.</summary>
    /// <param name="broker">From 1 to the number of brokers.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such broker.</exception>
    public void BrokerUp(int broker)
    {
        RequireBroker(broker);
        Check(NativeKafka.rd_kafka_mock_broker_set_up(_cluster, broker), $"bring broker {broker} up");
    }

    /// <summary>Lets the next requests of a kind fail, whoever sends them to whichever broker: the first with the first error, and so on.</summary>
    /// <param name="api">The kind of request.</param>
    /// <param name="errors">
    /// Queued behind errors that are still waiting. <see cref="ErrorCode.NoError"/> lets a request pass;
    /// <see cref="ErrorCode.Local_Transport"/> closes the connection instead of answering. Whether an error makes sense for the
    /// request is not checked.
    /// </param>
    /// <exception cref="ArgumentException">There is no error.</exception>
    public unsafe void FailRequests(KafkaApi api, params ReadOnlySpan<ErrorCode> errors)
    {
        RequireApi(api);
        if (errors.IsEmpty) throw new ArgumentException("Name at least one error.", nameof(errors));
        fixed (ErrorCode* first = errors)
            NativeKafka.rd_kafka_mock_push_request_errors_array(_cluster, (short)api, (nuint)errors.Length, first);
    }

    /// <summary>Forgets the errors of a kind of request that are still waiting.</summary>
    public void ClearRequestErrors(KafkaApi api)
    {
        RequireApi(api);
        NativeKafka.rd_kafka_mock_clear_request_errors(_cluster, (short)api);
    }

    /// <summary>Lets a broker take its time: every answer leaves this much after its request came.</summary>
    /// <param name="broker">From 1 to the number of brokers.</param>
    /// <param name="time">0 (the default of a new cluster) to 1 hour, in milliseconds.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such broker, or the time is out of range.</exception>
    public void RoundTripTime(int broker, TimeSpan time)
    {
        RequireBroker(broker);
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, TimeSpan.FromHours(1));
        Check(NativeKafka.rd_kafka_mock_broker_set_rtt(_cluster, broker, Milliseconds(time)), $"slow down broker {broker}");
    }

    /// <summary>Makes a broker the leader of a partition, with the messages it has. Clients learn it by an error and new metadata.</summary>
    /// <param name="topic">A topic made by <see cref="CreateTopic"/>.</param>
    /// <param name="partition">From 0.</param>
    /// <param name="broker">From 1 to the number of brokers.</param>
    /// <exception cref="ArgumentException">There is no such topic, partition or broker.</exception>
    public void MoveLeader(string topic, int partition, int broker)
    {
        RequirePartition(topic, partition);
        RequireBroker(broker);
        Check(
            NativeKafka.rd_kafka_mock_partition_set_leader(_cluster, topic, partition, broker),
            $"move {topic}[{partition}] to broker {broker}");
    }

    /// <summary>Makes a broker the coordinator of a consumer group, known to the cluster or not yet.</summary>
    /// <param name="group">The group's id.</param>
    /// <param name="broker">From 1 to the number of brokers.</param>
    /// <exception cref="ArgumentException">The group's id is empty, or there is no such broker.</exception>
    public void MoveCoordinator(string group, int broker)
    {
        ArgumentException.ThrowIfNullOrEmpty(group);
        RequireBroker(broker);
        Check(
            NativeKafka.rd_kafka_mock_coordinator_set(_cluster, "group", group, broker),
            $"move the coordinator of group '{group}' to broker {broker}");
    }

    private static void RequireApi(KafkaApi api)
    {
        if (!Enum.IsDefined(api)) throw new ArgumentOutOfRangeException(nameof(api), api, "Not a request the embedded brokers answer.");
    }

    private void RequireBroker(int broker)
    {
        if (broker < 1 || broker > _brokers)
            throw new ArgumentOutOfRangeException(nameof(broker), broker, $"The cluster has the brokers 1 to {_brokers}.");
    }
}
