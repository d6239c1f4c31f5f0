using System.Buffers;
using System.Buffers.Binary;
using System.Collections;
using System.Text;

namespace KafkaOracle.Reactive;

/// <summary>One header of a message. A null value differs from an empty one.</summary>
public readonly record struct Header(string Name, ReadOnlyMemory<byte>? Value);

/// <summary>The headers of a message, decoded when they are asked for. Names may repeat.</summary>
public readonly struct Headers : IEnumerable<Header>
{
    private readonly ReadOnlyMemory<byte> _encoded;

    internal Headers(ReadOnlyMemory<byte> encoded) => _encoded = encoded;

    /// <summary>Headers as a test of a decoder needs them, in this order.</summary>
    public static Headers Of(params IEnumerable<Header> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        var encoded = new ArrayBufferWriter<byte>();
        foreach (var (name, value) in headers)
        {
            var length = EncodedLength(Encoding.UTF8.GetByteCount(name), value?.Length ?? 0);
            encoded.Advance(Encode(name, value is { } bytes ? bytes.Span : default, value is null, encoded.GetSpan(length)));
        }
        return new(encoded.WrittenMemory);
    }

    /// <summary>The last header of this name, as Kafka's own clients choose, or null.</summary>
    public ReadOnlyMemory<byte>? this[string name]
    {
        get
        {
            ReadOnlyMemory<byte>? value = null;
            foreach (var header in this)
                if (header.Name == name) value = header.Value;
            return value;
        }
    }

    /// <summary>The last header of this name as UTF-8 text, decoded at each call; null where there is none or it has no value.</summary>
    public string? Text(string name) => this[name] is { } value ? Encoding.UTF8.GetString(value.Span) : null;

    /// <inheritdoc/>
    public IEnumerator<Header> GetEnumerator()
    {
        for (var rest = _encoded; !rest.IsEmpty;)
        {
            var name = Encoding.UTF8.GetString(Take(ref rest, Length(ref rest)).Span);
            var length = Length(ref rest);
            yield return new(name, length < 0 ? (ReadOnlyMemory<byte>?)null : Take(ref rest, length));
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // Four bytes length, name in UTF-8, four bytes length or -1, value: how a slab keeps them.
    internal static int Encode(string name, ReadOnlySpan<byte> value, bool isNull, Span<byte> target)
    {
        var nameLength = Encoding.UTF8.GetBytes(name, target[4..]);
        BinaryPrimitives.WriteInt32LittleEndian(target, nameLength);
        BinaryPrimitives.WriteInt32LittleEndian(target[(4 + nameLength)..], isNull ? -1 : value.Length);
        value.CopyTo(target[(8 + nameLength)..]);
        return EncodedLength(nameLength, value.Length);
    }

    internal static int EncodedLength(int nameBytes, int valueBytes) => 8 + nameBytes + valueBytes;

    private static int Length(ref ReadOnlyMemory<byte> rest) => BinaryPrimitives.ReadInt32LittleEndian(Take(ref rest, 4).Span);

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> rest, int count)
    {
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
