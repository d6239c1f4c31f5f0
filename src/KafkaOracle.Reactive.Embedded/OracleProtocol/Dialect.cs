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

    /// <summary>The accepted connection allows END_OF_RESPONSE; whether it is used depends on the client's compile capability 40.</summary>
    public bool AllowsEndOfResponse { get; set; }

    /// <summary>Every reply ends with message 29, and its last packet says so in its data flags.</summary>
    public bool EndOfResponse { get; set; }

    /// <summary>Compile capability 37 bit 0x20: the chunks of a long CLR have compressed lengths, otherwise a byte each.</summary>
    public bool BigChunks { get; set; } = true;

    /// <summary>A function header carries a token behind its sequence number.</summary>
    public bool HasTokens => FieldVersion >= 18;
}
