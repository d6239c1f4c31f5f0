using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

internal sealed partial class DatabaseSession
{
    private const int MostSources = 50;
    private readonly HashSet<RowSource> _sources = [];

    /// <summary>Translates a query without running it, for its columns.</summary>
    public IReadOnlyList<OutputColumn> Describe(SelectStatement statement) =>
        Bounded(() => new Translator(database.Catalog, [.. statement.Binds.Select(_ => OracleType.Text)]).Statement(statement.Query).Shown().Columns);

    /// <summary>Runs a query. A session that has changed something sees its own changes and then reads the result in full.</summary>
    public QueryResult Query(SelectStatement statement, BindRows binds) =>
        Query(statement.Query.ForUpdate, catalog => Plan(statement, binds.Types, () => new Translator(catalog, binds.Types).Statement(statement.Query).Shown()), binds);

    public QueryResult Query(ForUpdate? locking, Func<Catalog, TranslatedQuery> plan, BindRows binds)
    {
        if (locking != null) return QueryForUpdate(plan, binds, locking);
        if (_isolation != Isolation.ReadCommitted && _transaction == null) return ReadAll(Snapshot(), plan, binds);
        if (_transaction is not { CannotBeParked: true } and not { HasChanges: true }) return Stream(plan, binds);
        Enter(lockWait, OracleError.Busy());
        try
        {
            return ReadAll(_transaction.Connection, plan, binds);
        }
        finally
        {
            Leave();
        }
    }

    private QueryResult ReadAll(SessionConnection connection, Func<Catalog, TranslatedQuery> planned, BindRows binds)
    {
        var plan = planned(database.Catalog);
        var result = new QueryResult(plan.Columns);
        Read(connection, plan, binds, row =>
        {
            result.Add(row);
            return true;
        });
        return result;
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

    /// <summary>Runs a query outside of the session's transaction, which has changed nothing.</summary>
    private QueryResult Stream(Func<Catalog, TranslatedQuery> planned, BindRows binds)
    {
        if (_sources.Count >= MostSources) throw new OracleError(1000, "maximum open cursors exceeded");
        var connection = Take();
        connection.Begin(clock.GetUtcNow());
        QueryResult result;
        try
        {
            var plan = planned(database.Catalog);
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
    private QueryResult QueryForUpdate(Func<Catalog, TranslatedQuery> plan, BindRows binds, ForUpdate locking)
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
                var result = LockRows(plan, binds, locking.Wait == LockWait.SkipLocked, out var holder, ref locked);
                if (holder == null) return result;
                WaitFor(holder, wait, late);
            }
        }
        finally
        {
            if (began && !locked) EndRolledBack();
            else Leave();
        }
    }

    private QueryResult LockRows(Func<Catalog, TranslatedQuery> planned, BindRows binds, bool skips, out Transaction? holder, ref bool locked)
    {
        var (transaction, shared) = (_transaction!, Locks.IsShared);
        var plan = planned(database.Catalog);
        var result = new QueryResult(plan.Columns) { LockedTable = plan.Locked is [var only] && plan.Columns.Any(c => c.Type.IsLob) ? only.Name : null };
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
}
