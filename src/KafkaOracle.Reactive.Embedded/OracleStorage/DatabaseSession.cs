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
    private const int MostCached = 300;
    private readonly Dictionary<string, SqliteStatement> _statements = [];
    private readonly Dictionary<string, (int Version, object Plan)> _plans = [];
    private readonly SessionFormats _formats = new();
    private SqliteHandle? _connection;
    private DateTimeOffset _now;
    private bool _interruptible;

    public bool InTransaction { get; private set; }

    public string Schema => database.Catalog.Schema;

    public Statement Parse(string sql) => Parser.Parse(sql, Schema);

    /// <summary>Translates a query without running it, for its columns.</summary>
    public IReadOnlyList<OutputColumn> Describe(SelectStatement statement) =>
        Translated(() => new Translator(database.Catalog, [.. statement.Binds.Select(_ => OracleType.Text)]).Statement(statement.Query).Shown().Columns);

    public QueryResult Query(SelectStatement statement, BindRows binds)
    {
        var plan = Plan(statement, binds.Types, () => new Translator(database.Catalog, binds.Types).Statement(statement.Query).Shown());
        var began = statement.Query.ForUpdate is { } locking && Begin(locking);
        _now = clock.GetUtcNow();
        var result = new QueryResult(plan.Columns);
        var prepared = Prepared(plan.Text);
        try
        {
            if (binds.Rows > 0) Binder.Bind(prepared, binds, 0, null);
            _interruptible = true;
            while (prepared.Step()) result.Add(prepared);
        }
        catch (SqliteFailure e)
        {
            if (began) Rollback();
            if (e.Code == SQLitePCL.raw.SQLITE_INTERRUPT) stillWanted();
            throw ErrorMapping.Map(e, Schema, null);
        }
        finally
        {
            _interruptible = false;
            prepared.Reset();
        }
        return result;
    }

    /// <summary>Opens a run of a DML statement over rows of binds.</summary>
    public DmlRun Dml(Statement statement, BindRows binds)
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
        var began = Begin(null);
        _now = clock.GetUtcNow();
        try
        {
            foreach (var setup in plan.Setup) Connection.Execute(setup);
            if (_statements.Count + plan.Steps.Length > MostCached) ForgetStatements();
            return new DmlRun(this, plan, [.. plan.Steps.Select(s => Prepared(s.Text))], binds, began);
        }
        catch (Exception) when (began)
        {
            Rollback();
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
            case BlockStatement or CommentStatement: break;
            case AlterSessionStatement alter: AlterSession(alter); break;
            case LockTableStatement table:
                database.Catalog.Find(table.Name, table.Start);
                Begin(table.NoWait ? new ForUpdate(LockWait.NoWait, null) : null);
                break;
            default: Ddl(statement); break;
        }
    }

    public void Commit()
    {
        if (!InTransaction) return;
        if (database.IsKept) database.Sequences.Save(Connection);
        try
        {
            Connection.Execute("COMMIT");
        }
        catch (SqliteFailure)
        {
            database.Sequences.SaveAgain();
            throw;
        }
        End();
    }

    /// <summary>The error that a client shall see where a step of a DML plan failed.</summary>
    internal OracleError Explain(SqliteFailure failure, SqliteStatement statement, DmlPlan plan, DmlStep step)
    {
        var table = step.Table ?? plan.Table;
        return failure.Code == SQLitePCL.raw.SQLITE_CONSTRAINT_FOREIGNKEY
            ? ForeignKeys.Broken(Connection, statement, database.Catalog, table, step.Text.StartsWith("DELETE", StringComparison.Ordinal))
            : ErrorMapping.Map(failure, Schema, table, step.IsUpdate || (plan.IsUpdate && plan.Steps.Length == 1));
    }

    public void Rollback()
    {
        if (!InTransaction) return;
        try
        {
            Connection.Execute("ROLLBACK");
        }
        finally
        {
            End();
        }
    }

    public void Dispose()
    {
        try
        {
            Rollback();
        }
        catch (SqliteFailure)
        {
            // Closing the connection rolls back as well.
        }
        ForgetStatements();
        _connection?.Dispose();
        _connection = null;
    }

    internal SqliteHandle Connection => _connection ??= Open();

    /// <summary>Takes the write lock and begins a transaction unless one is open. True when it did.</summary>
    private bool Begin(ForUpdate? locking)
    {
        if (InTransaction) return false;
        var wait = locking switch
        {
            { Wait: LockWait.NoWait } => TimeSpan.Zero,
            { Seconds: { } seconds } => TimeSpan.FromSeconds(seconds),
            _ => lockWait,
        };
        if (!database.WriteLock.Acquire(wait, stillWanted))
            throw locking is { Seconds: not null } ? new OracleError(30006, "resource busy; acquire with WAIT timeout expired") : OracleError.Busy();
        try
        {
            Connection.Execute("BEGIN IMMEDIATE");
        }
        catch (SqliteFailure)
        {
            database.WriteLock.Release();
            throw;
        }
        InTransaction = true;
        return true;
    }

    private void End()
    {
        InTransaction = false;
        database.WriteLock.Release();
    }

    private void Savepoint(string name)
    {
        Begin(null);
        Connection.Execute($"SAVEPOINT {Literals.Name(name)}");
    }

    private void RollbackTo(string name)
    {
        try
        {
            if (!InTransaction) throw new OracleError(1086, $"savepoint '{name}' never established in this session or is invalid");
            Connection.Execute($"ROLLBACK TO {Literals.Name(name)}");
        }
        catch (SqliteFailure)
        {
            throw new OracleError(1086, $"savepoint '{name}' never established in this session or is invalid");
        }
    }

    private static string Name(BindRows binds) => Encoding.UTF8.GetString(binds.Value(0, 0)).ToUpperInvariant();

    private void Ddl(Statement statement)
    {
        Commit();
        if (statement is CreateTableStatement && !database.CanCreateTables) throw OracleError.NotPrivileged();
        // Rebuilding a table would break the keys that reference it for a moment.
        Connection.Execute("PRAGMA foreign_keys=OFF");
        Begin(null);
        _now = clock.GetUtcNow();
        try
        {
            ForgetStatements();
            var after = Translated(() => new DdlRunner(Connection, database.Catalog).Run(statement));
            Connection.Execute("COMMIT");
            database.Catalog = after;
            End();
        }
        catch (SqliteFailure e)
        {
            Rollback();
            throw ErrorMapping.Map(e, Schema, null);
        }
        catch (OracleError)
        {
            Rollback();
            throw;
        }
        finally
        {
            Connection.Execute("PRAGMA foreign_keys=ON");
        }
    }

    private static T Translated<T>(Func<T> translate)
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

    private void AlterSession(AlterSessionStatement alter)
    {
        switch (alter.Parameter)
        {
            case "NLS_DATE_FORMAT": _formats.Date = alter.Value; break;
            case "NLS_TIMESTAMP_FORMAT": _formats.Timestamp = alter.Value; break;
            case "NLS_TIMESTAMP_TZ_FORMAT": _formats.TimestampTz = alter.Value; break;
            default: break; // isolation level, time zone, tracing: nothing that is kept
        }
    }

    private T Plan<T>(Statement statement, OracleType[] types, Func<T> translate) where T : class
    {
        var key = new StringBuilder(statement.Sql);
        foreach (var type in types) key.Append('\0').Append((int)type.Kind);
        var version = database.Catalog.Version;
        var text = key.ToString();
        if (_plans.TryGetValue(text, out var cached) && cached.Version == version && cached.Plan is T plan) return plan;
        if (_plans.Count >= MostCached) _plans.Clear();
        plan = Translated(translate);
        _plans[text] = (version, plan);
        return plan;
    }

    private SqliteStatement Prepared(string text)
    {
        if (_statements.TryGetValue(text, out var statement)) return statement;
        if (_statements.Count >= MostCached) ForgetStatements();
        try
        {
            return _statements[text] = Connection.Prepare(text);
        }
        catch (SqliteFailure e)
        {
            throw ErrorMapping.Map(e, Schema, null);
        }
    }

    private void ForgetStatements()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _statements.Clear();
    }

    private SqliteHandle Open()
    {
        var connection = database.Open();
        var functions = new FunctionSet(connection);
        connection.Execute("PRAGMA foreign_keys=ON");
        NumberFunctions.Define(functions);
        Aggregates.Define(functions);
        TextFunctions.Define(functions);
        RegexFunctions.Define(functions);
        JsonFunctions.Define(functions);
        FitFunctions.Define(functions);
        IntervalFunctions.Define(functions);
        SequenceFunctions.Define(functions, database.Sequences, () => database.Catalog);
        InstantFunctions.Define(functions, _formats, () => _now);
        // An interrupted change rolls back its whole transaction in SQLite, so a cancel interrupts queries only.
        connection.OnProgress(() => shallStop(_interruptible));
        return connection;
    }
}
