using System.Text;

namespace KafkaOracle.Reactive.Embedded.Tests.Wire;

/// <summary>TTC primitives of a reply, read independently of the server's own code.</summary>
internal sealed class ReplyReader(byte[] bytes, int fieldVersion, bool compressed)
{
    private int _at;

    public int FieldVersion => fieldVersion;

    public bool More => _at < bytes.Length;

    public byte[] Raw(int count)
    {
        if (count < 0 || _at + count > bytes.Length) throw new InvalidDataException($"{count} bytes are wanted at {_at} of {bytes.Length}.");
        _at += count;
        return bytes[(_at - count).._at];
    }

    public int U8() => Raw(1)[0];

    public long Number()
    {
        var n = U8();
        long value = 0;
        if ((n & 0x7f) > 8) throw new InvalidDataException($"An integer of {n & 0x7f} bytes at {_at - 1}.");
        foreach (var b in Raw(n & 0x7f)) value = (value << 8) | b;
        return (n & 0x80) == 0 ? value : -value;
    }

    /// <summary>A byte in the client's representation of data type 27.</summary>
    public long SignedByte() => compressed ? Number() : (sbyte)U8();

    public byte[]? Clr()
    {
        var n = U8();
        if (n is 0 or 255) return null;
        if (n != 254) return Raw(n);
        var all = new List<byte>();
        for (var chunk = Number(); chunk != 0; chunk = Number()) all.AddRange(Raw((int)chunk));
        return [.. all];
    }

    public byte[]? Dlc() => Number() == 0 ? null : Clr();

    public string Text() => Dlc() is { } text ? Encoding.UTF8.GetString(text) : "";

    public string Hex() => Dlc() is { } value ? Convert.ToHexString(value) : "";

    public string ZeroEnded()
    {
        var text = new List<byte>();
        for (var b = U8(); b != 0; b = U8()) text.Add((byte)b);
        return Encoding.UTF8.GetString([.. text]);
    }
}
