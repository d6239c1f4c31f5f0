using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle.Sql;

/// <summary>One server and one connection for all tests of a class.</summary>
public sealed class SharedOracle : IDisposable
{
    private readonly EmbeddedOracle _server = EmbeddedOracle.Start(new EmbeddedOracleOptions { Clock = new FixedClock() });

    public SharedOracle()
    {
        Connection = new OracleConnection(_server.ConnectionString + ";Pooling=false");
        Connection.Open();
    }

    public OracleConnection Connection { get; }

    public int Run(string sql, params (string Name, object? Value)[] binds)
    {
        using var command = Command(sql, binds);
        return command.ExecuteNonQuery();
    }

    /// <summary>All rows as text, values joined by commas, NULL as nothing.</summary>
    public List<string> Rows(string sql, params (string Name, object? Value)[] binds)
    {
        using var command = Command(sql, binds);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read()) rows.Add(string.Join(",", Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : reader.GetOracleValue(i).ToString())));
        return rows;
    }

    /// <summary>The server's own text of the error, without the help link that the driver adds.</summary>
    public string Error(string sql, params (string Name, object? Value)[] binds)
    {
        var error = FluentActions.Invoking(() =>
        {
            using var command = Command(sql, binds);
            using var reader = command.ExecuteReader();
            while (reader.Read()) { }
        }).Should().Throw<OracleException>(sql).Which;
        return string.Join('\n', error.Message.Split('\n').Where(l => !l.StartsWith("https://", StringComparison.Ordinal))).TrimEnd();
    }

    public void Dispose()
    {
        Connection.Dispose();
        _server.Dispose();
    }

    private OracleCommand Command(string sql, (string Name, object? Value)[] binds)
    {
        var command = Connection.CreateCommand();
        command.BindByName = true;
        command.CommandText = sql;
        foreach (var (name, value) in binds) command.Parameters.Add(new OracleParameter(name, value ?? DBNull.Value));
        return command;
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2024, 5, 17, 10, 20, 30, TimeSpan.Zero);
    }
}
