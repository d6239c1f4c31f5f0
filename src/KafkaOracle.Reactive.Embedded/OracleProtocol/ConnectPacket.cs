using System.Buffers.Binary;
using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>The client's CONNECT packet (type 1): what it speaks and what it wants to be connected to.</summary>
internal sealed record ConnectPacket(int Version, uint Sdu, uint Tdu, string Descriptor)
{
    private const int Smallest = 24;
    private const int HeaderSize = 8;
    private const int FirstLargeVersion = 315;

    /// <summary>The value of SERVICE_NAME in the descriptor, or nothing.</summary>
    public string ServiceName
    {
        get
        {
            const string Key = "SERVICE_NAME";
            var at = Descriptor.IndexOf(Key, StringComparison.OrdinalIgnoreCase);
            if (at < 0) return "";
            var value = Descriptor.AsSpan(at + Key.Length).TrimStart().TrimStart('=');
            var end = value.IndexOf(')');
            return (end < 0 ? value : value[..end]).Trim().ToString();
        }
    }

    /// <summary>
    /// Body offsets: 0 version, 6 SDU, 8 TDU, 16 length and 18 offset (in the packet) of the descriptor, 50 and 54 SDU and TDU in 32 bits. A descriptor
    /// longer than 230 bytes follows in a DATA packet of its own. Null when the client sends something else.
    /// </summary>
    public static ConnectPacket? Read(TnsTransport transport)
    {
        if (!transport.ReadPacket(out var type, out var body) || type != PacketType.Connect || body.Length < Smallest) return null;
        var packet = body.ToArray();
        int version = BinaryPrimitives.ReadUInt16BigEndian(packet);
        uint sdu = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(6)), tdu = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(8));
        if (version >= FirstLargeVersion && packet.Length >= 58)
        {
            sdu = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(50));
            tdu = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(54));
        }
        int length = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(16)), offset = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(18)) - HeaderSize;
        if (length > 0 && offset >= 0 && packet.Length >= offset + length)
            return new ConnectPacket(version, sdu, tdu, Encoding.ASCII.GetString(packet, offset, length));
        if (!transport.ReadPacket(out type, out body) || type != PacketType.Data || body.Length < 2) return null;
        return new ConnectPacket(version, sdu, tdu, Encoding.ASCII.GetString(body.Span[2..]));
    }
}
