using System.Text;
using Confluent.Kafka;

namespace KafkaOracle.Reactive.Embedded.Tests;

/// <summary>The real client, as tests of the embedded brokers use it.</summary>
internal static class Reading
{
    /// <summary>Ends a test that hangs; no test depends on its length.</summary>
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    internal static IConsumer<byte[]?, byte[]?> Consumer(this EmbeddedKafka kafka, string group = "reader", Action<ConsumerConfig>? change = null)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = kafka.BootstrapServers,
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            SessionTimeoutMs = 6000,
            HeartbeatIntervalMs = 200,
            FetchWaitMaxMs = 10,
            ReconnectBackoffMs = 10,
            ReconnectBackoffMaxMs = 200,
        };
        change?.Invoke(config);
        return new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetKeyDeserializer(Deserializers.ByteArray!)
            .SetValueDeserializer(Deserializers.ByteArray!)
            .SetLogHandler((_, _) => { })
            .Build();
    }

    /// <summary>Reads one partition from its beginning.</summary>
    internal static List<ConsumeResult<byte[]?, byte[]?>> Read(this EmbeddedKafka kafka, string topic, int partition, int count)
    {
        using var consumer = kafka.Consumer();
        // An offset, not Offset.Beginning: looking that up before the metadata is there costs the client half a second.
        consumer.Assign(new TopicPartitionOffset(topic, partition, 0));
        return consumer.Read(count);
    }

    internal static List<ConsumeResult<byte[]?, byte[]?>> Read(this IConsumer<byte[]?, byte[]?> consumer, int count)
    {
        using var guard = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        guard.CancelAfter(HangGuard);
        var results = new List<ConsumeResult<byte[]?, byte[]?>>();
        while (results.Count < count) results.Add(consumer.Consume(guard.Token));
        return results;
    }

    internal static string? Text(this ConsumeResult<byte[]?, byte[]?> result) =>
        result.Message.Value is { } value ? Encoding.UTF8.GetString(value) : null;
}
