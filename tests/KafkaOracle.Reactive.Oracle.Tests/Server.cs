using System.Globalization;
using KafkaOracle.Reactive.Embedded;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Oracle.Tests;

/// <summary>A database for one test: the embedded server, or, where no faults are injected, the one that KAFKAORACLE_ORACLE connects to.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly string? Real = Environment.GetEnvironmentVariable("KAFKAORACLE_ORACLE");

    private readonly EmbeddedOracle? _embedded;
    private readonly string _suffix = Guid.NewGuid().ToString("N")[..8].ToUpperInvariant();
    private readonly HashSet<string> _tables = [];

    private Server(EmbeddedOracle? embedded) => (_embedded, ConnectionString) = (embedded, embedded?.ConnectionString ?? Real!);

    public string ConnectionString { get; }

    public EmbeddedOracle Embedded => _embedded!;

    /// <summary>For tests that inject faults or need an empty schema.</summary>
    public static Server Start(Action<EmbeddedOracleOptions>? configure = null)
    {
        var options = new EmbeddedOracleOptions();
        configure?.Invoke(options);
        return new Server(EmbeddedOracle.Start(options));
    }

    /// <summary>For tests that a real server can run as well.</summary>
    public static Server Any() => string.IsNullOrEmpty(Real) ? Start() : new Server(null);

    /// <summary>A name of this test's own, for tables and pipelines.</summary>
    public string Name(string name)
    {
        _tables.Add($"{name}_{_suffix}");
        return $"{name}_{_suffix}";
    }

    public OracleStore Store(Action<OracleStoreOptions>? configure = null, string? connectionString = null)
    {
        var options = new OracleStoreOptions { ConnectionString = connectionString ?? ConnectionString };
        configure?.Invoke(options);
        return new OracleStore(options);
    }

    public async Task RunAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Rows as texts: values joined by a bar, null as a dash.</summary>
    public async Task<List<string>> QueryAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        var rows = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader, i))));
        return rows;
    }

    public async Task<long> CountAsync(string table) => long.Parse((await QueryAsync($"SELECT COUNT(*) FROM \"{table}\"")).Single(), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        if (_embedded is not null)
        {
            await _embedded.DisposeAsync();
            return;
        }
        foreach (var table in _tables.SelectMany(t => new[] { t, $"{OracleName.FromClr(t)}_REJECTS" }))
        {
            try
            {
                await RunAsync($"DROP TABLE \"{table}\" PURGE");
            }
            catch (OracleException missing) when (missing.Number == 942)
            {
                continue;
            }
        }
        await RunAsync($"DELETE FROM KAFKAORACLE_LEDGER WHERE PIPELINE LIKE '%\\_{_suffix}' ESCAPE '\\'");
    }

    private async Task<OracleConnection> OpenAsync()
    {
        var connection = new OracleConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static string Text(OracleDataReader reader, int column) => reader.IsDBNull(column) ? "-" : reader.GetValue(column) switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.fffffff", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("yyyy-MM-dd HH:mm:ss.fffffff zzz", CultureInfo.InvariantCulture),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
