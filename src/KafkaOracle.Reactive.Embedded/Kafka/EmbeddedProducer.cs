using Confluent.Kafka;

namespace KafkaOracle.Reactive.Embedded;

/// <summary>The producer that all calls to one <see cref="EmbeddedKafka"/> share.</summary>
internal sealed class EmbeddedProducer : IDisposable
{
    /// <summary>Messages in flight: keeps memory small, and librdkafka's queue never full.</summary>
    private const int InFlight = 50_000;

    private readonly SemaphoreSlim _room = new(InFlight);
    private readonly CancellationTokenSource _closing = new();
    private readonly IProducer<byte[]?, byte[]?> _producer;

    internal EmbeddedProducer(string bootstrapServers, TimeSpan deliveryTimeout)
    {
        var config = new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            ClientId = "embedded-kafka-producer",
            LingerMs = 5,
            CompressionType = CompressionType.Zstd,
            // One request at a time is not enough: the client lets the next batch overtake one that waits to be repeated,
            // unless it is idempotent. The other way round neither: the brokers here do not check sequence numbers.
            EnableIdempotence = true,
            MaxInFlight = 1,
            Partitioner = Partitioner.Murmur2Random,
            MessageTimeoutMs = (int)deliveryTimeout.TotalMilliseconds,
            QueueBufferingMaxMessages = 2 * InFlight,
            QueueBufferingMaxKbytes = int.MaxValue,
            // Brokers come back within moments here.
            ReconnectBackoffMs = 10,
            ReconnectBackoffMaxMs = 200,
            RetryBackoffMs = 20,
            RetryBackoffMaxMs = 200,
            TopicMetadataRefreshFastIntervalMs = 20,
        };
        _producer = new ProducerBuilder<byte[]?, byte[]?>(config)
            .SetKeySerializer(Serializers.ByteArray!)
            .SetValueSerializer(Serializers.ByteArray!)
            // Faults are injected on purpose; what matters of them is in the delivery reports.
            .SetLogHandler(static (_, _) => { })
            .SetErrorHandler(static (_, _) => { })
            .Build();
    }

    public void Dispose()
    {
        // librdkafka sends no reports for what a disposed producer still holds; who waits for them must not wait for ever.
        _closing.Cancel();
        _producer.Dispose();
    }

    internal async Task ProduceAsync(string topic, int partitions, IEnumerable<EmbeddedMessage> messages, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, _closing.Token);
        try
        {
            await SendAsync(topic, partitions, messages, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(EmbeddedKafka), $"The cluster was disposed while messages for topic '{topic}' were sent.");
        }
    }

    private async Task SendAsync(string topic, int partitions, IEnumerable<EmbeddedMessage> messages, CancellationToken stop)
    {
        var deliveries = new Deliveries();
        try
        {
            foreach (var message in messages)
            {
                var (target, content) = Translate(topic, partitions, message);
                await _room.WaitAsync(stop).ConfigureAwait(false);
                Send(target, content, deliveries);
            }
        }
        finally
        {
            // Also after a fault: nothing of this call is under way when it returns.
            await deliveries.AllAsync(stop).ConfigureAwait(false);
        }
        deliveries.ThrowIfFailed(topic);
    }

    private void Send(TopicPartition target, Message<byte[]?, byte[]?> content, Deliveries deliveries)
    {
        deliveries.Start();
        try
        {
            _producer.Produce(target, content, report =>
            {
                _room.Release();
                deliveries.End(report);
            });
        }
        catch
        {
            // Refused: no report will come.
            _room.Release();
            deliveries.Withdraw();
            throw;
        }
    }

    private static (TopicPartition Target, Message<byte[]?, byte[]?> Content) Translate(
        string topic, int partitions, EmbeddedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Partition is { } partition && (partition < 0 || partition >= partitions))
            throw new ArgumentException($"A message is meant for {topic}[{partition}]; the partitions are 0 to {partitions - 1}.", nameof(message));
        var content = new Message<byte[]?, byte[]?> { Key = message.Key, Value = message.Value };
        if (message.Timestamp is { } at) content.Timestamp = new Timestamp(at);
        if (message.Headers.Count > 0)
        {
            content.Headers = [];
            foreach (var (name, value) in message.Headers) content.Headers.Add(name, value);
        }
        return (new(topic, message.Partition is { } chosen ? new Partition(chosen) : Partition.Any), content);
    }
}
