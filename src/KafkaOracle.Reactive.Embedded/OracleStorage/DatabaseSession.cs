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
internal sealed class DatabaseSession(Database database, TimeProvider clock, TimeSpan lockWait, Action stillWanted, Func<bool, bool> shallStop) : IDisposable
{
    private const int MostPlans = 300;
    private const int MostSources = 50;
    private const int MostIdleConnections = 2;
    private readonly Dictionary<string, (int Version, object Plan)> _plans = [];
    private readonly SessionFormats _formats = new();
    private readonly Dictionary<string, BigInteger> _currentNumbers = new(StringComparer.Ordinal);
    private readonly Stack<SessionConnection> _idle = new();
    private readonly HashSet<RowSource> _sources = [];
    private Transaction? _transaction;
    private int _ddlSeconds;

    public bool InTransaction => _transaction != null;

    public string Schema => database.Catalog.Schema;

    public RowLocks Locks { get; } = new(database.Transactions);

    public Statement Parse(string sql) => Parser.Parse(sql, Schema);

    /// <summary>Translates a query without running it, for its columns.</summary>
    public IReadOnlyList<OutputColumn> Describe(SelectStatement statement) =>
        Bounded(() => new Translator(database.Catalog, [.. statement.Binds.Select(_ => OracleType.Text)]).Statement(statement.Query).Shown().Columns);

    /// <summary>Runs a query. A session that has changed something sees its own changes and then reads the result in full.</summary>
    public QueryResult Query(SelectStatement statement, BindRows binds)
    {
        if (statement.Query.ForUpdate is { } locking) return QueryForUpdate(statement, binds, locking);
        if (_transaction is not { HasChanges: true }) return Stream(statement, binds);
        Enter(lockWait, OracleError.Busy());
        try
        {
            var plan = Plan(statement, binds);
            var result = new QueryResult(plan.Columns);
            Read(_transaction.Connection, plan, binds, row =>
            {
                result.Add(row);
                return true;
            });
            return result;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Opens a run of a DML statement over rows of binds.</summary>
    public DmlRun Dml(Statement statement, BindRows binds)
    {
        var began = Enter(lockWait, OracleError.Busy());
        try
        {
            var catalog = database.Catalog;
            var plan = Plan(statement, binds.Types, () => statement switch
            {
                InsertStatement insert => new Translator(catalog, binds.Types).Insert(insert),
                MultiInsertStatement insert => new Translator(catalog, binds.Types).Insert(insert),
                UpdateStatement update => new Translator(catalog, binds.Types).Update(update),
                DeleteStatement delete => new Translator(catalog, binds.Types).Delete(delete),
                MergeStatement merge => Translator.Merge(catalog, binds.Types, merge),
                _ => throw OracleError.Unsupported("this statement"),
            });
            return new DmlRun(this, _transaction!, plan, binds, began);
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
            case BlockStatement { Action: BlockAction.Savepoint }: Savepoint(Name(binds)); break;
            case BlockStatement { Action: BlockAction.RollbackToSavepoint }: RollbackTo(Name(binds)); break;
            case BlockStatement { Block: { } block }: new BlockRun(this, statement.Binds, binds).Run(block); break;
            case BlockStatement: break;
            case AlterSessionStatement alter: AlterSession(alter); break;
            case LockTableStatement table: LockTable(table); break;
            default: Ddl(statement); break;
        }
    }

    public void Commit()
    {
        if (_transaction is not { } transaction) return;
        if (!transaction.HasChanges)
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
            transaction.Commit();
        }
        catch (SqliteFailure)
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
        if (_transaction is not { } transaction) return;
        _transaction = null;
        database.Transactions.Abandon(transaction);
        Give(transaction.Connection);
    }

    public void Dispose()
    {
        foreach (var source in _sources.ToList()) source.Dispose();
        try
        {
            Rollback();
        }
        catch (SqliteFailure)
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
    internal void WaitFor(Transaction holder) => database.Transactions.WaitFor(_transaction!, holder, lockWait, OracleError.Busy(), stillWanted);

    /// <summary>The error that a client shall see where a step of a DML plan failed.</summary>
    internal OracleError Explain(SqliteFailure failure, SqliteStatement statement, DmlPlan plan, DmlStep step)
    {
        var table = step.Table ?? plan.Table;
        return failure.Code == SQLitePCL.raw.SQLITE_CONSTRAINT_FOREIGNKEY
            ? ForeignKeys.Broken(_transaction!.Connection.Handle, statement, database.Catalog, table, step.Text.StartsWith("DELETE", StringComparison.Ordinal))
            : ErrorMapping.Map(failure, Schema, table, step.IsUpdate || (plan.IsUpdate && plan.Steps.Length == 1));
    }

    internal void Leave() => database.Transactions.Leave(_transaction!);

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

    internal void Release(RowSource source, SessionConnection connection)
    {
        _sources.Remove(source);
        Give(connection);
    }

    /// <summary>What the client is told about a query that failed.</summary>
    internal Exception Translated(SqliteFailure failure)
    {
        if (failure.Code == SQLitePCL.raw.SQLITE_INTERRUPT) stillWanted();
        return ErrorMapping.Map(failure, Schema, null);
    }

    /// <summary>Takes the turn, for a new transaction unless one is open. True when it began one.</summary>
    private bool Enter(TimeSpan wait, OracleError late, bool mayEnd = true)
    {
        var transaction = _transaction ?? new Transaction(Take());
        try
        {
            if (!database.Transactions.Enter(transaction, wait, mayEnd ? stillWanted : static () => { })) throw late;
        }
        catch (Exception)
        {
            if (transaction.IsLost) _transaction = null;
            if (_transaction == null) transaction.Connection.Dispose();
            throw;
        }
        var began = _transaction == null;
        _transaction = transaction;
        transaction.Connection.Trim();
        transaction.Connection.Now = clock.GetUtcNow();
        return began;
    }

    private void End()
    {
        var transaction = _transaction!;
        _transaction = null;
        database.Transactions.End(transaction);
        Give(transaction.Connection);
    }

    /// <summary>Runs a query outside of the session's transaction, which has changed nothing.</summary>
    private QueryResult Stream(SelectStatement statement, BindRows binds)
    {
        if (_sources.Count >= MostSources) throw new OracleError(1000, "maximum open cursors exceeded");
        var connection = Take();
        connection.Now = clock.GetUtcNow();
        QueryResult result;
        try
        {
            var plan = Plan(statement, binds);
            var query = Prepared(connection, plan.Text);
            Binder.Bind(query, binds, 0, null);
            var source = new RowSource(this, connection, query, binds);
            _sources.Add(source);
            result = new QueryResult(plan.Columns, source);
        }
        catch (Exception)
        {
            Give(connection);
            throw;
        }
        result.Fill();
        return result;
    }

    /// <summary>Locks the rows that a query yields. Where one is locked by another transaction, it waits and begins again.</summary>
    private QueryResult QueryForUpdate(SelectStatement statement, BindRows binds, ForUpdate locking)
    {
        var wait = locking switch
        {
            { Wait: LockWait.NoWait } => TimeSpan.Zero,
            { Seconds: { } seconds } => TimeSpan.FromSeconds(seconds),
            _ => lockWait,
        };
        var late = locking.Seconds == null ? OracleError.Busy() : new OracleError(30006, "resource busy; acquire with WAIT timeout expired");
        var began = Enter(wait, late);
        var locked = false;
        try
        {
            while (true)
            {
                var result = LockRows(statement, binds, locking.Wait == LockWait.SkipLocked, out var holder, ref locked);
                if (holder == null) return result;
                database.Transactions.WaitFor(_transaction!, holder, wait, late, stillWanted);
            }
        }
        finally
        {
            if (began && !locked) EndRolledBack();
            else Leave();
        }
    }

    private QueryResult LockRows(SelectStatement statement, BindRows binds, bool skips, out Transaction? holder, ref bool locked)
    {
        var (transaction, shared) = (_transaction!, Locks.IsShared);
        var plan = Plan(statement, binds);
        var result = new QueryResult(plan.Columns);
        var tables = plan.Locked.Select(t => (Table: t, Rows: new HashSet<long>())).ToArray();
        Transaction? found = null;
        Read(transaction.Connection, plan, binds, row =>
        {
            for (var i = 0; i < tables.Length && shared; i++)
            {
                var column = plan.Columns.Count + i;
                if (row.IsNull(column) || Locks.Holder(transaction, tables[i].Table, row.Integer(column)) is not { } other) continue;
                if (skips) return true;
                found = other;
                return false;
            }
            result.Add(row);
            for (var i = 0; i < tables.Length; i++)
                if (!row.IsNull(plan.Columns.Count + i)) tables[i].Rows.Add(row.Integer(plan.Columns.Count + i));
            return true;
        });
        holder = found;
        if (found != null) return result;
        foreach (var (table, rows) in tables)
        {
            if (rows.Count == 0) continue;
            transaction.Lock(table, rows.Where(row => !transaction.IsOwn(table, row)));
            locked = true;
        }
        return result;
    }

    private void Read(SessionConnection connection, TranslatedQuery plan, BindRows binds, Func<SqliteStatement, bool> add)
    {
        var query = Prepared(connection, plan.Text);
        try
        {
            Binder.Bind(query, binds, 0, null);
            while (connection.Step(query) && add(query)) { }
        }
        catch (SqliteFailure e)
        {
            throw Translated(e);
        }
        finally
        {
            query.Reset();
        }
    }

    private void LockTable(LockTableStatement statement)
    {
        var wait = statement.Wait is { } seconds ? TimeSpan.FromSeconds(seconds) : lockWait;
        var began = Enter(wait, OracleError.Busy());
        var done = false;
        try
        {
            var table = database.Catalog.Find(statement.Name, statement.Start);
            while (Locks.InTheWay(_transaction!, table, statement.IsExclusive) is { } holder)
                database.Transactions.WaitFor(_transaction!, holder, wait, OracleError.Busy(), stillWanted);
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

    private static string Name(BindRows binds) => Encoding.UTF8.GetString(binds.Value(0, 0)).ToUpperInvariant();

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
                database.Transactions.WaitFor(_transaction!, holder, wait, OracleError.Busy(), stillWanted);
            _transaction!.Connection.Forget();
            var after = Bounded(() => new DdlRunner(_transaction.Connection.Handle, database.Catalog).Run(statement));
            _transaction.Commit();
            database.Catalog = after;
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
            case "DDL_LOCK_TIMEOUT": _ = int.TryParse(alter.Value, out _ddlSeconds); break;
            default: break; // isolation level, time zone, tracing: nothing that is kept
        }
    }

    private TranslatedQuery Plan(SelectStatement statement, BindRows binds) =>
        Plan(statement, binds.Types, () => new Translator(database.Catalog, binds.Types).Statement(statement.Query).Shown());

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

    /// <summary>Switches the checks of the connection that the next transaction takes; SQLite does so outside of transactions only.</summary>
    private void CheckForeignKeys(bool on)
    {
        var connection = Take();
        connection.Handle.Execute(on ? "PRAGMA foreign_keys=ON" : "PRAGMA foreign_keys=OFF");
        Give(connection);
    }

    private SessionConnection Take()
    {
        if (!_idle.TryPop(out var connection)) return new SessionConnection(database, _formats, _currentNumbers, shallStop);
        connection.Trim();
        return connection;
    }

    private void Give(SessionConnection connection)
    {
        if (_idle.Count < MostIdleConnections) _idle.Push(connection);
        else connection.Dispose();
    }
}
