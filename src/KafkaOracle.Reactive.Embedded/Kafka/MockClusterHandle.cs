using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive.Embedded;

/// <summary>Owns a mock cluster and the client handle that hosts it. Calls in flight keep both alive.</summary>
internal sealed unsafe class MockClusterHandle() : SafeHandle(0, ownsHandle: true)
{
    private const int ErrorSize = 512;

    private nint _host;

    public override bool IsInvalid => handle == 0;

    /// <exception cref="InvalidOperationException">librdkafka refused; the message has its reason.</exception>
    internal static MockClusterHandle Create(int brokers)
    {
        NativeKafkaLibrary.Register();
        // Allocated first: from here on whatever exists natively has an owner.
        var cluster = new MockClusterHandle();
        try
        {
            cluster._host = CreateHost();
            cluster.SetHandle(NativeKafka.rd_kafka_mock_cluster_new(cluster._host, brokers));
            if (!cluster.IsInvalid) return cluster;
            NativeKafka.rd_kafka_destroy(cluster._host);
            throw new InvalidOperationException($"librdkafka could not start a mock cluster of {brokers} brokers on 127.0.0.1.");
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    protected override bool ReleaseHandle()
    {
        // In this order: destroying the host first aborts the process.
        NativeKafka.rd_kafka_mock_cluster_destroy(handle);
        NativeKafka.rd_kafka_destroy(_host);
        return true;
    }

    private static nint CreateHost()
    {
        var error = stackalloc byte[ErrorSize];
        var conf = NativeKafka.rd_kafka_conf_new();
        // The host talks to nobody; without this it would tell stderr that it has no servers.
        foreach (var (name, value) in new[] { ("client.id", "embedded-kafka"), ("log_level", "0") })
        {
            if (NativeKafka.rd_kafka_conf_set(conf, name, value, error, ErrorSize) == 0) continue;
            NativeKafka.rd_kafka_conf_destroy(conf);
            throw new InvalidOperationException($"librdkafka refused {name}={value}: {Marshal.PtrToStringUTF8((nint)error)}");
        }
        var host = NativeKafka.rd_kafka_new(NativeKafka.Producer, conf, error, ErrorSize);
        if (host != 0) return host;
        NativeKafka.rd_kafka_conf_destroy(conf);
        throw new InvalidOperationException($"librdkafka could not create a client: {Marshal.PtrToStringUTF8((nint)error)}");
    }
}
