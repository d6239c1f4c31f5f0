using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Retail;

/// <summary>The topic on a server that is not ours.</summary>
public static class ExternalTopic
{
    /// <summary>Creates it, unless it is there.</summary>
    public static async Task EnsureAsync(string brokers, string topic, TimeSpan timeout)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = brokers }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        try
        {
            if (admin.GetMetadata(timeout).Topics.Exists(t => t.Topic == topic)) return;
            await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = SalesFeed.Partitions }], new() { RequestTimeout = timeout, OperationTimeout = timeout });
        }
        catch (CreateTopicsException fault) when (fault.Results.TrueForAll(r => r.Error.Code == ErrorCode.TopicAlreadyExists))
        {
            // Another process that starts at the same time was faster.
        }
        catch (KafkaException fault)
        {
            throw new InvalidOperationException($"No Kafka broker answers at {brokers}: {fault.Error.Reason}.", fault);
        }
    }
}
