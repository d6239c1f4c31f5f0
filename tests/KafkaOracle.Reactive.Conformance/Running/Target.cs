using System.Globalization;
using KafkaOracle.Reactive.Conformance;
using KafkaOracle.Reactive.Embedded;

[assembly: AssemblyFixture(typeof(Target))]

// One case at a time: locks are part of what is tested, and a server that others use as well should not be crowded.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace KafkaOracle.Reactive.Conformance;

/// <summary>The server that the cases run against: the one that KAFKAORACLE_ORACLE names, or an embedded one.</summary>
public sealed class Target : IDisposable
{
    /// <summary>The environment variable with the connection string of a real Oracle.</summary>
    public const string Variable = "KAFKAORACLE_ORACLE";

    private readonly EmbeddedOracle? _embedded;
    private int _lastCase;

    public Target()
    {
        var given = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(given)) _embedded = EmbeddedOracle.Start();
        ConnectionString = _embedded?.ConnectionString ?? given!;
        using var connection = Open(pooled: false);
        HasTextsOf23 = _embedded == null && int.Parse(connection.ServerVersion.Split('.')[0], CultureInfo.InvariantCulture) >= 23;
    }

    public string ConnectionString { get; }

    /// <summary>Whether known gaps may show: a real Oracle has none.</summary>
    public bool IsEmbedded => _embedded != null;

    /// <summary>Whether error messages are those of 23ai; the embedded server's are those up to 21c.</summary>
    public bool HasTextsOf23 { get; }

    /// <summary>Begins the names of a case's objects: another in every run, so that what a killed run left behind is in nobody's way.</summary>
    public string NextPrefix() => string.Create(CultureInfo.InvariantCulture, $"KR{Run}_{++_lastCase}_");

    private string Run { get; } = Guid.NewGuid().ToString("N")[..6].ToUpperInvariant();

    /// <summary>Opens a connection with the settings that the cases expect: American formats, UTC.</summary>
    public OracleConnection Open(bool pooled)
    {
        var builder = new OracleConnectionStringBuilder(ConnectionString) { Pooling = pooled };
        var connection = new OracleConnection(builder.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            ALTER SESSION SET NLS_LANGUAGE = 'AMERICAN' NLS_TERRITORY = 'AMERICA' NLS_DATE_FORMAT = 'DD-MON-RR'
                NLS_TIMESTAMP_FORMAT = 'DD-MON-RR HH.MI.SSXFF AM' NLS_SORT = 'BINARY' NLS_COMP = 'BINARY' TIME_ZONE = '+00:00'
            """;
        command.ExecuteNonQuery();
        return connection;
    }

    public void Dispose()
    {
        OracleConnection.ClearAllPools();
        _embedded?.Dispose();
    }
}
