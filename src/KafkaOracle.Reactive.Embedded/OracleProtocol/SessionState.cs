namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>TTC message 23, operation 5: the server tells what has changed in the session. Here it is the time zone, keyword 163.</summary>
internal readonly record struct SessionState(byte[] TimeZone)
{
    public const byte Id = 23;
    private const int TimeZoneKeyword = 163;

    public void Write(TtcWriter writer)
    {
        writer.U8(Id).U8(5).Ub(1).U8(16).Ub(1).U8(0);
        writer.Ub(0).Ub(TimeZone.Length).Clr(TimeZone).Ub(TimeZoneKeyword); // key, value, keyword
        writer.Ub(0);
    }
}
