namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>TTC function 0x05: more rows of a query.</summary>
internal readonly record struct FetchRequest(int Cursor, int Rows)
{
    public static FetchRequest Read(TtcReader reader) => new(reader.Int(), reader.Int());
}
