using System.Buffers.Binary;

namespace KafkaOracle.Reactive;

/// <summary>The wire format of schema registries: a byte 0, the schema's id in four bytes, the most significant first, then the value.</summary>
/// <remarks>https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format</remarks>
public static class WireFormat
{
    private const int PrefixLength = 5;

    /// <summary>Reads values that follow a schema's id, which is not asked for: for formats that tell their own fields, such as JSON.</summary>
    /// <param name="decoder">Reads what follows the id. It is given tombstones as they are.</param>
    public static Decoder<T> InWireFormat<T>(this Decoder<T> decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        return (in message) => decoder(message.IsTombstone ? message : message with { Value = Split(message, out _) });
    }

    /// <summary>Parts a message's value into its schema's id and what follows.</summary>
    /// <exception cref="FormatException">The message is a tombstone, is shorter than five bytes, or does not begin with 0.</exception>
    public static ReadOnlySpan<byte> Split(in RawMessage message, out int schemaId)
    {
        if (message.IsTombstone) throw new FormatException("The message is a tombstone (it has no value), and so has no schema.");
        var value = message.Value;
        if (value.Length < PrefixLength || value[0] != 0)
            throw new FormatException($"The message is not in a schema registry's wire format: it has {value.Length} bytes{(value.IsEmpty ? "" : $", the first is {value[0]}")}, and should begin with 0 and four bytes of a schema's id.");
        schemaId = BinaryPrimitives.ReadInt32BigEndian(value[1..]);
        return value[PrefixLength..];
    }
}
