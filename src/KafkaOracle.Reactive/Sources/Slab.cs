using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace KafkaOracle.Reactive;

/// <summary>
/// Some hundred messages in two buffers, without an object per message. Values lie in a pooled buffer, given back when the lane
/// has decoded them; keys and headers in one that lives as long as any of the records.
/// </summary>
/// <remarks>
/// Written by one thread (a source's poll thread), then read by one (the lane's). A message is written in the order key, headers,
/// value, in any of them left out, then <see cref="Add"/>.
/// </remarks>
public sealed class Slab : IDisposable
{
    private readonly List<SlabEntry> _entries;
    private byte[] _values;
    private byte[] _kept = [];
    private int _valuesLength, _keptLength;
    private SlabEntry _open;

    /// <summary>An empty slab.</summary>
    /// <param name="messages">How many messages to expect; more fit.</param>
    /// <param name="bytes">How many bytes of values to expect; more fit.</param>
    public Slab(int messages = 512, int bytes = 128 * 1024)
    {
        _entries = new(messages);
        _values = ArrayPool<byte>.Shared.Rent(bytes);
        Reset();
    }

    /// <summary>Messages and ends of partitions written so far.</summary>
    public int Count => _entries.Count;

    /// <summary>Bytes of keys, headers and values written so far.</summary>
    public int Bytes => _valuesLength + _keptLength;

    /// <summary>Writes the open message's key.</summary>
    public void WriteKey(ReadOnlySpan<byte> key)
    {
        (_open.KeyStart, _open.KeyLength) = (_keptLength, key.Length);
        key.CopyTo(Keep(key.Length));
    }

    /// <summary>Writes one header of the open message.</summary>
    public void WriteHeader(string name, ReadOnlySpan<byte> value, bool isNull = false)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_open.HeadersLength == 0) _open.HeadersStart = _keptLength;
        var length = Headers.EncodedLength(Encoding.UTF8.GetByteCount(name), value.Length);
        _open.HeadersLength += Headers.Encode(name, value, isNull, Keep(length));
    }

    /// <summary>Writes the open message's value. Not called: a tombstone.</summary>
    public void WriteValue(ReadOnlySpan<byte> value)
    {
        (_open.ValueStart, _open.ValueLength) = (_valuesLength, value.Length);
        if (_values.Length - _valuesLength < value.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_values.Length * 2, _valuesLength + value.Length));
            _values.AsSpan(0, _valuesLength).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_values);
            _values = larger;
        }
        value.CopyTo(_values.AsSpan(_valuesLength));
        _valuesLength += value.Length;
    }

    /// <summary>Closes the open message.</summary>
    /// <param name="partition">Index into the partitions that the reader was opened with.</param>
    /// <param name="offset">The message's offset.</param>
    /// <param name="timestamp">The message's time stamp, in milliseconds since 1970 in UTC.</param>
    public void Add(int partition, long offset, long timestamp)
    {
        (_open.Partition, _open.Offset, _open.Timestamp) = (partition, offset, timestamp);
        _entries.Add(_open);
        Reset();
    }

    /// <summary>Forgets all that was written. Nobody may use any of it any more.</summary>
    public void Clear()
    {
        _entries.Clear();
        (_valuesLength, _keptLength) = (0, 0);
        Reset();
    }

    /// <summary>Notes that a partition has no message at or after an offset yet.</summary>
    /// <param name="partition">Index into the partitions that the reader was opened with.</param>
    /// <param name="offset">The offset that the partition's next message will have, at least.</param>
    public void AddEnd(int partition, long offset)
    {
        _open = new() { Partition = partition, Offset = offset, IsEnd = true };
        _entries.Add(_open);
        Reset();
    }

    internal ReadOnlySpan<SlabEntry> Entries => CollectionsMarshal.AsSpan(_entries);

    internal ReadOnlySpan<byte> Value(in SlabEntry entry) => entry.ValueLength <= 0 ? default : _values.AsSpan(entry.ValueStart, entry.ValueLength);

    internal ReadOnlyMemory<byte> Key(in SlabEntry entry) => entry.KeyLength <= 0 ? default : _kept.AsMemory(entry.KeyStart, entry.KeyLength);

    internal ReadOnlyMemory<byte> HeaderBytes(in SlabEntry entry) => _kept.AsMemory(entry.HeadersStart, entry.HeadersLength);

    /// <summary>Gives the values' buffer back. The slab must not be used afterwards.</summary>
    public void Dispose()
    {
        if (_values.Length > 0) ArrayPool<byte>.Shared.Return(_values);
        _values = [];
    }

    private Span<byte> Keep(int length)
    {
        if (_kept.Length - _keptLength < length) Array.Resize(ref _kept, Math.Max(Math.Max(_kept.Length * 2, 4096), _keptLength + length));
        _keptLength += length;
        return _kept.AsSpan(_keptLength - length, length);
    }

    private void Reset() => _open = new() { KeyLength = -1, ValueLength = -1 };
}

/// <summary>One message of a slab, or the news that a partition has no more for now.</summary>
internal struct SlabEntry
{
    public int Partition;
    public long Offset, Timestamp;
    public int KeyStart, KeyLength, HeadersStart, HeadersLength, ValueStart, ValueLength;
    public bool IsEnd;
}
