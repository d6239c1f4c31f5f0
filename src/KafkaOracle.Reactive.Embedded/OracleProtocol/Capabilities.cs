namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>What the server announces in the protocol message: a 19c server, field version 12.</summary>
internal static class Capabilities
{
    public const int FieldVersion = 12;

    /// <summary>Database character set AL32UTF8.</summary>
    public const int Charset = 873;

    /// <summary>National character set AL16UTF16.</summary>
    public const int NationalCharset = 2000;

    /// <summary>
    /// [4] 0x20 logon by PBKDF2, [7] field version, [15] bit 0 end-of-call status and [16] 0x10 sequence in messages 4 and 9,
    /// [27] 16-bit list of data types, [37] 0x20 compressed chunk lengths, 0x02 (time zone file) clear.
    /// </summary>
    public static ReadOnlySpan<byte> Compile =>
    [
        0x06, 0x01, 0x01, 0x01, 0x6f, 0x01, 0x01, FieldVersion, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x7f,
        0xff, 0x03, 0x0a, 0x03, 0x03, 0x01, 0x01, 0x7f, 0x01, 0x7f, 0xff, 0x01, 0x06, 0x01, 0x01, 0xff,
        0x01, 0x02, 0x0a, 0x06, 0x01, 0x7d, 0x05, 0x0f, 0x04, 0x0d, 0x03, 0x00, 0x01,
    ];

    /// <summary>[1] bit 0 database time zone, [6] bit 2 strings of 32 KB.</summary>
    public static ReadOnlySpan<byte> Runtime => [0x02, 0x01, 0x00, 0x01, 0x18, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00];

    /// <summary>The database time zone in the answer to the data types message: UTC.</summary>
    public static ReadOnlySpan<byte> TimeZone => [0x80, 0, 0, 0, 60, 60, 60, 0x80, 0, 0, 0];

    public static void WriteProtocol(TtcWriter writer)
    {
        writer.U8(1).U8(6).U8(0).Raw("x86_64/Linux 2.4.xx\0"u8).U16Le(Charset).U8(1).U16Le(0);
        ReadOnlySpan<byte> formats = [0, 0, 0, 0, 0, 0, 0, 0, 0, NationalCharset >> 8, NationalCharset & 0xff];
        writer.U16Be(formats.Length).Raw(formats);
        writer.U8(Compile.Length).Raw(Compile).U8(Runtime.Length).Raw(Runtime);
    }
}
