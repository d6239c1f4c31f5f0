using Confluent.Kafka;

namespace KafkaOracle.Reactive.Embedded;

public sealed partial class EmbeddedKafka
{
    /// <summary>Writes messages and waits until the brokers have them all.</summary>
    /// <inheritdoc cref="ProduceAsync"/>
    public void Produce(string topic, params IEnumerable<EmbeddedMessage> messages) =>
        ProduceAsync(topic, messages).GetAwaiter().GetResult();

    /// <summary>Writes messages; done when the brokers have them all.</summary>
    /// <param name="topic">A topic made by <see cref="CreateTopic"/>.</param>
    /// <param name="messages">Read once, lazily. Those of one partition keep their order.</param>
    /// <param name="stop">Ends the writing and the waiting; what was sent until then may still arrive.</param>
    /// <exception cref="ArgumentException">There is no such topic, or a message names a partition it does not have.</exception>
    /// <exception cref="KafkaException">Messages were not delivered; says how many and why the first was not.</exception>
    /// <exception cref="ObjectDisposedException">The cluster is disposed.</exception>
    /// <remarks>
    /// Compressed with zstd and in large batches, which is what the brokers' small retention wants. A broker that goes down after it
    /// took a batch and before it answered gets it again and stores it again: the producer is idempotent, the brokers are not.
    /// </remarks>
    public Task ProduceAsync(string topic, IEnumerable<EmbeddedMessage> messages, CancellationToken stop = default)
    {
        var partitions = PartitionsOf(topic);
        ArgumentNullException.ThrowIfNull(messages);
        return _producer.Value.ProduceAsync(topic, partitions, messages, stop);
    }
}
