namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>TTC functions 0x04 and 0x4e: execute a parsed statement again, the second with a fetch. The rows of bind values follow.</summary>
/// <param name="Cursor">The statement's cursor.</param>
/// <param name="Count">Rows of bind values, or with a fetch the rows asked for.</param>
/// <param name="Options">As of function 0x5e.</param>
/// <param name="Flags">Bit 0 commits on success.</param>
internal sealed record ReexecuteRequest(int Cursor, int Count, long Options, long Flags)
{
    public bool Commits => (Flags & 1) != 0;

    public bool BatchErrors => (Options & 0x80000) != 0;

    public static ReexecuteRequest Read(TtcReader reader) => new(reader.Int(), reader.Int(), reader.Ub(), reader.Ub());
}
