namespace KafkaOracle.Reactive;

/// <summary>Which of a file's types a message is of: their number, then the indexes from the outermost type inwards, each a zigzag varint; a lone 0 stands for the first type.</summary>
/// <remarks>https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format</remarks>
internal static class MessageIndexes
{
    // Types are not nested deeper in earnest, and rubbish must not ask for memory.
    private const int Deepest = 100;

    /// <summary>Takes the indexes off the front.</summary>
    public static int[] Take(ref ReadOnlySpan<byte> rest)
    {
        var count = Varint(ref rest);
        if (count == 0) return [0];
        if (count is < 0 or > Deepest) throw new FormatException($"The message names a type that is nested {count} deep.");
        var indexes = new int[count];
        for (var i = 0; i < count; i++) indexes[i] = Varint(ref rest);
        return indexes;
    }

    private static int Varint(ref ReadOnlySpan<byte> rest)
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (rest.IsEmpty) throw new FormatException("The message ends within the indexes of its type.");
            var next = rest[0];
            rest = rest[1..];
            value |= (uint)(next & 0x7F) << shift;
            if (next < 0x80) return (int)(value >> 1) ^ -(int)(value & 1);
        }
        throw new FormatException("An index of the message's type has more than 32 bits.");
    }
}
