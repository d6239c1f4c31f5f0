using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace KafkaOracle.Reactive;

/// <summary>Messages that are JSON, read by System.Text.Json.</summary>
/// <remarks>
/// What cannot be read goes to the rejects: malformed JSON with its path, line and byte position, a tombstone, and the literal
/// <c>null</c>. To take tombstones as values, write a <see cref="Decoder{T}"/> that asks <see cref="RawMessage.IsTombstone"/> first.
/// </remarks>
public static class Json
{
    /// <summary>Reads by reflection, with the web defaults: camel case, any case of names, numbers also as text.</summary>
    /// <param name="options">Other options; null for the web defaults.</param>
    public static Decoder<T> Of<T>(JsonSerializerOptions? options = null)
    {
        options ??= JsonSerializerOptions.Web;
        return (in message) => Known(message, JsonSerializer.Deserialize<T>(Bytes(message), options));
    }

    /// <summary>Reads by generated code: half of the time and a third of the memory of reflection, and fit for trimming.</summary>
    /// <param name="type">A property of a <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>. Its options hold.</param>
    public static Decoder<T> Of<T>(JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return (in message) => Known(message, JsonSerializer.Deserialize(Bytes(message), type));
    }

    private static ReadOnlySpan<byte> Bytes(in RawMessage message)
        => message.IsTombstone ? throw new FormatException("The message is a tombstone (it has no value), not JSON.") : message.Value;

    private static T Known<T>(in RawMessage message, T? value)
        => value ?? throw new FormatException($"The message is the JSON literal null, not a {typeof(T).Name}.");
}
