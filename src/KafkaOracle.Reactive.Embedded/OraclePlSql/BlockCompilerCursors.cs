using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>Cursors: declared ones, cursor variables, and loops over queries.</summary>
internal sealed partial class BlockCompiler
{
    private Step QueryLoop(QueryLoopStep loop, Names outer)
    {
        Func<BlockRun, OpenCursor> open;
        IReadOnlyList<OutputColumn> columns;
        if (loop.Query != null)
        {
            var query = Query(loop.Query, outer);
            columns = query.For(_catalog).Columns;
            open = run => run.Open(query, loop.Query.Tree.ForUpdate);
        }
        else
        {
            var cursor = Declared(loop.Cursor!, outer);
            var set = Parameters(cursor, loop.Arguments, loop.Start, outer);
            columns = cursor.Columns;
            open = run =>
            {
                if (run.IsOpen(cursor.Index)) throw PredefinedExceptions.Error("CURSOR_ALREADY_OPEN");
                set(run);
                return run.Open(cursor.Query, cursor.Locking);
            };
        }
        var names = new Names(outer, loop.Label);
        var record = Record(columns);
        names.Declare(loop.Name, record, loop.Start);
        var body = LoopBody(loop.Body, names);
        return run =>
        {
            using var cursor = open(run);
            while (cursor.Next())
            {
                for (var i = 0; i < record.Fields.Count; i++) run.Set(record.Fields[i].Field, cursor.Row[i]);
                var flow = body(run);
                if (Leaves(flow, loop.Label, out var to)) return to;
                run.CheckWanted();
            }
            return Flow.Next;
        };
    }

    private static CursorSymbol Declared(Target target, Names names) => names.Find(target.Qualifier, target.Name) switch
    {
        CursorSymbol cursor when target.Bind == null => cursor,
        null => throw PlSqlError.Undeclared(target.Name, target.Start),
        _ => throw PlSqlError.WrongType(target.Start),
    };

    /// <summary>Sets a cursor's parameters to the arguments, or their defaults.</summary>
    private Action<BlockRun> Parameters(CursorSymbol cursor, IReadOnlyList<Part<Expr>> arguments, int position, Names names)
    {
        if (arguments.Count > cursor.Parameters.Count || cursor.Defaults.Skip(arguments.Count).Any(d => d == null))
            throw new PlSqlError("PLS-00306: wrong number or types of arguments in call to a cursor", position);
        var values = cursor.Parameters.Select((p, i) => i < arguments.Count ? Value(arguments[i], p, names) : cursor.Defaults[i]!).ToArray();
        return run =>
        {
            for (var i = 0; i < values.Length; i++) run.Set(cursor.Parameters[i], run.Evaluate(values[i]));
        };
    }

    private Step Open(OpenStep step, Names names)
    {
        if (step.Query == null && step.Text == null)
        {
            var cursor = Declared(step.Cursor, names);
            var set = Parameters(cursor, step.Arguments, step.Start, names);
            var attributes = _attributes[cursor.Index];
            return run =>
            {
                if (run.IsOpen(cursor.Index)) throw PredefinedExceptions.Error("CURSOR_ALREADY_OPEN");
                set(run);
                run.Keep(cursor.Index, run.Open(cursor.Query, cursor.Locking), attributes);
                return Flow.Next;
            };
        }
        var target = CursorVariable(step.Cursor, names);
        if (step.Query != null)
        {
            var query = Query(step.Query, names);
            return run =>
            {
                run.Keep(target.Cursor, run.Open(query, step.Query.Tree.ForUpdate), AttributesOf(target.Cursor));
                return Flow.Next;
            };
        }
        var text = Value(step.Text!, Text, names);
        var items = Items(step.Using, names);
        return run =>
        {
            run.Keep(target.Cursor, run.OpenText(text, items), AttributesOf(target.Cursor));
            return Flow.Next;
        };
    }

    private Step Fetch(FetchStep step, Names names)
    {
        var index = IndexOf(step.Cursor, names, out var columns);
        var into = Variables(step.Into, names);
        if (columns != null && columns.Count != into.Count) throw new PlSqlError("PLS-00394: wrong number of values in the INTO list of a FETCH statement", step.Start);
        return run =>
        {
            run.Fetch(index, AttributesOf(index), into);
            return Flow.Next;
        };
    }

    private Step Close(CloseStep step, Names names)
    {
        var index = IndexOf(step.Cursor, names, out _);
        return run =>
        {
            run.Close(index, AttributesOf(index));
            return Flow.Next;
        };
    }

    private Variable CursorVariable(Target target, Names names) =>
        Variable(target, names) is { Kind: PlSqlType.RefCursor } variable ? variable : throw PlSqlError.WrongType(target.Start);

    private int IndexOf(Target target, Names names, out IReadOnlyList<OutputColumn>? columns)
    {
        if (target.Bind == null && names.Find(target.Qualifier, target.Name) is CursorSymbol declared)
        {
            columns = declared.Columns;
            return declared.Index;
        }
        columns = null;
        return CursorVariable(target, names).Cursor;
    }

    /// <summary>Where a cursor's attributes begin among the values; -1 for a bind's, which has none.</summary>
    private int AttributesOf(int cursor) => _attributes.GetValueOrDefault(cursor, -1);
}
