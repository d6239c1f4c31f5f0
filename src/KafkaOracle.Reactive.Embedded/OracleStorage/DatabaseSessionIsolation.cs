using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Which state the statements of a transaction see.</summary>
internal enum Isolation
{
    /// <summary>What was committed when the statement began.</summary>
    ReadCommitted,

    /// <summary>What was committed when the transaction began, and its own changes.</summary>
    Serializable,

    /// <summary>What was committed when the transaction began; it may not change anything.</summary>
    ReadOnly,
}

internal sealed partial class DatabaseSession
{
    private Isolation _sessionIsolation;
    private Isolation _isolation;
    private SessionConnection? _snapshot;

    /// <summary>SET TRANSACTION: for the transaction that begins with it.</summary>
    private void SetTransaction(string clause)
    {
        if (InTransaction) throw new OracleError(1453, "SET TRANSACTION must be first statement of transaction");
        _isolation = clause.StartsWith("READ ONLY", StringComparison.OrdinalIgnoreCase) ? Isolation.ReadOnly : Level(clause);
        if (_isolation == Isolation.ReadOnly) Snapshot();
    }

    /// <summary>ALTER SESSION SET ISOLATION_LEVEL: for this transaction, when nothing has happened in it, and those that follow.</summary>
    private void SetIsolation(string level)
    {
        _sessionIsolation = Level(level);
        if (!InTransaction) _isolation = _sessionIsolation;
    }

    private static Isolation Level(string clause) =>
        clause.Contains("SERIALIZABLE", StringComparison.OrdinalIgnoreCase) ? Isolation.Serializable : Isolation.ReadCommitted;

    /// <summary>The connection whose read transaction keeps the state that the transaction began with.</summary>
    private SessionConnection Snapshot()
    {
        if (_snapshot != null) return _snapshot;
        var connection = Take();
        connection.Begin(clock.GetUtcNow());
        connection.Execute("BEGIN");
        // The first read sets the state.
        connection.Execute("SELECT count(*) FROM \"ora$ddl\"");
        return _snapshot = connection;
    }

    private void EndSnapshot()
    {
        _isolation = _sessionIsolation;
        if (_snapshot is not { } connection) return;
        _snapshot = null;
        if (!connection.Handle.IsAutoCommit) connection.Execute("ROLLBACK");
        Give(connection);
    }
}
