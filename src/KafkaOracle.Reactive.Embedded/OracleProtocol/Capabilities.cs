namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>What the server announces: 23ai, without what it does not do (pipelining, vectors, sessionless transactions).</summary>
internal static class Capabilities
{
    public const int FieldVersion = 24;

    /// <summary>Database character set AL32UTF8.</summary>
    public const int Charset = 873;

    /// <summary>National character set AL16UTF16.</summary>
    public const int NationalCharset = 2000;

    /// <summary>23.4.0.24.5, with 8, 8, 4, 8 and 4 bits.</summary>
    public const int ServerVersion = 0x17040185;

    public const string Banner =
        "Oracle Database 23ai Free Release 23.0.0.0.0 - Develop, Learn, and Run for Free (embedded server)\nVersion 23.4.0.24.05";

    // Where a client's own list says the same things.
    public const int FieldVersionAt = 7;
    public const int WideTypesAt = 27;
    public const int ChunksAt = 37;
    public const int EndOfResponseAt = 40;
    public const int BigChunks = 0x20;
    public const int EndOfResponse = 0x20;

    /// <summary>
    /// [4] 0x20 logon by PBKDF2, [7] field version, [15] bit 0 end-of-call status and [16] 0x10 sequence in messages 4 and 9,
    /// [27] 16-bit list of data types, [37] 0x20 compressed chunk lengths, 0x02 versions of time zone files, [40] 0x20 END_OF_RESPONSE,
    /// [44] 0x02 tokens in function headers.
    /// </summary>
    public static ReadOnlySpan<byte> Compile =>
    [
        0x06, 0x01, 0x01, 0x01, 0x6f, 0x01, 0x01, FieldVersion, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x7f,
        0xff, 0x03, 0x0a, 0x03, 0x03, 0x01, 0x01, 0x7f, 0x01, 0x7f, 0xff, 0x01, 0x06, 0x01, 0x01, 0xff,
        0x01, 0x02, 0x0a, 0x06, 0x01, 0x7f, 0x05, 0x0f, 0x24, 0x0d, 0x02, 0x00, 0x02, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00,
    ];

    /// <summary>[1] bit 0 database time zone, [6] bit 2 strings of 32 KB.</summary>
    public static ReadOnlySpan<byte> Runtime => [0x02, 0x01, 0x00, 0x01, 0x18, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00];

    /// <summary>A session's time zone as keyword 163 has it; a region is told as its offset of now.</summary>
    public static byte[] TimeZoneOf(TimeSpan offset)
    {
        var bytes = TimeZone.ToArray();
        bytes[4] = (byte)(60 + offset.Hours);
        bytes[5] = (byte)(60 + offset.Minutes);
        return bytes;
    }

    /// <summary>The time zone of the database: UTC.</summary>
    public static ReadOnlySpan<byte> TimeZone => [0x80, 0, 0, 0, 60, 60, 60, 0x80, 0, 0, 0];
}
