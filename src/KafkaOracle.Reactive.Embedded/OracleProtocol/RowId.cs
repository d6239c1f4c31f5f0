using System.Buffers.Binary;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>An extended rowid: the number of a table, a file, a block and a slot in it.</summary>
internal readonly record struct RowId(uint Object, ushort File, uint Block, ushort Slot)
{
    /// <summary>Size of the bytes behind the leading 1 of a physical rowid, that 1 included.</summary>
    public const int Size = 13;
    public const int TextLength = 18;
    private const ushort DataFile = 1;
    private const int SlotBits = 8;
    private const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    public bool IsNone => this == default;

    /// <summary>The number of the row in its table that <see cref="Of"/> was given.</summary>
    public long Row => ((long)Block << SlotBits) | Slot;

    /// <summary>The rowid of a table's row, by the table's name and the row's positive number in it.</summary>
    public static RowId Of(string table, long row) => new(ObjectOf(table), DataFile, (uint)(row >> SlotBits), (ushort)(row & ((1 << SlotBits) - 1)));

    /// <summary>1 (physical), object and file, block and slot, all big-endian.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        bytes[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), Object);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(5), File);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(7), Block);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(11), Slot);
        return bytes;
    }

    public static RowId FromBytes(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]),
        BinaryPrimitives.ReadUInt16BigEndian(bytes[5..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[7..]),
        BinaryPrimitives.ReadUInt16BigEndian(bytes[11..]));

    /// <summary>The five fields of message 4 and of a ROWID column.</summary>
    public void Write(TtcWriter writer) => writer.Ub(Object).Ub(File).U8(0).Ub(Block).Ub(Slot);

    /// <summary>18 characters in base 64: 6 of the object, 3 of the file, 6 of the block, 3 of the slot.</summary>
    public override string ToString() => string.Create(TextLength, this, static (text, id) =>
    {
        Encode(text[..6], id.Object);
        Encode(text[6..9], id.File);
        Encode(text[9..15], id.Block);
        Encode(text[15..], id.Slot);
    });

    public static bool TryParse(ReadOnlySpan<char> text, out RowId id)
    {
        id = default;
        if (text.Length != TextLength) return false;
        foreach (var c in text) if (!Digits.Contains(c)) return false;
        id = new RowId((uint)Decode(text[..6]), (ushort)Decode(text[6..9]), (uint)Decode(text[9..15]), (ushort)Decode(text[15..]));
        return true;
    }

    /// <summary>A number that is the same for a name in every run: FNV-1a of the name, in the range of real object numbers.</summary>
    private static uint ObjectOf(string table)
    {
        var hash = 2166136261u;
        foreach (var c in table) hash = (hash ^ c) * 16777619u;
        return 70_000 + (hash % 900_000);
    }

    private static void Encode(Span<char> target, ulong value)
    {
        for (var i = target.Length - 1; i >= 0; i--, value >>= 6) target[i] = Digits[(int)(value & 63)];
    }

    private static ulong Decode(ReadOnlySpan<char> text)
    {
        ulong value = 0;
        foreach (var c in text) value = (value << 6) | (uint)Digits.IndexOf(c);
        return value;
    }
}
