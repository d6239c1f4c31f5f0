using System.Numerics;
using System.Text;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>One session's view of the database: its transaction, its caches, and the statements it runs.</summary>
/// <param name="database">The shared database.</param>
/// <param name="clock">What SYSDATE reads, once a statement.</param>
/// <param name="lockWait">How long to wait for another session's transaction.</param>
/// <param name="stillWanted">Called while waiting; throws when the client cancelled or went away.</param>
/// <param name="shallStop">Asked while a statement runs, with whether a cancel may end it; true ends it.</param>
/// <param name="settings">What ALTER SESSION sets.</param>
internal sealed partial class DatabaseSession(Database database, SessionSettings settings, TimeProvider clock, TimeSpan lockWait, Action stillWanted, Func<bool, bool> shallStop) : IDisposable
{
    private const int MostPlans = 300;
    private const int MostIdleConnections = 2;
    private readonly Dictionary<string, (int Version, object Plan)> _plans = [];
    private readonly Dictionary<string, BigInteger> _currentNumbers = new(StringComparer.Ordinal);
    private readonly Stack<SessionConnection> _idle = new();
    private Transaction? _transaction;

    public bool InTransaction => _transaction != null || _snapshot != null;

    public SessionSettings Settings => settings;

    public string Schema => database.Catalog.Schema;

    public RowLocks Locks { get; } = new(database.Transactions);

    public Statement Parse(string sql) => Parser.Parse(sql, Schema);

    /// <summary>Opens a run of a DML statement over rows of binds.</summary>
    public DmlRun Dml(Statement statement, BindRows binds) =>
        Dml(catalog => Plan(statement, binds.Types, () => Translator.Dml(catalog, binds.Types, null, statement)), binds);

    public DmlRun Dml(Func<Catalog, DmlPlan> plan, BindRows binds)
    {
        var began = Enter(lockWait, OracleError.Busy());
        try
        {
            return new DmlRun(this, _transaction!, plan(database.Catalog), binds, began);
        }
        catch (Exception)
        {
            if (began) EndRolledBack();
            else Leave();
            throw;
        }
    }

    /// <summary>Runs everything but queries and DML. DDL commits before and after itself.</summary>
    public void Run(Statement statement, BindRows binds)
    {
        switch (statement)
        {
            case CommitStatement: Commit(); break;
            case RollbackStatement { Savepoint: null }: Rollback(); break;
            case RollbackStatement rollback: RollbackTo(rollback.Savepoint!); break;
            case SavepointStatement savepoint: Savepoint(savepoint.Name); break;
            case AlterSessionStatement alter: AlterSession(alter); break;
            case LockTableStatement table: LockTable(table); break;
            default: Ddl(statement); break;
        }
    }

    public void Commit()
    {
        if (_transaction is not { HasChanges: true } transaction)
        {
            Rollback();
            return;
        }
        Enter(TimeSpan.MaxValue, OracleError.Busy(), mayEnd: false);
        try
        {
            if (database.IsKept)
            {
                transaction.Connection.Handle.Observe(null);
                database.Sequences.Save(transaction.Connection.Handle);
            }
            if (DeferredConstraints.Broken(transaction, database.Catalog) is { } broken) throw broken;
            ForgetTemporaryRows(transaction);
            transaction.Commit();
        }
        catch (Exception e) when (e is SqliteFailure or OracleError)
        {
            database.Sequences.SaveAgain();
            transaction.Rollback();
            throw;
        }
        finally
        {
            End();
        }
    }

    public void Rollback()
    {
        if (_transaction is { } transaction)
        {
            _transaction = null;
            database.Transactions.Abandon(transaction);
            if (transaction.Connection != _snapshot) Give(transaction.Connection);
        }
        EndSnapshot();
    }

    public void Dispose()
    {
        foreach (var source in _sources.ToList()) source.Dispose();
        try
        {
            Rollback();
            EndTemporaryRows();
        }
        catch (Exception e) when (e is SqliteFailure or OracleError)
        {
            // Closing the connection rolls back as well.
        }
        while (_idle.TryPop(out var connection)) connection.Dispose();
    }

    /// <summary>The statement, prepared once on a connection.</summary>
    internal SqliteStatement Prepared(SessionConnection connection, string text)
    {
        try
        {
            return connection.Prepared(text);
        }
        catch (SqliteFailure e)
        {
            throw ErrorMapping.Map(e, Schema, null);
        }
    }

    /// <summary>Waits for another transaction to let go of its locks.</summary>
    internal void WaitFor(Transaction holder) => WaitFor(holder, lockWait, OracleError.Busy());

    private void WaitFor(Transaction holder, TimeSpan wait, OracleError late)
    {
        // What it waits for would be a state that it must not see.
        if (_transaction!.IsSerializable) throw new OracleError(8177, "can't serialize access for this transaction");
        database.Transactions.WaitFor(_transaction, holder, wait, late, stillWanted);
    }

    /// <summary>The error that a client shall see where a step of a DML plan failed.</summary>
    internal OracleError Explain(SqliteFailure failure, SqliteStatement statement, DmlPlan plan, DmlStep step)
    {
        if (failure.Code == SQLitePCL.raw.SQLITE_INTERRUPT) stillWanted();
        var table = step.Table ?? plan.Table;
        return failure.Code == SQLitePCL.raw.SQLITE_CONSTRAINT_FOREIGNKEY
            ? ForeignKeys.Broken(_transaction!.Connection.Handle, statement, database.Catalog, table, step.Text.StartsWith("DELETE", StringComparison.Ordinal))
            : ErrorMapping.Map(failure, Schema, table, step.IsUpdate || (plan.IsUpdate && plan.Steps.Length == 1));
    }

    internal void Leave() => database.Transactions.Leave(_transaction!);

    /// <summary>After a call that an exception ended which nobody expected: gives the turn away if it has it still.</summary>
    public void LetGo()
    {
        if (_transaction is { } transaction) database.Transactions.Leave(transaction);
    }

    /// <summary>Lets go of the locks of a transaction that is lost; its next call is told.</summary>
    internal void GiveUp() => database.Transactions.End(_transaction!);

    /// <summary>Rolls back the transaction that has the turn, and ends both.</summary>
    internal void EndRolledBack()
    {
        try
        {
            _transaction!.Rollback();
        }
        finally
        {
            End();
        }
    }

    /// <summary>Takes the turn, for a new transaction unless one is open. True when it began one.</summary>
    private bool Enter(TimeSpan wait, OracleError late, bool mayEnd = true)
    {
        if (_isolation == Isolation.ReadOnly) throw new OracleError(1456, "may not perform insert, delete, update operation inside a READ ONLY transaction");
        var isSerializable = _isolation == Isolation.Serializable;
        var transaction = _transaction ?? new Transaction(isSerializable ? Snapshot() : Take(), isSerializable);
        try
        {
            if (!database.Transactions.Enter(transaction, wait, mayEnd ? stillWanted : static () => { })) throw late;
        }
        catch (Exception)
        {
            if (transaction.IsLost) _transaction = null;
            if (_transaction == null && transaction.Connection != _snapshot) transaction.Connection.Dispose();
            throw;
        }
        // A snapshot stays for the statements that follow, even when this one fails.
        var began = _transaction == null && !isSerializable;
        _transaction = transaction;
        transaction.Connection.Trim();
        transaction.Connection.Begin(clock.GetUtcNow());
        return began;
    }

    private void End()
    {
        var transaction = _transaction!;
        _transaction = null;
        database.Transactions.End(transaction);
        if (transaction.Connection == _snapshot) _snapshot = null;
        Give(transaction.Connection);
        _isolation = _sessionIsolation;
    }

    private T Plan<T>(Statement statement, OracleType[] types, Func<T> translate) where T : class
    {
        var key = new StringBuilder(statement.Sql);
        foreach (var type in types) key.Append('\0').Append((int)type.Kind);
        var version = database.Catalog.Version;
        var text = key.ToString();
        if (_plans.TryGetValue(text, out var cached) && cached.Version == version && cached.Plan is T plan) return plan;
        if (_plans.Count >= MostPlans) _plans.Clear();
        plan = Bounded(translate);
        _plans[text] = (version, plan);
        return plan;
    }

    private static T Bounded<T>(Func<T> translate)
    {
        try
        {
            return translate();
        }
        catch (InsufficientExecutionStackException)
        {
            throw OracleError.Unsupported("a statement this large or deep");
        }
    }

    private SessionConnection Take()
    {
        if (!_idle.TryPop(out var connection)) return new SessionConnection(database, settings, _currentNumbers, _name, shallStop);
        connection.Trim();
        return connection;
    }

    private void Give(SessionConnection connection)
    {
        if (_idle.Count < MostIdleConnections) _idle.Push(connection);
        else connection.Dispose();
    }
}
