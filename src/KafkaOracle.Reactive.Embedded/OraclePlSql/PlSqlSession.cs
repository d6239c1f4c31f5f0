namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>What supplied packages keep for a session.</summary>
internal sealed class PlSqlSession
{
    public ServerOutput Output { get; } = new();

    public ClientIdentity Client { get; } = new();
}

/// <summary>What a client says about itself: by attributes of its driver, or by DBMS_APPLICATION_INFO and DBMS_SESSION.</summary>
internal sealed class ClientIdentity
{
    public string? Identifier { get; set; }

    public string? Module { get; set; }

    public string? Action { get; set; }

    public string? Info { get; set; }
}
