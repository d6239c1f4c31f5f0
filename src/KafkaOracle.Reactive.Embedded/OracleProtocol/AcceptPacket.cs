using System.Buffers.Binary;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>The server's ACCEPT packet (type 2): the version and packet size that both sides use from here on.</summary>
internal sealed record AcceptPacket(int Version, uint Sdu, uint Tdu)
{
    public const int HighestVersion = 319;
    private const uint FastAuth = 0x10000000;
    private const uint EndOfResponse = 0x02000000;

    /// <summary>Packets have 32-bit lengths.</summary>
    public bool HasLargeLengths => Version >= 315;

    /// <summary>Fast authentication and END_OF_RESPONSE are offered.</summary>
    public bool OffersEndOfResponse => Version >= 319;

    /// <summary>
    /// Body offsets: 0 version, 2 options (no 0x0400: a cancel comes as a marker in the stream), 4 and 6 SDU and TDU (from version 315
    /// on 0), 8 byte order, 12 packet length, 14 flags (bit 2: no native services, that is encryption and integrity), from 315 on 24 and
    /// 28 SDU and TDU, from 318 on 33 more flags, from 319 on 37 an identifier.
    /// </summary>
    public void Write(TnsTransport transport)
    {
        var body = new byte[Version >= 319 ? 53 : Version >= 318 ? 37 : HasLargeLengths ? 33 : 24];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)Version);
        body[3] = 1;
        if (!HasLargeLengths)
        {
            BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(4), (ushort)Sdu);
            BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(6), (ushort)Tdu);
        }
        body[8] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(12), (ushort)(body.Length + 8));
        body[14] = 0xc5;
        if (HasLargeLengths)
        {
            BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(24), Sdu);
            BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(28), Tdu);
        }
        if (OffersEndOfResponse)
        {
            BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(33), FastAuth | EndOfResponse);
            Guid.NewGuid().TryWriteBytes(body.AsSpan(37));
        }
        transport.WritePacket(PacketType.Accept, body);
    }
}
