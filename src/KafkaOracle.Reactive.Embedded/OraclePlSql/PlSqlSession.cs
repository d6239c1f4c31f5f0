using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>What supplied packages keep for a session.</summary>
internal sealed class PlSqlSession(ClientIdentity client)
{
    public ServerOutput Output { get; } = new();

    public ClientIdentity Client => client;
}
