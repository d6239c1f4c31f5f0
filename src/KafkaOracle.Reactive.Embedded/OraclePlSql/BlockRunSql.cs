using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>One of USING, ready to run.</summary>
internal sealed record UsingValue(Evaluation? In, Variable? Out);

/// <summary>Statements of SQL that a block runs.</summary>
internal sealed partial class BlockRun
{
    private BlockGuard? _guard;

    public void Dml(Translated<DmlPlan> plan, IReadOnlyList<Variable> into)
    {
        Guard();
        plan.For(_session.Catalog);
        Fill(_scratch, plan.Slots);
        Dml(_session.Dml(plan.For, _scratch), into);
    }

    public void SelectInto(Translated<TranslatedQuery> query, ForUpdate? locking, IReadOnlyList<Variable> into)
    {
        using var cursor = Open(query, locking);
        ReadOne(cursor, into);
    }

    /// <summary>COMMIT, ROLLBACK, SAVEPOINT, SET TRANSACTION, LOCK TABLE.</summary>
    public void Control(Statement statement) => Control(statement, new BindRows([]));

    public void ExecuteImmediate(Evaluation text, IReadOnlyList<Variable> into, IReadOnlyList<UsingValue> items)
    {
        var statement = Parsed(text);
        var binds = Bound(statement, items);
        if (into.Count > 0 && statement is not SelectStatement) throw new OracleError(6550, "PLS-00999: INTO of a statement that is no query");
        switch (statement)
        {
            case SelectStatement select:
                using (var cursor = Open(select, binds))
                    if (into.Count > 0) ReadOne(cursor, into);
                break;
            case InsertStatement or MultiInsertStatement or UpdateStatement or DeleteStatement or MergeStatement:
                Guard();
                Dml(_session.Dml(statement, binds), []);
                break;
            case BlockStatement block:
                var result = _session.Run(block, binds, 0, [.. binds.Types.Select(_ => false)]);
                for (var i = 0; i < items.Count; i++) if (items[i].Out is { } target) Assign(target, result.Values[i], binds.Types[i]);
                _guard = _session.Renewed(_guard);
                break;
            default:
                Control(statement, binds);
                break;
        }
    }

    public OpenCursor Open(Translated<TranslatedQuery> query, ForUpdate? locking)
    {
        if (locking != null) Guard();
        query.For(_session.Catalog);
        var binds = new BindRows([.. _block.Types]);
        Fill(binds, query.Slots);
        return Opened(new SelectStatement(new Query([], [], [], null, null, locking)), _session.Query(locking, query.For, binds));
    }

    public OpenCursor OpenText(Evaluation text, IReadOnlyList<UsingValue> items)
    {
        var statement = Parsed(text);
        return statement is SelectStatement select ? Open(select, Bound(statement, items)) : throw new OracleError(6539, "target of OPEN must be a query");
    }

    private OpenCursor Open(SelectStatement select, BindRows binds)
    {
        if (select.Query.ForUpdate != null) Guard();
        return Opened(select, _session.Query(select, binds));
    }

    private OpenCursor Opened(SelectStatement statement, QueryResult result)
    {
        var cursor = new OpenCursor(statement, result);
        _opened.RemoveAll(c => c.IsClosed);
        _opened.Add(cursor);
        return cursor;
    }

    private void Dml(DmlRun run, IReadOnlyList<Variable> into)
    {
        long changed;
        var (rows, row) = (0, new byte[]?[into.Count]);
        try
        {
            if (run.ReturnedColumns.Count != into.Count) throw OracleError.Unsupported("RETURNING in EXECUTE IMMEDIATE");
            changed = run.Apply(0);
            while (into.Count > 0 && run.Returned?.Read() == true && rows++ == 0)
                for (var i = 0; i < row.Length; i++) row[i] = run.Returned.Next(out var value) ? value.ToArray() : null;
            if (rows > 1) throw PredefinedExceptions.Error("TOO_MANY_ROWS");
        }
        catch (Exception)
        {
            run.Cancel();
            throw;
        }
        run.Complete();
        for (var i = 0; i < into.Count && rows > 0; i++) Assign(into[i], row[i], run.ReturnedColumns[i].Type);
        SetRowCount(changed);
    }

    private void Control(Statement statement, BindRows binds)
    {
        if (statement is LockTableStatement) Guard();
        try
        {
            _session.Run(statement, binds);
        }
        catch (SqliteFailure e)
        {
            throw ErrorMapping.Map(e, _session.Schema, null);
        }
        finally
        {
            _guard = _session.Renewed(_guard);
        }
    }

    private void ReadOne(OpenCursor cursor, IReadOnlyList<Variable> into)
    {
        if (cursor.Row.Length != into.Count) throw new OracleError(1007, "variable not in select list");
        SetRowCount(0);
        if (!cursor.Next()) throw PredefinedExceptions.Error("NO_DATA_FOUND");
        var row = cursor.Row.ToArray();
        SetRowCount(1);
        if (cursor.Next()) throw PredefinedExceptions.Error("TOO_MANY_ROWS");
        for (var i = 0; i < into.Count; i++) Assign(into[i], row[i], cursor.Result.Columns[i].Type);
    }

    private Statement Parsed(Evaluation text) =>
        _session.Parse(Evaluate(text) is { } sql ? Encoding.UTF8.GetString(sql) : throw new OracleError(6535, "statement string in EXECUTE IMMEDIATE is NULL or 0 length"));

    /// <summary>USING's values as a statement's binds: by position, in a block by first occurrence.</summary>
    private BindRows Bound(Statement statement, IReadOnlyList<UsingValue> items)
    {
        if (items.Count < statement.Binds.Count) throw new OracleError(1008, "not all variables bound");
        if (items.Count > statement.Binds.Count) throw new OracleError(1006, "bind variable does not exist");
        var binds = new BindRows([.. items.Select(i => i.Out?.Type ?? (i.In!.Type.Kind == TypeKind.Null ? OracleType.Text : i.In.Type))]);
        binds.AddRow();
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].In is not { } value) continue;
            var bytes = Evaluate(value);
            if (bytes != null) binds.Set(i, bytes);
        }
        return binds;
    }

    private void SetRowCount(long rows)
    {
        _values[_implicit + CompiledBlock.RowCount] = OracleNumber.From(rows).Encode();
        _values[_implicit + CompiledBlock.Found] = rows > 0 ? One : Zero;
        _values[_implicit + CompiledBlock.NotFound] = rows > 0 ? Zero : One;
    }

    private void Guard() => _guard ??= _session.Guard();

    private void EndGuard(bool undo)
    {
        var guard = _guard;
        _guard = null;
        if (guard != null) _session.End(guard, undo);
    }
}
