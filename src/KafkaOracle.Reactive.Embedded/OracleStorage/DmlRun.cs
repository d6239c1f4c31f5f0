using KafkaOracle.Reactive.Embedded.OracleSql;
using SQLitePCL;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>A DML statement being applied to one row of binds after another. Its session has the turn until the run ends.</summary>
internal sealed class DmlRun
{
    private readonly DatabaseSession _session;
    private readonly Transaction _transaction;
    private readonly DmlPlan _plan;
    private readonly SqliteStatement[] _steps;
    private readonly BindRows _binds;
    private readonly bool _began;
    private DmlStep? _failed;

    public DmlRun(DatabaseSession session, Transaction transaction, DmlPlan plan, BindRows binds, bool began)
    {
        (_session, _transaction, _plan, _binds, _began) = (session, transaction, plan, binds, began);
        foreach (var setup in plan.Setup) transaction.Connection.Handle.Execute(setup);
        _steps = [.. plan.Steps.Select(s => session.Prepared(transaction.Connection, s.Text))];
        transaction.Push();
        transaction.Aim(plan.Table, binds.Bytes);
    }

    /// <summary>The columns that RETURNING yields.</summary>
    public IReadOnlyList<OutputColumn> ReturnedColumns => _plan.Returned;

    /// <summary>The rows that RETURNING yielded for the last row of binds.</summary>
    public QueryResult? Returned { get; private set; }

    /// <summary>SQLite's number of the row that was changed last; 0: none was.</summary>
    public long LastRow => _transaction.LastRow;

    /// <summary>Applies the statement to a row of binds. A failure undoes what it did for this row alone.</summary>
    /// <returns>Rows changed.</returns>
    /// <remarks>Rows that another transaction has locked are found when they have been changed: that is undone, and done again when they are free.</remarks>
    public long Apply(int row)
    {
        while (true)
        {
            var shared = _session.Locks.IsShared;
            var nested = shared || (_steps.Length > 1 && !_plan.Steps[^1].SkipIfChanged);
            if (nested) _transaction.Push();
            RowConflict? conflict;
            try
            {
                (var changed, conflict) = Steps(row, shared);
                if (conflict == null)
                {
                    if (nested) _transaction.Merge();
                    return changed;
                }
                _transaction.Undo();
            }
            catch (Exception e) when (e is SqliteFailure or OracleError)
            {
                if (nested) _transaction.Undo();
                conflict = shared && IsDuplicate(e) ? Releasing(row) : null;
                if (conflict == null) throw e is SqliteFailure failure ? _session.Explain(failure, _steps[0], _plan, _failed ?? _plan.Steps[0]) : e;
            }
            _session.WaitFor(conflict.Holder);
            // A MERGE does not look again for a row that it was about to insert.
            if (conflict is { Key: not null, Holder.IsCommitted: true } && _steps.Length > 1)
                throw new OracleError(1, $"unique constraint ({_session.Schema}.{conflict.Key}) violated");
        }
    }

    /// <summary>Ends the run; what was applied stays in the transaction.</summary>
    public void Complete()
    {
        _transaction.Merge();
        _session.Leave();
    }

    /// <summary>Ends the run and undoes everything it applied; a transaction that it began ends too.</summary>
    public void Cancel()
    {
        if (_began)
        {
            _session.EndRolledBack();
            return;
        }
        _transaction.Undo();
        if (_transaction.IsLost) _session.GiveUp();
        else _session.Leave();
    }

    private static bool IsDuplicate(Exception e) => e is SqliteFailure { Code: raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY };

    /// <summary>Runs the steps for a row of binds, and stops at the first that changed what another transaction has locked.</summary>
    private (long Changed, RowConflict? Conflict) Steps(int row, bool shared)
    {
        // A transaction that was parked in between has lost its temporary tables.
        foreach (var setup in _plan.Setup) _transaction.Connection.Handle.Execute(setup);
        long changed = 0;
        for (var i = 0; i < _steps.Length; i++)
        {
            var step = _plan.Steps[i];
            if (changed > 0 && step.SkipIfChanged) continue;
            var table = step.Table ?? _plan.Table;
            if (_plan.HasOtherTables) _transaction.Aim(table, 0);
            changed += Step(_steps[i], step, row);
            if (shared && _session.Locks.Find(_transaction, table) is { } conflict) return (changed, conflict);
        }
        return (changed, null);
    }

    private long Step(SqliteStatement statement, DmlStep step, int row)
    {
        try
        {
            return Changes(statement, step, row);
        }
        catch (SqliteFailure e)
        {
            // Another transaction may be about to make room for a duplicate.
            if (IsDuplicate(e) && _session.Locks.IsShared)
            {
                _failed = step;
                throw;
            }
            throw _session.Explain(e, statement, _plan, step);
        }
    }

    private long Changes(SqliteStatement statement, DmlStep step, int row)
    {
        Binder.Bind(statement, _binds, row, _plan);
        var connection = _transaction.Connection;
        if (step.Forbids != null)
        {
            var found = connection.Change(statement, static s => s.Step());
            statement.Reset();
            return found ? throw step.Forbids : 0;
        }
        if (_plan.Returned.Length > 0)
        {
            Returned = new QueryResult(_plan.Returned);
            while (connection.Change(statement, static s => s.Step())) Returned.Add(statement);
        }
        else
        {
            // A row is yielded where a view checks it.
            while (connection.Change(statement, static s => s.Step())) { }
        }
        var changes = connection.Handle.Changes;
        statement.Reset();
        return step.Counts ? changes : 0;
    }

    /// <summary>Finds the transaction that would make room for a duplicate key, were it committed: tries with the rows gone that it deletes.</summary>
    private RowConflict? Releasing(int row)
    {
        foreach (var (holder, rows) in _session.Locks.KeysGivenUp(_transaction, _plan.Table))
        {
            _transaction.Push();
            try
            {
                var delete = _transaction.Connection.Prepared($"DELETE FROM {Literals.Name(_plan.Table.Name)} WHERE rowid = ?1");
                foreach (var deleted in rows)
                {
                    delete.BindInteger(1, deleted);
                    delete.Run();
                }
                Steps(row, shared: false);
                return new RowConflict(holder, null);
            }
            catch (Exception e) when (e is SqliteFailure or OracleError)
            {
                // Something else is in its way too.
            }
            finally
            {
                _transaction.Undo();
            }
        }
        return null;
    }
}
