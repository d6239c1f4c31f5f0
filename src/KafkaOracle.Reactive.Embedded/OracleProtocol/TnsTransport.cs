using System.Buffers.Binary;
using System.Net.Sockets;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>Oracle Net packet types, the fifth byte of a packet's header.</summary>
internal enum PacketType : byte
{
    Connect = 1,
    Accept = 2,
    Refuse = 4,
    Data = 6,
    Marker = 12,
    Control = 14,
}

/// <summary>Packet framing: an 8 byte header whose length has 16 bits before ACCEPT and 32 bits after one of version 315 or later.</summary>
internal sealed class TnsTransport(Socket socket)
{
    private const int HeaderSize = 8;
    private const int DataFlagsSize = 2;
    private const ushort EndOfResponse = 0x2000;
    private readonly byte[] _in = new byte[256 * 1024];
    private readonly byte[] _out = new byte[64 * 1024];
    private int _inStart;
    private int _inEnd;

    public bool LargeLength { get; set; }

    /// <summary>Largest packet the client takes, header included.</summary>
    public int Sdu { get; set; } = 8192;

    /// <summary>Reads one packet; the body excludes the header and is valid until the next read. False at the end of the stream.</summary>
    public bool ReadPacket(out PacketType type, out ReadOnlyMemory<byte> body)
    {
        type = default;
        body = default;
        if (!Fill(HeaderSize)) return false;
        var length = LargeLength
            ? BinaryPrimitives.ReadInt32BigEndian(_in.AsSpan(_inStart))
            : BinaryPrimitives.ReadUInt16BigEndian(_in.AsSpan(_inStart));
        if (length < HeaderSize || length > _in.Length) throw new InvalidDataException($"An Oracle Net packet cannot have {length} bytes.");
        if (!Fill(length)) return false;
        type = (PacketType)_in[_inStart + 4];
        body = new ReadOnlyMemory<byte>(_in, _inStart + HeaderSize, length - HeaderSize);
        _inStart += length;
        return true;
    }

    /// <summary>Whether bytes of the client can be read at once, or its end was noticed.</summary>
    public bool Readable(int waitMicroseconds) => _inEnd > _inStart || socket.Poll(waitMicroseconds, SelectMode.SelectRead);

    public void WritePacket(PacketType type, ReadOnlySpan<byte> body)
    {
        var packet = new byte[HeaderSize + body.Length];
        WriteHeader(packet, packet.Length, type);
        body.CopyTo(packet.AsSpan(HeaderSize));
        Send(packet);
    }

    /// <summary>Cuts a TTC message into DATA packets of at most one SDU.</summary>
    /// <param name="message">The message, or a part of it.</param>
    /// <param name="endsResponse">Sets the end-of-response flag in the last packet.</param>
    public void WriteData(ReadOnlySpan<byte> message, bool endsResponse)
    {
        var most = Math.Min(Sdu, _out.Length) - HeaderSize - DataFlagsSize;
        do
        {
            var n = Math.Min(most, message.Length);
            WriteHeader(_out, n + HeaderSize + DataFlagsSize, PacketType.Data);
            BinaryPrimitives.WriteUInt16BigEndian(_out.AsSpan(HeaderSize), endsResponse && n == message.Length ? EndOfResponse : (ushort)0);
            message[..n].CopyTo(_out.AsSpan(HeaderSize + DataFlagsSize));
            Send(_out.AsSpan(0, n + HeaderSize + DataFlagsSize));
            message = message[n..];
        }
        while (message.Length > 0);
    }

    public void WriteMarker(byte kind) => WritePacket(PacketType.Marker, [1, 0, kind]);

    private void WriteHeader(Span<byte> packet, int length, PacketType type)
    {
        packet[..HeaderSize].Clear();
        if (LargeLength) BinaryPrimitives.WriteInt32BigEndian(packet, length);
        else BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)length);
        packet[4] = (byte)type;
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[socket.Send(bytes)..];
    }

    private bool Fill(int needed)
    {
        if (_in.Length - _inStart < needed)
        {
            Buffer.BlockCopy(_in, _inStart, _in, 0, _inEnd - _inStart);
            _inEnd -= _inStart;
            _inStart = 0;
        }
        while (_inEnd - _inStart < needed)
        {
            var n = socket.Receive(_in, _inEnd, _in.Length - _inEnd, SocketFlags.None);
            if (n == 0) return false;
            _inEnd += n;
        }
        return true;
    }
}
