namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>TTC message 9: the end of a call without an error block.</summary>
internal readonly record struct StatusMessage(CallStatus Status, int Sequence)
{
    public const byte Id = 9;

    public void Write(TtcWriter writer) => writer.U8(Id).Ub((int)Status).Ub(Sequence);
}

/// <summary>TTC message 29: nothing follows. Only for clients that negotiated END_OF_RESPONSE.</summary>
internal static class EndOfResponse
{
    public const byte Id = 29;

    public static void Write(TtcWriter writer) => writer.U8(Id);
}
