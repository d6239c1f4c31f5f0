using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>
/// Reads TTC primitives out of the client's DATA packets, which may be cut anywhere, even inside an integer. Memory grows with the
/// bytes that have come, never with a length that was only announced.
/// </summary>
/// <param name="transport">Where the packets come from.</param>
/// <param name="dialect">What the handshake has agreed on.</param>
/// <param name="mostBytes">Most bytes of one request.</param>
internal sealed class TtcReader(TnsTransport transport, Dialect dialect, long mostBytes)
{
    private const ushort EndOfFile = 0x40;
    private const int Step = 64 * 1024;
    private const int MostCounted = 65_535;
    private byte[] _buffer = [];
    private byte[] _scratch = new byte[512];
    private int _position;
    private int _end;
    private long _received;

    public Dialect Dialect => dialect;

    public bool AtPacketEnd => _position >= _end;

    public int Remaining => _end - _position;

    /// <summary>Waits for the first packet of a request. False when the client has gone.</summary>
    public bool NextRequest()
    {
        _position = _end = 0;
        _received = 0;
        if (_scratch.Length > 16 * Step) _scratch = new byte[512];
        return NextPacket();
    }

    public byte U8()
    {
        if (_position >= _end) Continue();
        return _buffer[_position++];
    }

    public bool Flag() => U8() != 0;

    public byte Peek()
    {
        if (_position >= _end) Continue();
        return _buffer[_position];
    }

    /// <summary>The byte so far ahead in this packet, or -1.</summary>
    public int PeekAt(int ahead) => _position + ahead < _end ? _buffer[_position + ahead] : -1;

    /// <summary>So many bytes.</summary>
    public byte[] Raw(int count)
    {
        if (count < 0) throw new InvalidDataException($"There cannot be {count} bytes.");
        var bytes = new byte[Math.Min(count, Step)];
        for (var done = 0; ;)
        {
            Fill(bytes.AsSpan(done));
            done = bytes.Length;
            if (done == count) return bytes;
            Array.Resize(ref bytes, (int)Math.Min(count, 2L * done));
        }
    }

    public void Skip(int count)
    {
        for (; count > 0; count--) U8();
    }

    public ushort U16Be() => (ushort)((U8() << 8) | U8());

    public ushort U16Le() => (ushort)(U8() | (U8() << 8));

    /// <summary>A compressed integer: a length byte (bit 7: negative), then that many bytes, the highest first.</summary>
    public long Ub()
    {
        int n = U8();
        var negative = (n & 0x80) != 0;
        n &= 0x7f;
        if (n > 8) throw new InvalidDataException($"A compressed integer cannot have {n} bytes.");
        ulong value = 0;
        for (; n > 0; n--) value = (value << 8) | U8();
        return negative ? -(long)value : (long)value;
    }

    /// <summary>A compressed integer that must fit into 31 bits.</summary>
    public int Int() => Ub() is >= 0 and <= int.MaxValue and var value ? (int)value : throw new InvalidDataException("A number is out of range.");

    /// <summary>How many of something follow: bounded, so that it can be trusted for an array.</summary>
    public int Count() => Int() is <= MostCounted and var count ? count : throw new InvalidDataException("A list is too long.");

    /// <summary>A CLR value, valid until the next read: length and bytes; 0 or 255 null; 254 chunks, ended by one of length 0.</summary>
    public bool Clr(out ReadOnlySpan<byte> value)
    {
        value = default;
        int n = U8();
        if (n is 0 or 0xff) return false;
        if (n != 0xfe)
        {
            if (_end - _position >= n)
            {
                value = _buffer.AsSpan(_position, n);
                _position += n;
                return true;
            }
            Fill(_scratch.AsSpan(0, n));
            value = _scratch.AsSpan(0, n);
            return true;
        }
        var length = 0;
        for (var chunk = Chunk(); chunk != 0; chunk = Chunk())
        {
            while (chunk > 0)
            {
                var part = Math.Min(chunk, Step);
                if (length + part > _scratch.Length) Array.Resize(ref _scratch, Math.Max(length + part, _scratch.Length * 2));
                Fill(_scratch.AsSpan(length, part));
                length += part;
                chunk -= part;
            }
        }
        value = _scratch.AsSpan(0, length);
        return true;
    }

    public string ClrString() => Clr(out var value) ? Encoding.UTF8.GetString(value) : "";

    /// <summary>Text of a number of bytes that was told before: a CLR, or those bytes alone.</summary>
    public string Characters(int count) => count == 0 ? "" : dialect.TextHasLength ? ClrString() : Encoding.UTF8.GetString(Raw(count));

    /// <summary>A DLC value: a compressed length and, when it is not 0, a CLR.</summary>
    public byte[]? Dlc() => Ub() == 0 ? null : Clr(out var value) ? value.ToArray() : [];

    public string DlcString() => Dlc() is { } bytes ? Encoding.UTF8.GetString(bytes) : "";

    private int Chunk() => dialect.BigChunks ? Int() : U8();

    private void Fill(Span<byte> target)
    {
        while (target.Length > 0)
        {
            if (_position >= _end) Continue();
            var n = Math.Min(target.Length, _end - _position);
            _buffer.AsSpan(_position, n).CopyTo(target);
            _position += n;
            target = target[n..];
        }
    }

    private void Continue()
    {
        if (!NextPacket()) throw new ClientGoneException();
    }

    private bool NextPacket()
    {
        while (true)
        {
            if (!transport.ReadPacket(out var type, out var body)) return false;
            switch (type)
            {
                case PacketType.Marker: throw new BreakException(BreakException.KindOf(body.Span));
                case PacketType.Control: continue;
                case PacketType.Data when body.Length >= 2: break;
                default: throw new InvalidDataException($"An Oracle Net packet of type {(int)type} is not expected inside a request.");
            }
            if ((BinaryPrimitives.ReadUInt16BigEndian(body.Span) & EndOfFile) != 0 && body.Length <= 2) return false;
            _received += body.Length;
            if (_received > mostBytes) throw new InvalidDataException($"A request is longer than {mostBytes} bytes.");
            MemoryMarshal.TryGetArray(body, out var segment);
            _buffer = segment.Array!;
            _position = segment.Offset + 2;
            _end = segment.Offset + segment.Count;
            if (_position < _end) return true;
        }
    }
}
