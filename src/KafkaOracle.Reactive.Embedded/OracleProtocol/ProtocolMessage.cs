namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>TTC message 1, the first of the handshake: protocol versions, then the character sets and capabilities of the server.</summary>
internal static class ProtocolMessage
{
    public const byte Id = 1;

    /// <summary>Reads the client's versions and its name, each ended by a 0 byte.</summary>
    public static void Read(TtcReader reader)
    {
        while (reader.U8() != 0) { }
        while (reader.U8() != 0) { }
    }

    public static void Write(TtcWriter writer)
    {
        writer.U8(Id).U8(6).U8(0).Raw("x86_64/Linux 2.4.xx\0"u8).U16Le(Capabilities.Charset).U8(1).U16Le(0);
        ReadOnlySpan<byte> formats = [0, 0, 0, 0, 0, 0, 0, 0, 0, Capabilities.NationalCharset >> 8, Capabilities.NationalCharset & 0xff];
        writer.U16Be(formats.Length).Raw(formats);
        writer.U8(Capabilities.Compile.Length).Raw(Capabilities.Compile).U8(Capabilities.Runtime.Length).Raw(Capabilities.Runtime);
    }
}
