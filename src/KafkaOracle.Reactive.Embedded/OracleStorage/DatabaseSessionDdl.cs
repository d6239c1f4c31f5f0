using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>DDL, and what ALTER SESSION sets.</summary>
internal sealed partial class DatabaseSession
{
    private void Ddl(Statement statement)
    {
        Commit();
        if (statement is CreateTableStatement && !database.CanCreateTables) throw OracleError.NotPrivileged();
        var wait = TimeSpan.FromSeconds(_ddlSeconds);
        // Rebuilding a table would break the keys that reference it for a moment.
        CheckForeignKeys(false);
        Enter(lockWait, OracleError.Busy());
        try
        {
            while (database.Catalog.TableOf(statement) is { } table && Locks.InTheWay(_transaction!, table, exclusive: true) is { } holder)
                WaitFor(holder, wait, OracleError.Busy());
            _transaction!.Connection.Forget();
            var after = Bounded(() => new DdlRunner(_transaction.Connection.Handle, database.Catalog).Run(statement));
            _transaction.Commit();
            database.Catalog = after;
            if (statement is CreateTableStatement { Temporary: TemporaryRowsEnd.Session } temporary) _temporaryTables.Add(temporary.Name);
        }
        catch (Exception e)
        {
            _transaction!.Rollback();
            if (e is SqliteFailure failure) throw ErrorMapping.Map(failure, Schema, null);
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
        switch (alter.Parameter)
        {
            case "NLS_DATE_FORMAT": _formats.Date = alter.Value; break;
            case "NLS_TIMESTAMP_FORMAT": _formats.Timestamp = alter.Value; break;
            case "NLS_TIMESTAMP_TZ_FORMAT": _formats.TimestampTz = alter.Value; break;
            case "TRANSACTION": SetTransaction(alter.Value); break;
            case "ISOLATION_LEVEL": SetIsolation(alter.Value); break;
            case "DDL_LOCK_TIMEOUT": _ = int.TryParse(alter.Value, out _ddlSeconds); break;
            default: break; // time zone, tracing: nothing that is kept
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
