using System.Net;
using Confluent.Kafka;
using KafkaHeaders = Confluent.Kafka.Headers;

namespace KafkaOracle.Reactive;

/// <summary>Messages that one of Confluent's deserializers reads, for example Avro or Protobuf with a schema registry.</summary>
/// <remarks>
/// Called on the lane's thread, for tombstones too, with topic and headers. What a deserializer throws sends the message to the rejects,
/// unless a failed HTTP request is the cause: a registry that does not answer makes the message wait
/// (<see cref="DecoderUnavailableException"/>).
/// </remarks>
public static class Deserializer
{
    /// <summary>Reads values by a deserializer of Confluent.Kafka's.</summary>
    public static Decoder<T> Of<T>(IDeserializer<T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(deserializer);
        return (in message) =>
        {
            try
            {
                return deserializer.Deserialize(message.Value, message.IsTombstone, Context(message));
            }
            catch (Exception fault) when (Outage(fault) is { } outage)
            {
                throw outage;
            }
        };
    }

    /// <summary>Reads values by an asynchronous deserializer of Confluent.Kafka's.</summary>
    /// <param name="deserializer">The lane waits for it: it should be asynchronous for the first message of a schema only, as Confluent's are.</param>
    public static Decoder<T> Of<T>(IAsyncDeserializer<T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(deserializer);
        return (in message) =>
        {
            try
            {
                return deserializer.DeserializeAsync(message.Value.ToArray(), message.IsTombstone, Context(message)).GetAwaiter().GetResult();
            }
            catch (Exception fault) when (Outage(fault) is { } outage)
            {
                throw outage;
            }
        };
    }

    private static SerializationContext Context(in RawMessage message)
    {
        var headers = new KafkaHeaders();
        foreach (var (name, value) in message.Headers) headers.Add(name, value?.ToArray());
        return new(MessageComponentType.Value, message.Partition.Topic, headers);
    }

    // The exceptions of Confluent's registry client are HttpRequestExceptions; its time-outs are cancellations that nobody asked for.
    private static DecoderUnavailableException? Outage(Exception fault)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
            if (cause is HttpRequestException or OperationCanceledException)
                return new($"A server that the deserializer asks does not answer: {cause.Message}", fault,
                    cause is not HttpRequestException { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden });
        return null;
    }
}
