using System.Buffers.Binary;
using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>Builds a TTC message out of its primitives, in the dialect of a session.</summary>
internal sealed class TtcWriter(Dialect dialect)
{
    private const int MostUnchunked = 252;
    private const int BigChunk = 32767;
    private byte[] _bytes = new byte[16 * 1024];

    public Dialect Dialect => dialect;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > 4 * 1024 * 1024) _bytes = new byte[16 * 1024];
    }

    /// <summary>Takes back what was written after the given length.</summary>
    public void TruncateTo(int length) => Length = length;

    public TtcWriter U8(int value)
    {
        Take(1)[0] = (byte)value;
        return this;
    }

    public TtcWriter Raw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Take(value.Length));
        return this;
    }

    public TtcWriter U16Be(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Take(2), (ushort)value);
        return this;
    }

    public TtcWriter U16Le(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Take(2), (ushort)value);
        return this;
    }

    /// <summary>A compressed unsigned integer: its length in bytes, then the bytes, the highest first.</summary>
    public TtcWriter Ub(long value)
    {
        var rest = (ulong)value;
        var n = Size(value) - 1;
        var target = Take(n + 1);
        target[0] = (byte)n;
        for (var i = n; i >= 1; i--, rest >>= 8) target[i] = (byte)rest;
        return this;
    }

    /// <summary>A compressed signed integer: bit 7 of the length says negative.</summary>
    public TtcWriter Sb(long value)
    {
        if (value >= 0) return Ub(value);
        var at = Length;
        Ub(-value);
        _bytes[at] |= 0x80;
        return this;
    }

    /// <summary>A byte that may be negative: compressed for a client that asked for that, else one raw byte.</summary>
    public TtcWriter Sb1(int value) => dialect.CompressedBytes ? Sb(value) : U8(value & 0xff);

    /// <summary>A CLR value; above 252 bytes in chunks. Empty is null.</summary>
    public TtcWriter Clr(ReadOnlySpan<byte> value) => value.Length <= MostUnchunked ? U8(value.Length).Raw(value) : Chunks(value);

    /// <summary>A CLR value in chunks, whatever its length.</summary>
    public TtcWriter Chunks(ReadOnlySpan<byte> value)
    {
        U8(0xfe);
        while (value.Length > 0)
        {
            var n = Math.Min(value.Length, dialect.BigChunks ? BigChunk : MostUnchunked);
            if (dialect.BigChunks) Ub(n);
            else U8(n);
            Raw(value[..n]);
            value = value[n..];
        }
        return U8(0);
    }

    public TtcWriter Clr(string value) => Clr(Encoding.UTF8.GetBytes(value));

    public TtcWriter Dlc(ReadOnlySpan<byte> value) => value.Length == 0 ? U8(0) : Ub(value.Length).Clr(value);

    public TtcWriter Dlc(string value) => Dlc(Encoding.UTF8.GetBytes(value));

    public TtcWriter Pair(string key, string value, int flags = 0) => Dlc(key).Dlc(value).Ub(flags);

    /// <summary>Bytes that a compressed integer takes, its length byte included.</summary>
    public static int Size(long value)
    {
        var n = 1;
        for (var rest = (ulong)value; rest != 0; rest >>= 8) n++;
        return n;
    }

    private Span<byte> Take(int count)
    {
        if (Length + count > _bytes.Length) Array.Resize(ref _bytes, Math.Max(Length + count, _bytes.Length * 2));
        var span = _bytes.AsSpan(Length, count);
        Length += count;
        return span;
    }
}
