using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

/// <summary>A server of its own for a test class, and what every test does with the driver.</summary>
public abstract class OracleFixture : IAsyncDisposable
{
    protected OracleFixture(EmbeddedOracleOptions? options = null) => Server = EmbeddedOracle.Start(options);

    protected EmbeddedOracle Server { get; }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected OracleConnection Open(string more = ";Pooling=false")
    {
        var connection = new OracleConnection(Server.ConnectionString + more);
        connection.Open();
        return connection;
    }

    protected static OracleCommand Command(OracleConnection connection, string sql, params (string Name, object? Value)[] binds)
    {
        var command = connection.CreateCommand();
        command.BindByName = true;
        command.CommandText = sql;
        foreach (var (name, value) in binds) command.Parameters.Add(new OracleParameter(name, value ?? DBNull.Value));
        return command;
    }

    protected static OracleCommand ArrayCommand(
        OracleConnection connection, string sql, int count, params (string Name, OracleDbType Type, Array Values)[] binds)
    {
        var command = connection.CreateCommand();
        command.BindByName = true;
        command.CommandText = sql;
        command.ArrayBindCount = count;
        foreach (var (name, type, values) in binds) command.Parameters.Add(new OracleParameter(name, type) { Value = values });
        return command;
    }

    protected static int Run(OracleConnection connection, string sql, params (string Name, object? Value)[] binds)
    {
        using var command = Command(connection, sql, binds);
        return command.ExecuteNonQuery();
    }

    protected static object? Scalar(OracleConnection connection, string sql, params (string Name, object? Value)[] binds)
    {
        using var command = Command(connection, sql, binds);
        return command.ExecuteScalar();
    }

    /// <summary>All rows as text, values joined by commas, NULL as nothing.</summary>
    protected static List<string> Rows(OracleConnection connection, string sql, params (string Name, object? Value)[] binds)
    {
        using var command = Command(connection, sql, binds);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join(",", Enumerable.Range(0, reader.FieldCount).Select(i =>
                reader.IsDBNull(i) ? "" : reader.GetFieldType(i) == typeof(DateTime) ? $"{reader.GetDateTime(i):yyyy-MM-dd HH:mm:ss.FFFFFF}" : reader.GetOracleValue(i).ToString())));
        }
        return rows;
    }

    protected static OracleException Fails(Action action) => action.Should().Throw<OracleException>().Which;

    /// <summary>The server's own text, without the help link that the driver adds.</summary>
    protected static string Text(OracleException error) => error.Message.Split('\n')[0];
}
