using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>TTC message 11: which binds are IN, OUT or both. A message 7 with their values follows.</summary>
internal readonly record struct IoVector(BindUse[] Uses)
{
    public const byte Id = 11;
    private const byte Out = 16;
    private const byte In = 32;

    public void Write(TtcWriter writer)
    {
        writer.U8(Id).U8(5).Ub(Uses.Length & 0xff).Ub(Uses.Length >> 8).Ub(1).Ub(0).Ub(0).Ub(0);
        foreach (var use in Uses) writer.U8(use switch { BindUse.Out => Out, BindUse.In | BindUse.Out => In | Out, _ => In });
    }
}
