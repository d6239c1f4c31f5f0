using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Confluent.Kafka;

namespace KafkaOracle.Reactive.Embedded;

/// <summary>Kafka brokers inside the process, on 127.0.0.1, for the real client: librdkafka's own mock cluster.</summary>
/// <remarks>
/// <para>What it lacks of a real cluster is listed in docs/embedded-kafka.md. In short: a partition keeps its last 5 MiB of
/// compressed batches, transactions are accepted but isolate nothing, searching offsets by time finds the end only, and
/// <c>AdminClient.ListConsumerGroupsAsync</c> aborts the process. Nothing survives <see cref="Dispose"/>.</para>
/// <para>Any number of clusters may run in a process. Members are thread-safe.</para>
/// </remarks>
public sealed partial class EmbeddedKafka : IDisposable
{
    private readonly MockClusterHandle _cluster;
    private readonly Lazy<EmbeddedProducer> _producer;
    private readonly ConcurrentDictionary<string, int> _partitions = new(StringComparer.Ordinal);
    private readonly int _brokers;

    private EmbeddedKafka(MockClusterHandle cluster, EmbeddedKafkaOptions options)
    {
        _cluster = cluster;
        _brokers = options.Brokers;
        BootstrapServers = Marshal.PtrToStringUTF8(NativeKafka.rd_kafka_mock_cluster_bootstraps(cluster))!;
        var deliveryTimeout = options.DeliveryTimeout;
        _producer = new(() => new EmbeddedProducer(BootstrapServers, deliveryTimeout));
    }

    /// <summary>Addresses for the client's <c>bootstrap.servers</c>.</summary>
    public string BootstrapServers { get; }

    /// <summary>Starts a cluster. The first in a process takes about 130 milliseconds, others about 1.</summary>
    /// <param name="options">Null for the defaults: one broker.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="DllNotFoundException">librdkafka is not deployed with the application.</exception>
    public static EmbeddedKafka Start(EmbeddedKafkaOptions? options = null)
    {
        options ??= new();
        options.Validate();
        var cluster = MockClusterHandle.Create(options.Brokers);
        try
        {
            NativeKafka.rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, Milliseconds(options.RebalanceDelay));
            NativeKafka.rd_kafka_mock_set_group_consumer_heartbeat_interval_ms(cluster, Milliseconds(options.HeartbeatInterval));
            NativeKafka.rd_kafka_mock_set_group_consumer_session_timeout_ms(cluster, Milliseconds(options.SessionTimeout));
            // Without a controller, DescribeTopics and DescribeCluster find nobody to ask.
            NativeKafka.rd_kafka_mock_set_controller_id(cluster, 1);
            return new EmbeddedKafka(cluster, options);
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Creates a topic, replicated to all brokers.</summary>
    /// <param name="topic">1 to 249 of the characters a–z, A–Z, 0–9, dot, underscore, hyphen.</param>
    /// <param name="partitions">1 to 10,000.</param>
    /// <exception cref="ArgumentException">The name is not legal.</exception>
    /// <exception cref="KafkaException">The topic exists.</exception>
    public void CreateTopic(string topic, int partitions = 1)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (topic is "." or ".." || !LegalTopic().IsMatch(topic))
            throw new ArgumentException($"'{topic}' is not a legal topic name: 1 to 249 of a-z, A-Z, 0-9, '.', '_', '-'.", nameof(topic));
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partitions, 10_000);
        Check(NativeKafka.rd_kafka_mock_topic_create(_cluster, topic, partitions, _brokers), $"create topic '{topic}'");
        _partitions[topic] = partitions;
    }

    /// <summary>Deletes a topic with its messages. Clients find out when they next ask for metadata.</summary>
    /// <exception cref="ArgumentException">The topic was not made by <see cref="CreateTopic"/>.</exception>
    public void DeleteTopic(string topic)
    {
        PartitionsOf(topic);
        Check(NativeKafka.rd_kafka_mock_topic_delete(_cluster, topic), $"delete topic '{topic}'");
        _partitions.TryRemove(topic, out _);
    }

    /// <summary>Deletes the messages before an offset, as retention would.</summary>
    /// <param name="topic">A topic made by <see cref="CreateTopic"/>.</param>
    /// <param name="partition">From 0.</param>
    /// <param name="beforeOffset">The first offset that stays, at most the partition's end. Not negative.</param>
    /// <exception cref="ArgumentException">There is no such topic or partition, or the offset is negative.</exception>
    /// <exception cref="KafkaException">The offset lies behind the partition's end.</exception>
    public void DeleteRecords(string topic, int partition, long beforeOffset)
    {
        RequirePartition(topic, partition);
        ArgumentOutOfRangeException.ThrowIfNegative(beforeOffset);
        Check(
            NativeKafka.rd_kafka_mock_partition_delete_records(_cluster, topic, partition, beforeOffset),
            $"delete the records of {topic}[{partition}] before {beforeOffset}");
    }

    /// <summary>Stops the brokers and drops all they hold. Clients that are still open see their connections close.</summary>
    public void Dispose()
    {
        if (_producer.IsValueCreated) _producer.Value.Dispose();
        _cluster.Dispose();
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9._-]{1,249}\z")]
    private static partial Regex LegalTopic();

    private static int Milliseconds(TimeSpan time) => checked((int)time.TotalMilliseconds);

    private static void Check(ErrorCode result, string what)
    {
        if (result != ErrorCode.NoError)
            throw new KafkaException(new Error(result, $"The embedded cluster could not {what}: {new Error(result).Reason}"));
    }

    /// <summary>The mock cluster would silently create a topic it is asked about; a typing error should not.</summary>
    private int PartitionsOf(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        ObjectDisposedException.ThrowIf(_cluster.IsClosed, this);
        return _partitions.TryGetValue(topic, out var partitions)
            ? partitions
            : throw new ArgumentException($"There is no topic '{topic}'; make it with CreateTopic. {Known()}", nameof(topic));
    }

    private void RequirePartition(string topic, int partition)
    {
        var partitions = PartitionsOf(topic);
        if (partition < 0 || partition >= partitions)
            throw new ArgumentOutOfRangeException(nameof(partition), partition, $"Topic '{topic}' has the partitions 0 to {partitions - 1}.");
    }

    private string Known() =>
        _partitions.IsEmpty ? "There are none yet." : $"There are: {string.Join(", ", _partitions.Keys.Order(StringComparer.Ordinal))}.";
}
