using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>
/// Makes steps that can be run out of a block's syntax tree. As in a real server, whatever is wrong with a block is found before any of
/// it runs: unknown names, tables and columns, types that do not go together.
/// </summary>
internal sealed partial class BlockCompiler
{
    private readonly Catalog _catalog;
    private readonly string _sql;
    private readonly List<OracleType> _types;
    private readonly int[] _bindCursors;
    private readonly int _implicit;
    private int _cursors;
    private int _exceptions;
    private int _handlers;
    private int _loops;

    private BlockCompiler(Catalog catalog, string sql, IReadOnlyList<OracleType> binds, IReadOnlyList<bool> refCursors)
    {
        _catalog = catalog;
        _sql = sql;
        _types = [.. binds];
        _bindCursors = [.. refCursors.Select(r => r ? _cursors++ : -1)];
        _implicit = _types.Count;
    }

    /// <param name="catalog">The data dictionary.</param>
    /// <param name="statement">The block.</param>
    /// <param name="binds">The types of its host binds.</param>
    /// <param name="refCursors">Which of them are REF CURSORs.</param>
    public static CompiledBlock Compile(Catalog catalog, BlockStatement statement, IReadOnlyList<OracleType> binds, IReadOnlyList<bool> refCursors)
    {
        var compiler = new BlockCompiler(catalog, statement.Sql, binds, refCursors);
        var body = compiler.Guarded(() => compiler.Block(statement.Block, compiler.Predefined()), statement.Block.Start);
        return new CompiledBlock(body, compiler._types, compiler._cursors, compiler._bindCursors);
    }

    private Names Predefined()
    {
        var names = new Names(null, null);
        foreach (var (name, isBoolean) in ((string, bool)[])[("TRUE", true), ("FALSE", true), ("SQL%ROWCOUNT", false), ("SQL%FOUND", true), ("SQL%NOTFOUND", true), ("SQL%ISOPEN", true), ("SQLCODE", false)])
            names.Declare(name, NewVariable(OracleType.Number, isBoolean ? PlSqlType.Boolean : PlSqlType.Sql) with { IsConstant = true }, 0);
        names.Declare("SQLERRM", NewVariable(new OracleType(TypeKind.Text, Size: 512, Chars: 512)) with { IsConstant = true }, 0);
        return names;
    }

    private Variable NewVariable(OracleType type, PlSqlType kind = PlSqlType.Sql)
    {
        _types.Add(type);
        return new Variable(_types.Count - 1, type, kind) { Cursor = kind == PlSqlType.RefCursor ? _cursors++ : -1 };
    }

    /// <summary>Faults become ORA-06550, with the place where they are.</summary>
    private T Guarded<T>(Func<T> compile, int start)
    {
        try
        {
            return compile();
        }
        catch (PlSqlError e)
        {
            throw PlSqlError.At(_sql, e.Position, e.Message);
        }
        catch (OracleError e) when (e.Code != 6550)
        {
            throw PlSqlError.At(_sql, e.Position > 0 ? e.Position : start, $"PL/SQL: {e.Message}");
        }
    }

    private Step Sequence(IReadOnlyList<BlockStep> steps, Names names)
    {
        var compiled = steps.Select(s => (Step: Guarded(() => Compile(s, names), s.Start), Line: _sql.AsSpan(0, s.Start).Count('\n') + 1)).ToArray();
        return run =>
        {
            foreach (var (step, line) in compiled)
            {
                run.Line = line;
                var flow = step(run);
                if (flow.Kind != FlowKind.Next) return flow;
            }
            return Flow.Next;
        };
    }

    private Step Compile(BlockStep step, Names names) => step switch
    {
        Block block => Block(block, names),
        AssignStep assign => Assign(assign, names),
        IfStep @if => If(@if, names),
        LoopStep loop => Loop(loop, names),
        RangeLoopStep loop => RangeLoop(loop, names),
        QueryLoopStep loop => QueryLoop(loop, names),
        LeaveStep leave => Leave(leave, names),
        ReturnStep => static _ => new Flow(FlowKind.Return),
        RaiseStep raise => Raise(raise, names),
        SqlStep sql => Sql(sql, names),
        SelectStep select => Select(select, names),
        DynamicStep dynamic => Dynamic(dynamic, names),
        OpenStep open => Open(open, names),
        FetchStep fetch => Fetch(fetch, names),
        CloseStep close => Close(close, names),
        CallStep call => Call(call, names),
        _ => throw PlSqlError.Unsupported("this statement of a PL/SQL block", step.Start),
    };

    private Step Block(Block block, Names outer)
    {
        var names = new Names(outer, block.Label);
        var declared = block.Declarations.Select(d => Guarded(() => Declare(d, names), d.Start)).OfType<Action<BlockRun>>().ToArray();
        var body = Sequence(block.Steps, names);
        var handlers = block.Handlers.Select(h => Handler(h, names)).ToArray();
        var cursors = OwnCursors(block, names);
        return run =>
        {
            foreach (var declare in declared) declare(run);
            try
            {
                return body(run);
            }
            catch (OracleError e) when (BlockRun.CanBeHandled(e) && Array.Find(handlers, h => h.Catches(e)) is { Body: not null } handler)
            {
                return run.Handle(e, handler.Body);
            }
            finally
            {
                foreach (var cursor in cursors) run.CloseIfOpen(cursor);
            }
        };
    }

    private static int[] OwnCursors(Block block, Names names) =>
        [.. block.Declarations.OfType<CursorDeclaration>().Select(c => names.Find(c.Name)).OfType<CursorSymbol>().Select(c => c.Index)];

    private readonly record struct CompiledHandler(Func<OracleError, bool> Catches, Step Body);

    private CompiledHandler Handler(ExceptionHandler handler, Names names)
    {
        var catches = handler.Names.Select(n => Guarded(() => Exception(n.Name, n.Start, names), n.Start)).ToArray();
        _handlers++;
        var body = Sequence(handler.Steps, names);
        _handlers--;
        return new CompiledHandler(e => catches.Length == 0 || Array.Exists(catches, c => Matches(c, e)), body);
    }

    private static bool Matches(ExceptionSymbol exception, OracleError error) =>
        exception.Code is { } code ? error.Code == code && error.Exception == null : error.Exception == exception.Key;

    private static ExceptionSymbol Exception(string name, int position, Names names) =>
        names.FindException(name)
        ?? (PredefinedExceptions.Code(name) is { } code ? new ExceptionSymbol(name) { Code = code } : throw PlSqlError.Undeclared(name, position));

    private Step Raise(RaiseStep raise, Names names)
    {
        if (raise.Name == null)
        {
            return _handlers > 0
                ? static run => throw run.Handled!
                : throw new PlSqlError("PLS-00367: a RAISE statement with no exception name must be inside an exception handler", raise.Start);
        }
        var exception = Exception(raise.Name, raise.Start, names);
        if (names.FindException(raise.Name) == null) return _ => throw PredefinedExceptions.Error(raise.Name);
        return exception.Code is { } code
            ? _ => throw new OracleError(code, "")
            : _ => throw new OracleError(6510, "PL/SQL: unhandled user-defined exception") { Exception = exception.Key };
    }
}
