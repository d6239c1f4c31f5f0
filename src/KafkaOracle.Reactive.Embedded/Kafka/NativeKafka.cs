using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace KafkaOracle.Reactive.Embedded;

/// <summary>
/// Functions of librdkafka's mock cluster, from rdkafka.h and rdkafka_mock.h of librdkafka 2.16.
/// The latter are declared experimental: check this list when the version changes.
/// </summary>
internal static unsafe partial class NativeKafka
{
    internal const int Producer = 0;

    [LibraryImport(NativeKafkaLibrary.Name)]
    internal static partial nint rd_kafka_conf_new();

    [LibraryImport(NativeKafkaLibrary.Name)]
    internal static partial void rd_kafka_conf_destroy(nint conf);

    [LibraryImport(NativeKafkaLibrary.Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int rd_kafka_conf_set(nint conf, string name, string value, byte* error, nuint errorSize);

    [LibraryImport(NativeKafkaLibrary.Name)]
    internal static partial nint rd_kafka_new(int type, nint conf, byte* error, nuint errorSize);

    [LibraryImport(NativeKafkaLibrary.Name)]
    internal static partial void rd_kafka_destroy(nint host);

    [LibraryImport(NativeKafkaLibrary.Name)]
    internal static partial nint rd_kafka_mock_cluster_new(nint host, int brokers);

    [LibraryImport(NativeKafkaLibrary.Name)]
    internal static partial void rd_kafka_mock_cluster_destroy(nint cluster);

    [LibraryImport(NativeKafkaLibrary.Name)]
    internal static partial nint rd_kafka_mock_cluster_bootstraps(MockClusterHandle cluster);

    [LibraryImport(NativeKafkaLibrary.Name)]
    internal static partial void rd_kafka_mock_group_initial_rebalance_delay_ms(MockClusterHandle cluster, int milliseconds);

    [LibraryImport(NativeKafkaLibrary.Name)]
    internal static partial void rd_kafka_mock_set_group_consumer_session_timeout_ms(MockClusterHandle cluster, int milliseconds);

    [LibraryImport(NativeKafkaLibrary.Name)]
    internal static partial void rd_kafka_mock_set_group_consumer_heartbeat_interval_ms(MockClusterHandle cluster, int milliseconds);

    [LibraryImport(NativeKafkaLibrary.Name)]
    internal static partial void rd_kafka_mock_set_controller_id(MockClusterHandle cluster, int broker);

    [LibraryImport(NativeKafkaLibrary.Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial ErrorCode rd_kafka_mock_topic_create(MockClusterHandle cluster, string topic, int partitions, int replicas);

    [LibraryImport(NativeKafkaLibrary.Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial ErrorCode rd_kafka_mock_topic_delete(MockClusterHandle cluster, string topic);

    [LibraryImport(NativeKafkaLibrary.Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial ErrorCode rd_kafka_mock_partition_delete_records(
        MockClusterHandle cluster, string topic, int partition, long beforeOffset);

    [LibraryImport(NativeKafkaLibrary.Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial ErrorCode rd_kafka_mock_partition_set_leader(
        MockClusterHandle cluster, string topic, int partition, int broker);

    [LibraryImport(NativeKafkaLibrary.Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial ErrorCode rd_kafka_mock_coordinator_set(
        MockClusterHandle cluster, string keyType, string key, int broker);

    [LibraryImport(NativeKafkaLibrary.Name)]
    internal static partial ErrorCode rd_kafka_mock_broker_set_down(MockClusterHandle cluster, int broker);

    [LibraryImport(NativeKafkaLibrary.Name)]
    internal static partial ErrorCode rd_kafka_mock_broker_set_up(MockClusterHandle cluster, int broker);

    [LibraryImport(NativeKafkaLibrary.Name)]
    internal static partial ErrorCode rd_kafka_mock_broker_set_rtt(MockClusterHandle cluster, int broker, int milliseconds);

    [LibraryImport(NativeKafkaLibrary.Name)]
    internal static partial void rd_kafka_mock_push_request_errors_array(
        MockClusterHandle cluster, short api, nuint count, ErrorCode* errors);

    [LibraryImport(NativeKafkaLibrary.Name)]
    internal static partial void rd_kafka_mock_clear_request_errors(MockClusterHandle cluster, short api);
}
