namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>TTC message 11: which binds are OUT. A message 7 with their values follows.</summary>
internal readonly record struct IoVector(bool[] Outs)
{
    public const byte Id = 11;
    private const byte Out = 16;
    private const byte In = 32;

    public void Write(TtcWriter writer)
    {
        writer.U8(Id).U8(5).Ub(Outs.Length & 0xff).Ub(Outs.Length >> 8).Ub(1).Ub(0).Ub(0).Ub(0);
        foreach (var isOut in Outs) writer.U8(isOut ? Out : In);
    }
}
