namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>TTC functions, the second byte of messages 3 (a call) and 17 (a piggyback).</summary>
internal enum TtcFunction : byte
{
    Reexecute = 0x04,
    Fetch = 0x05,
    Logoff = 0x09,
    Commit = 0x0e,
    Rollback = 0x0f,
    Version = 0x3b,
    ReexecuteAndFetch = 0x4e,
    Execute = 0x5e,
    Lob = 0x60,
    Describe = 0x62,
    CloseCursors = 0x69,
    LoginSecond = 0x73,
    LoginFirst = 0x76,
    CancelCursors = 0x78,
    DirectPathPrepare = 0x80,
    DirectPathLoad = 0x81,
    DirectPathEnd = 0x82,
    EndToEnd = 0x87,
    Ping = 0x93,
    SetSchema = 0x98,
    SessionState = 0xb0,
}

/// <summary>The head of a call or piggyback: function, sequence number and, from field version 18 on, a token.</summary>
internal readonly record struct FunctionHeader(TtcFunction Function, byte Sequence, long Token)
{
    /// <summary>TTC message 3: a call, which is answered.</summary>
    public const byte Call = 3;

    /// <summary>TTC message 17: a call without an answer, always followed by another message in the same request.</summary>
    public const byte Piggyback = 17;

    public static FunctionHeader Read(TtcReader reader) =>
        new((TtcFunction)reader.U8(), reader.U8(), reader.Dialect.HasTokens ? reader.Ub() : 0);
}
