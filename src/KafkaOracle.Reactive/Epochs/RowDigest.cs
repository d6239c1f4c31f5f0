using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive;

/// <summary>
/// Collects a row's values for the checksum that proves, at a restart, that the rows computed again are those committed.
/// </summary>
/// <remarks>
/// XXH3 with 64 bits (https://github.com/Cyan4973/xxHash), the same on every platform and in every process. It guards against
/// mistakes, not against an attacker.
/// </remarks>
public sealed class RowDigest
{
    private byte[] _bytes = new byte[256];
    private int _length;

    /// <summary>Adds a number.</summary>
    public void Add(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    /// <summary>Adds a number. 1.0 and 1.00 are different: they are different rows of text.</summary>
    public void Add(decimal value) => decimal.GetBits(value, MemoryMarshal.Cast<byte, int>(Take(16)));

    /// <summary>Adds a number by its bits.</summary>
    public void Add(double value) => Add(BitConverter.DoubleToInt64Bits(value));

    /// <summary>Adds a point in time, by its ticks.</summary>
    public void Add(DateTime value) => Add(value.Ticks);

    /// <summary>Adds a text; null and empty are different.</summary>
    public void Add(string? value)
    {
        Add(value is null ? -1L : value.Length);
        MemoryMarshal.AsBytes(value.AsSpan()).CopyTo(Take(2 * (value?.Length ?? 0)));
    }

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> value)
    {
        Add((long)value.Length);
        value.CopyTo(Take(value.Length));
    }

    /// <summary>Adds the absence of a value.</summary>
    public void AddNull() => Add(-1L);

    /// <summary>The hash of what was added since the last call.</summary>
    internal ulong Take()
    {
        var hash = XxHash3.HashToUInt64(_bytes.AsSpan(0, _length));
        _length = 0;
        return hash;
    }

    /// <summary>Rolls a row's hash into a sum over rows, in their order.</summary>
    internal static ulong Roll(ulong sum, ulong row)
    {
        Span<ulong> pair = [sum, row];
        return XxHash3.HashToUInt64(MemoryMarshal.AsBytes(pair));
    }

    private Span<byte> Take(int count)
    {
        if (_bytes.Length - _length < count) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}
