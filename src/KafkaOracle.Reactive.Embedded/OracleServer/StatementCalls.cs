using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>One execution, however it was asked for.</summary>
internal sealed record Execution(
    bool Executes, bool Fetches, bool Commits, bool BatchErrors, bool WantsRowCounts, bool IsRepeated, int Iterations, int RowsToFetch);

/// <summary>Calls that parse, execute, fetch and describe statements.</summary>
internal sealed class StatementCalls
{
    private readonly ServerSession _session;
    private readonly BindReader _binds;
    private readonly QueryCalls _queries;
    private readonly DmlCalls _dml;
    private readonly BlockCalls _blocks;

    public StatementCalls(ServerSession session)
    {
        _session = session;
        _binds = new BindReader(session.Reader, session.Lobs);
        _queries = new QueryCalls(session);
        _dml = new DmlCalls(session);
        _blocks = new BlockCalls(session, _queries, _dml);
    }

    public void Execute()
    {
        var request = ExecuteRequest.Read(_session.Reader);
        OracleError? failure = null;
        Cursor? cursor = null;
        try
        {
            cursor = Open(request);
        }
        catch (OracleError e)
        {
            failure = e;
        }
        if (cursor != null)
        {
            if (request.Defines.Length > 0) cursor.Defines = request.Defines;
            if (request.Binds.Length > 0 || request.Sql != null) cursor.Binds = request.Binds;
        }
        // The rest of the request is read, whatever became of the statement.
        var rows = request.Binds.Length > 0 ? request.Iterations : 0;
        var descriptions = request.Binds.Length > 0 ? request.Binds : cursor?.Binds ?? [];
        var outs = request.SendsOuts ? null : request.Sql == null ? cursor?.Outs : Returned(cursor?.Statement, descriptions.Length);
        var binds = _binds.Read(cursor, descriptions, rows, outs);
        if (failure != null) throw failure;
        if (request.Describes && !request.Executes) _queries.Describe(cursor!);
        else Run(cursor!, binds, new Execution(
            request.Executes, request.Fetches, request.Commits, request.BatchErrors, request.WantsRowCounts, IsRepeated: false, request.Iterations, request.Prefetch));
    }

    public void Reexecute(bool fetches)
    {
        var request = ReexecuteRequest.Read(_session.Reader);
        var cursor = _session.Cursors.Find(request.Cursor) ?? throw new InvalidDataException($"cursor {request.Cursor} is not open");
        var iterations = fetches || cursor.Statement is SelectStatement ? 1 : Math.Max(1, request.Count);
        if (iterations > ExecuteRequest.MostIterations) throw new InvalidDataException($"A statement cannot be executed {iterations} times in a call.");
        var binds = _binds.Read(cursor, cursor.Binds, cursor.Binds.Length > 0 ? iterations : 0, cursor.Outs);
        Run(cursor, binds, new Execution(true, fetches, request.Commits, request.BatchErrors, false, IsRepeated: true, iterations, request.Count));
    }

    public void Fetch()
    {
        var request = FetchRequest.Read(_session.Reader);
        _queries.Fetch(_session.Cursors.Find(request.Cursor), request.Rows);
    }

    /// <summary>TTC function 0x62: a statement's columns without executing it.</summary>
    public void Describe()
    {
        var request = DescribeRequest.Read(_session.Reader);
        var columns = _session.Database.Parse(request.Sql) is SelectStatement select ? _session.Database.Describe(select) : [];
        _session.Writer.U8(ReturnParameters.Id).Ub(columns.Count);
        for (var i = 0; i < columns.Count; i++) ColumnTypes.Describe(columns[i]).Write(_session.Writer, i);
        _session.End(new EndOfCall());
    }

    /// <summary>The binds of RETURNING, which follow all the others; null when there are none.</summary>
    private static bool[]? Returned(Statement? statement, int binds)
    {
        var returning = statement switch
        {
            InsertStatement insert => insert.Returning,
            UpdateStatement update => update.Returning,
            DeleteStatement delete => delete.Returning,
            _ => null,
        };
        if (returning == null) return null;
        var outs = new bool[binds];
        for (var i = Math.Max(0, binds - returning.Into.Count); i < binds; i++) outs[i] = true;
        return outs;
    }

    private Cursor Open(ExecuteRequest request)
    {
        var cursor = request.Cursor == 0 ? null : _session.Cursors.Find(request.Cursor);
        if (request.Sql == null) return cursor ?? throw new OracleError(1001, "invalid cursor");
        var statement = _session.Database.Parse(request.Sql);
        if (cursor == null) return _session.Cursors.Open(statement);
        cursor.Reparse(statement);
        return cursor;
    }

    private void Run(Cursor cursor, BindRows binds, Execution execution)
    {
        _session.Progress.Cursor = cursor;
        _session.Client.Strike(FaultPoint.BeforeExecute, cursor.Statement.Sql);
        switch (cursor.Statement)
        {
            case SelectStatement select: _queries.Run(cursor, select, binds, execution); break;
            case var dml when IsDml(dml) && execution.Executes: _dml.Run(cursor, binds, execution); break;
            case BlockStatement block: _blocks.Run(cursor, block, binds, execution); break;
            default: RunOther(cursor, binds, execution); break;
        }
    }

    /// <summary>DDL, transactions, sessions; and DML that is only parsed.</summary>
    private void RunOther(Cursor cursor, BindRows binds, Execution execution)
    {
        var statement = cursor.Statement;
        var isDdl = IsDdl(statement);
        // DDL commits before it can fail.
        if (isDdl) _session.Progress.Status = CallStatus.Committed;
        if (execution.Executes && !IsDml(statement)) _session.Database.Run(statement, binds);
        _session.Client.Strike(FaultPoint.AfterExecute, statement.Sql);
        if (execution.Commits) _dml.CommitWithin(statement.Sql);
        new ReturnParameters(cursor.Id, _session.Database.InTransaction ? 1 : execution.Commits ? 2 : 0, null).Write(_session.Writer);
        _session.TellTimeZone();
        _session.End(new EndOfCall
        {
            Cursor = cursor.Id,
            CommandCode = statement.CommandCode,
            // The name of a table that is being made is not looked up.
            Position = statement is CreateTableStatement ? 0 : statement.NameOffset,
            Iterations = 1,
            Status = execution.Commits ? CallStatus.Committed | CallStatus.Ended : isDdl ? CallStatus.Ended : 0,
        });
    }

    private static bool IsDml(Statement statement) =>
        statement is InsertStatement or MultiInsertStatement or UpdateStatement or DeleteStatement or MergeStatement;

    private static bool IsDdl(Statement statement) => !IsDml(statement) && statement is not (
        SelectStatement or BlockStatement or CommitStatement or RollbackStatement or SavepointStatement or AlterSessionStatement or LockTableStatement);
}
