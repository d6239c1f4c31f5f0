using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace KafkaOracle.Reactive;

/// <summary>Messages that are Protocol Buffers, read by Google.Protobuf.</summary>
/// <remarks>
/// A tombstone goes to the rejects, unless <see cref="Decoder.OrTombstone{T}(Decoder{T})"/> takes it; so do bytes that are malformed. An
/// empty value is a message with every field at its default.
/// </remarks>
public static class Protobuf
{
    /// <summary>Reads messages of a generated class, bare: with nothing before them.</summary>
    /// <param name="parser">The class's <c>Parser</c>.</param>
    public static Decoder<T> Of<T>(MessageParser<T> parser) where T : IMessage<T>
    {
        ArgumentNullException.ThrowIfNull(parser);
        return (in message) => parser.ParseFrom(message.IsTombstone ? throw new FormatException("The message is a tombstone (it has no value), not Protobuf.") : message.Value);
    }

    /// <summary>
    /// Reads messages of a generated class in a schema registry's wire format: schema's id, place of the message's type in its file, then
    /// the message. The registry is not asked, as Protobuf's fields carry their numbers.
    /// </summary>
    /// <param name="parser">The class's <c>Parser</c>.</param>
    /// <param name="anyType">
    /// Whether to read a message whatever place its type has in the writer's file: for writers whose file has the types in another order. By
    /// default one that is not in the place of <typeparamref name="T"/> goes to the rejects, where reading it would give wrong fields.
    /// </param>
    public static Decoder<T> InWireFormat<T>(MessageParser<T> parser, bool anyType = false) where T : IMessage<T>, new()
    {
        ArgumentNullException.ThrowIfNull(parser);
        var type = new T().Descriptor;
        var place = PlaceOf(type);
        return (in message) =>
        {
            var rest = WireFormat.Split(message, out var schema);
            var found = MessageIndexes.Take(ref rest);
            if (!anyType && !found.SequenceEqual(place))
                throw new FormatException($"The message is of the type at [{string.Join(", ", found)}] in the file of schema {schema}, and {type.FullName} is at [{string.Join(", ", place)}].");
            return parser.ParseFrom(rest);
        };
    }

    /// <summary>The index of a type among those of its file or of the type around it, from the outermost inwards.</summary>
    private static int[] PlaceOf(MessageDescriptor type)
        => type.ContainingType is { } around ? [.. PlaceOf(around), type.Index] : [type.Index];
}
