using Confluent.Kafka;
using KafkaHeaders = Confluent.Kafka.Headers;

namespace KafkaOracle.Reactive;

/// <summary>Messages that one of Confluent's deserializers reads, for example Avro or Protobuf with a schema registry.</summary>
public static class Deserializer
{
    /// <summary>Reads values by a deserializer of Confluent.Kafka's.</summary>
    /// <param name="deserializer">
    /// Called on the lane's thread, for tombstones too, with topic and headers. Whatever it throws sends the message to the rejects.
    /// An asynchronous one is made synchronous by Confluent's <c>AsSyncOverAsync</c>.
    /// </param>
    public static Decoder<T> Of<T>(IDeserializer<T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(deserializer);
        return (in message) => deserializer.Deserialize(message.Value, message.IsTombstone, Context(message));
    }

    private static SerializationContext Context(in RawMessage message)
    {
        var headers = new KafkaHeaders();
        foreach (var (name, value) in message.Headers) headers.Add(name, value?.ToArray());
        return new(MessageComponentType.Value, message.Partition.Topic, headers);
    }
}
