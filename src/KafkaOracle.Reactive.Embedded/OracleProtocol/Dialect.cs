namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>What client and server agreed on in the handshake: it decides which fields the messages have and how they travel.</summary>
internal sealed class Dialect
{
    public const int LowestFieldVersion = 7;

    /// <summary>TTC field version, the smaller of both sides' compile capability 7.</summary>
    public int FieldVersion { get; set; } = LowestFieldVersion;

    /// <summary>The client asked for representation 1 of data type 27: bytes that may be negative travel as compressed integers.</summary>
    public bool CompressedBytes { get; set; }

    /// <summary>Message 4 has two more fields: from field version 14 on, for clients whose list of data types has type 652.</summary>
    public bool LongErrorBlocks { get; set; }

    /// <summary>Every reply ends with message 29: the client's compile capability 40 bit 0x20.</summary>
    public bool EndOfResponse { get; set; }

    /// <summary>The last packet of a reply that ends with message 29 says so in its data flags: from ACCEPT version 319 on.</summary>
    public bool FlagsEndOfResponse { get; set; }

    /// <summary>Bit 0x02 of the flags in message 2: a statement's text and a user's name are CLRs, otherwise bytes whose number was told before.</summary>
    public bool TextHasLength { get; set; } = true;

    /// <summary>Compile capability 37 bit 0x20: the chunks of a long CLR have compressed lengths, otherwise a byte each.</summary>
    public bool BigChunks { get; set; } = true;

    /// <summary>A function header carries a token behind its sequence number.</summary>
    public bool HasTokens => FieldVersion >= 18;
}
