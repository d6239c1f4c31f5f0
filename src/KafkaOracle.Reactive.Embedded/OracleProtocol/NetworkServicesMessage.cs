namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>
/// Oracle Net's negotiation of native services before TTC begins: a magic number, the length of the whole, a version, then services of
/// numbered packets (16-bit length, 16-bit type, data). The server has none of them: no authentication of its own, encryption or checksums.
/// </summary>
internal static class NetworkServicesMessage
{
    public const byte Id = 0xde;
    private const int Header = 13;
    private const int Unsigned8 = 2;
    private const int Version = 5;
    private const int Status = 6;
    private const int Array = 1;
    private const int Authentication = 1, Encryption = 2, Integrity = 3, Supervisor = 4;
    private static ReadOnlySpan<byte> Magic => [Id, 0xad, 0xbe, 0xef];

    /// <summary>Reads what the client offers, behind the first byte. It may require nothing that it would not go on without.</summary>
    public static void Read(TtcReader reader)
    {
        for (var i = 1; i < Magic.Length; i++) if (reader.U8() != Magic[i]) throw new InvalidDataException("a negotiation of native services has a wrong number");
        var length = reader.U16Be();
        if (length < Magic.Length + sizeof(ushort)) throw new InvalidDataException("a negotiation of native services is too short");
        reader.Skip(length - Magic.Length - sizeof(ushort));
    }

    public static void Write(TtcWriter writer)
    {
        var services = new TtcWriter(writer.Dialect);
        Service(services, Supervisor, 3);
        Packet(services, Status, [0, 31]);
        Packet(services, Array, [.. Magic, 0, 3, 0, 0, 0, 3, 0, Authentication, 0, Encryption, 0, Integrity]);
        Service(services, Authentication, 2);
        Packet(services, Status, [0xfb, 0xff]);
        Service(services, Encryption, 2);
        Packet(services, Unsigned8, [0]);
        Service(services, Integrity, 2);
        Packet(services, Unsigned8, [0]);
        writer.Raw(Magic).U16Be(Header + services.Length);
        WriteVersion(writer);
        writer.U16Be(4).U8(0).Raw(services.Written);
    }

    /// <summary>A service's number, how many packets it has, no error, and the first packet: the version.</summary>
    private static void Service(TtcWriter writer, int number, int packets)
    {
        writer.U16Be(number).U16Be(packets).U16Be(0).U16Be(0).U16Be(sizeof(int)).U16Be(Version);
        WriteVersion(writer);
    }

    private static void WriteVersion(TtcWriter writer) => writer.U16Be(Capabilities.ServerVersion >> 16).U16Be(Capabilities.ServerVersion & 0xffff);

    private static void Packet(TtcWriter writer, int type, ReadOnlySpan<byte> data) => writer.U16Be(data.Length).U16Be(type).Raw(data);
}
