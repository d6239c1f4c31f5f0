using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>A DML statement being applied to one row of binds after another.</summary>
internal sealed class DmlRun
{
    private const string Undo = "\"ora$call\"";
    private readonly DatabaseSession _session;
    private readonly DmlPlan _plan;
    private readonly SqliteStatement[] _steps;
    private readonly BindRows _binds;
    private readonly bool _began;

    public DmlRun(DatabaseSession session, DmlPlan plan, SqliteStatement[] steps, BindRows binds, bool began)
    {
        _session = session;
        _plan = plan;
        _steps = steps;
        _binds = binds;
        _began = began;
        session.Connection.Execute($"SAVEPOINT {Undo}");
    }

    /// <summary>The columns that RETURNING yields.</summary>
    public IReadOnlyList<OutputColumn> ReturnedColumns => _plan.Returned;

    /// <summary>The rows that RETURNING yielded for the last row of binds.</summary>
    public QueryResult? Returned { get; private set; }

    /// <summary>SQLite's number of the row that was inserted last; 0 for none.</summary>
    public long LastRow { get; private set; }

    /// <summary>Applies the statement to a row of binds. A failure undoes what it did for this row alone.</summary>
    /// <returns>Rows changed.</returns>
    public long Apply(int row)
    {
        var nested = _steps.Length > 1 && !_plan.Steps[^1].SkipIfChanged;
        if (nested) _session.Connection.Execute("SAVEPOINT \"ora$row\"");
        try
        {
            long changed = 0;
            for (var i = 0; i < _steps.Length; i++)
            {
                if (changed > 0 && _plan.Steps[i].SkipIfChanged) continue;
                changed += Step(_steps[i], row);
            }
            if (nested) _session.Connection.Execute("RELEASE \"ora$row\"");
            if (changed > 0) LastRow = _session.Connection.LastInsertRowId;
            return changed;
        }
        catch (Exception e) when (e is SqliteFailure or OracleError)
        {
            if (nested)
            {
                _session.Connection.Execute("ROLLBACK TO \"ora$row\"");
                _session.Connection.Execute("RELEASE \"ora$row\"");
            }
            throw e is SqliteFailure failure ? ErrorMapping.Map(failure, _session.Schema, _plan) : e;
        }
    }

    /// <summary>Ends the run; what was applied stays in the transaction.</summary>
    public void Complete() => _session.Connection.Execute($"RELEASE {Undo}");

    /// <summary>Ends the run and undoes everything it applied; a transaction that it began ends too.</summary>
    public void Cancel()
    {
        if (_began)
        {
            _session.Rollback();
            return;
        }
        _session.Connection.Execute($"ROLLBACK TO {Undo}");
        _session.Connection.Execute($"RELEASE {Undo}");
    }

    private long Step(SqliteStatement statement, int row)
    {
        if (_binds.Rows > row) Binder.Bind(statement, _binds, row, _plan);
        if (statement.Columns > 0)
        {
            Returned = new QueryResult(_plan.Returned);
            while (statement.Step()) Returned.Add(statement);
        }
        else
        {
            statement.Step();
        }
        var changes = _session.Connection.Changes;
        statement.Reset();
        return changes;
    }
}
