using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

internal sealed partial class DatabaseSession
{
    private void LockTable(LockTableStatement statement)
    {
        var wait = statement.Wait is { } seconds ? TimeSpan.FromSeconds(seconds) : lockWait;
        var began = Enter(wait, OracleError.Busy());
        var done = false;
        try
        {
            var table = database.Catalog.Find(statement.Name, statement.Start);
            while (Locks.InTheWay(_transaction!, table, statement.IsExclusive) is { } holder)
                WaitFor(holder, wait, OracleError.Busy());
            _transaction!.Lock(table, statement.IsExclusive);
            done = true;
        }
        finally
        {
            if (began && !done) EndRolledBack();
            else Leave();
        }
    }

    private void Savepoint(string name)
    {
        Enter(lockWait, OracleError.Busy());
        try
        {
            _transaction!.Push(name);
        }
        finally
        {
            Leave();
        }
    }

    private void RollbackTo(string name)
    {
        if (_transaction == null) throw NoSavepoint(name);
        Enter(lockWait, OracleError.Busy());
        try
        {
            if (!_transaction.RollbackTo(name)) throw NoSavepoint(name);
            database.Transactions.Released(_transaction);
        }
        finally
        {
            Leave();
        }
    }

    private static OracleError NoSavepoint(string name) => new(1086, $"savepoint '{name}' never established in this session or is invalid");
}
