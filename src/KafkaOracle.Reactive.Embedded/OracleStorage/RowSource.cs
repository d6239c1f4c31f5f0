namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>A query that stands on its last row read, on a connection of its own: until disposed it sees the state that it began with.</summary>
/// <param name="session">Whose query it is.</param>
/// <param name="connection">The connection, given back in the end.</param>
/// <param name="query">The statement, its binds bound.</param>
/// <param name="binds">Kept alive: SQLite reads the values out of them.</param>
internal sealed class RowSource(DatabaseSession session, SessionConnection connection, SqliteStatement query, BindRows binds) : IDisposable
{
    private readonly BindRows _binds = binds;
    private bool _isOver;

    /// <summary>The next row; valid until the next call.</summary>
    public bool Next(out SqliteStatement row)
    {
        row = query;
        try
        {
            return connection.Step(query);
        }
        catch (SqliteFailure failure)
        {
            throw session.Translated(failure);
        }
    }

    public void Dispose()
    {
        if (_isOver) return;
        _isOver = true;
        query.Reset();
        session.Release(this, connection);
        GC.KeepAlive(_binds);
    }
}
