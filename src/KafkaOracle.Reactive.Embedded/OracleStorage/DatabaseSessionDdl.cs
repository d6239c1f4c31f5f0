using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>DDL, and what ALTER SESSION sets.</summary>
internal sealed partial class DatabaseSession
{
    private void Ddl(Statement statement)
    {
        Commit();
        if (statement is CreateTableStatement && !database.CanCreateTables) throw OracleError.NotPrivileged();
        var wait = TimeSpan.FromSeconds(settings.DdlLockTimeout);
        // Rebuilding a table would break the keys that reference it for a moment.
        CheckForeignKeys(false);
        try
        {
            Enter(lockWait, OracleError.Busy());
        }
        catch (Exception)
        {
            // A serializable session would go on with the connection.
            EndSnapshot();
            CheckForeignKeys(true);
            throw;
        }
        try
        {
            while (database.Catalog.TableOf(statement) is { } table && Locks.InTheWay(_transaction!, table, exclusive: true) is { } holder)
                WaitFor(holder, wait, OracleError.Busy());
            _transaction!.Connection.Forget();
            var after = Bounded(() => _transaction.Connection.Change(statement, s => new DdlRunner(_transaction.Connection.Handle, database.Catalog).Run(s)));
            _transaction.Commit();
            database.Catalog = after;
            if (statement is CreateTableStatement { Temporary: TemporaryRowsEnd.Session } temporary) _temporaryTables.Add(temporary.Name);
        }
        catch (Exception e)
        {
            _transaction!.Rollback();
            if (e is SqliteFailure failure) throw Translated(failure);
            throw;
        }
        finally
        {
            End();
            CheckForeignKeys(true);
        }
    }

    private void AlterSession(AlterSessionStatement alter)
    {
        foreach (var (parameter, value) in alter.Settings)
        {
            switch (parameter)
            {
                case "TRANSACTION": SetTransaction(value); break;
                case "ISOLATION_LEVEL": SetIsolation(value); break;
                default: settings.Set(parameter, value, Schema); break;
            }
        }
    }

    /// <summary>Switches the checks of the connection that the next transaction takes; SQLite does so outside of transactions only.</summary>
    private void CheckForeignKeys(bool on)
    {
        var connection = Take();
        connection.Handle.Execute(on ? "PRAGMA foreign_keys=ON" : "PRAGMA foreign_keys=OFF");
        Give(connection);
    }
}
