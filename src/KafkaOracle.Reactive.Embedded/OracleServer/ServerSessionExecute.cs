using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

internal sealed partial class ServerSession
{
    private const int RowHeader = 6;
    private const int RowData = 7;
    private const int CheckEvery = 256;

    /// <summary>One execution, however it was asked for.</summary>
    private sealed record Execution(
        bool Executes, bool Fetches, bool Commits, bool BatchErrors, bool WantsRowCounts, bool Parsed, int Iterations, int RowsToFetch);

    private void Execute()
    {
        var request = ExecuteRequest.Read(_reader, _fieldVersion);
        Cursor? cursor = null;
        OracleError? error = null;
        if (request.Sql == null)
        {
            if (!_cursors.TryGetValue(request.Cursor, out cursor)) error = new OracleError(1001, "invalid cursor");
        }
        else
        {
            try
            {
                cursor = Parse(request.Cursor, request.Sql);
            }
            catch (OracleError e)
            {
                error = e;
            }
        }
        if (cursor != null)
        {
            if (request.Defines.Length > 0) cursor.Defines = request.Defines;
            if (request.Binds.Length > 0 || request.Sql != null) cursor.Binds = request.Binds;
        }
        var descriptions = cursor?.Binds ?? request.Binds;
        var sentRows = request.Binds.Length > 0 ? request.Iterations : 0;
        BindRows binds;
        try
        {
            binds = ReadBinds(cursor, descriptions, sentRows, parsed: request.Sql != null);
        }
        catch (OracleError e)
        {
            EndWith(e, cursor);
            return;
        }
        if (error != null)
        {
            EndWith(error);
            return;
        }
        var execution = new Execution(
            request.Executes, request.Fetches, request.Commits, request.BatchErrors, request.WantsRowCounts, request.Sql != null, request.Iterations, request.Prefetch);
        Guarded(() => Run(cursor!, binds, execution));
    }

    private Cursor Parse(int id, string sql)
    {
        var statement = _session.Parse(sql);
        if (id != 0 && _cursors.TryGetValue(id, out var cursor))
        {
            cursor.Statement = statement;
            cursor.IsDescribed = false;
            cursor.Defines = [];
            cursor.OutOnly = null;
            cursor.Result = null;
            return cursor;
        }
        cursor = new Cursor(++_lastCursor, statement);
        _cursors[cursor.Id] = cursor;
        return cursor;
    }

    private void Reexecute(bool fetch)
    {
        var id = _reader.Int();
        var count = _reader.Int();
        long options = _reader.Ub(), commit = _reader.Ub();
        if (!_cursors.TryGetValue(id, out var cursor)) throw new InvalidDataException($"Cursor {id} to be executed again is not known.");
        var iterations = fetch || cursor.Statement is SelectStatement ? 1 : Math.Max(1, count);
        BindRows binds;
        try
        {
            binds = ReadBinds(cursor, cursor.Binds, cursor.Binds.Length > 0 ? iterations : 0, parsed: false);
        }
        catch (OracleError e)
        {
            EndWith(e, cursor);
            return;
        }
        Guarded(() => Run(cursor, binds, new Execution(true, fetch, (commit & 1) != 0, (options & 0x80000) != 0, false, false, iterations, count)));
    }

    private void Run(Cursor cursor, BindRows binds, Execution execution)
    {
        var sql = cursor.Statement.Sql;
        Strike(FaultPoint.BeforeExecute, sql);
        switch (cursor.Statement)
        {
            case SelectStatement select:
                RunQuery(cursor, select, binds, execution);
                break;
            case InsertStatement or MultiInsertStatement or UpdateStatement or DeleteStatement or MergeStatement:
                if (execution.Executes) RunDml(cursor, binds, execution);
                else Finish(cursor, 0, null);
                break;
            default:
                if (execution.Executes) _session.Run(cursor.Statement, binds);
                Strike(FaultPoint.AfterExecute, sql);
                if (execution.Commits) CommitWithin(sql);
                Finish(cursor, 0, null);
                break;
        }
    }

    private void RunQuery(Cursor cursor, SelectStatement select, BindRows binds, Execution execution)
    {
        if (execution.Executes || cursor.Result == null) cursor.Result = _session.Query(select, binds);
        Strike(FaultPoint.AfterExecute, select.Sql);
        if (execution.Commits && select.Query.ForUpdate != null) CommitWithin(select.Sql);
        if (!cursor.IsDescribed)
        {
            _rows.Describe(cursor.Result.Columns, _server.Options.Clock.GetUtcNow().UtcDateTime);
            cursor.IsDescribed = true;
        }
        // Rows come with the reply although no fetch was asked for: that saves a round trip. LOBs need their defines first.
        var atEnd = (execution.Fetches || (execution.RowsToFetch > 0 && !cursor.Result.HasLobs)) && WriteRows(cursor, Math.Max(1, execution.RowsToFetch));
        WriteReturnParameters(null);
        EndOfRows(cursor, atEnd);
    }

    private void RunDml(Cursor cursor, BindRows binds, Execution execution)
    {
        var run = _session.Dml(cursor.Statement, binds);
        var errors = new List<RowError>();
        var counts = new long[execution.Iterations];
        long total = 0;
        try
        {
            for (var k = 0; k < execution.Iterations; k++)
            {
                try
                {
                    counts[k] = run.Apply(k);
                    total += counts[k];
                }
                catch (OracleError e) when (execution.BatchErrors && execution.Iterations > 1 && !e.EndsCall)
                {
                    errors.Add(new RowError(k, e.Code, e.Message));
                }
                if (k % CheckEvery == CheckEvery - 1) CheckClient();
            }
        }
        catch (Exception)
        {
            run.Cancel();
            throw;
        }
        // Nothing changed: a transaction that began with this call holds nothing and need not stay open.
        if (total == 0) run.Cancel();
        else run.Complete();
        Strike(FaultPoint.AfterExecute, cursor.Statement.Sql);
        // Autocommit is ignored when rows failed: the good ones stay in an open transaction.
        if (execution.Commits && errors.Count == 0) CommitWithin(cursor.Statement.Sql);
        if (run.Returned != null) WriteReturning(cursor, run);
        WriteReturnParameters(execution.WantsRowCounts ? counts : null);
        var end = new EndOfCall { Cursor = cursor.Id, CommandCode = cursor.Statement.CommandCode, Rows = total, Iterations = execution.Iterations };
        if (errors.Count > 0) end = end with { Code = 24381, Message = "ORA-24381: error(s) in array DML", RowErrors = errors };
        End(end);
    }

    private void CommitWithin(string sql)
    {
        Strike(FaultPoint.BeforeCommit, sql);
        _session.Commit();
        Strike(FaultPoint.AfterCommit, sql);
    }

    private void Finish(Cursor cursor, long rows, long[]? counts)
    {
        WriteReturnParameters(counts);
        End(new EndOfCall { Cursor = cursor.Id, CommandCode = cursor.Statement.CommandCode, Rows = rows });
    }

    /// <summary>The I/O vector, then for every OUT bind the number of rows and each value with its length indicator.</summary>
    private void WriteReturning(Cursor cursor, DmlRun run)
    {
        var columns = run.ReturnedColumns;
        var first = cursor.Binds.Length - columns.Count;
        cursor.OutOnly = [.. cursor.Binds.Select((_, i) => i >= first)];
        _writer.U8(11).U8(0).Ub(cursor.Binds.Length).Ub(0).Ub(1).Ub(0).Ub(0).Ub(0);
        for (var i = 0; i < cursor.Binds.Length; i++) _writer.U8(i >= first ? 16 : 32);
        var values = columns.Select(_ => new List<byte[]?>()).ToArray();
        while (run.Returned!.Read())
            foreach (var list in values) list.Add(run.Returned.Next(out var value) ? value.ToArray() : null);
        _writer.U8(RowData);
        foreach (var list in values)
        {
            _writer.Ub(list.Count);
            foreach (var value in list) _writer.Clr(value).Sb(0);
        }
    }

    /// <summary>TTC message 8: the cursor, nothing else of interest, and the counts of rows affected when they were asked for.</summary>
    private void WriteReturnParameters(long[]? counts)
    {
        _writer.U8(8).Ub(6).Ub(0).Ub(0).Ub(0).Ub(_session.InTransaction ? 1 : 0).Ub(0).Ub(0).Ub(0).Ub(0).Ub(0);
        if (counts == null) return;
        _writer.Ub(counts.Length);
        foreach (var count in counts) _writer.Ub(count);
    }

    private void Fetch()
    {
        var id = _reader.Int();
        var rows = _reader.Int();
        if (!_cursors.TryGetValue(id, out var cursor) || cursor.Result == null)
        {
            EndWith(new OracleError(1002, "fetch out of sequence"));
            return;
        }
        Guarded(() =>
        {
            Strike(FaultPoint.Fetch, cursor.Statement.Sql);
            EndOfRows(cursor, WriteRows(cursor, rows));
        });
    }

    /// <summary>Writes at most so many rows; true when there are no more.</summary>
    private bool WriteRows(Cursor cursor, int most)
    {
        var result = cursor.Result!;
        var columns = result.Columns;
        _writer.U8(RowHeader).U8(0x22).Ub(columns.Count & 0xff).Ub(columns.Count >> 8).Ub(most).Ub(0).Ub(0).Ub(0);
        for (var k = 0; k < most; k++)
        {
            if (!result.Read()) return true;
            _writer.U8(RowData);
            for (var i = 0; i < columns.Count; i++)
            {
                var define = i < cursor.Defines.Length ? cursor.Defines[i] : null;
                if (result.Next(out var value)) _rows.Value(columns[i].Type, value, define);
                else _rows.Null(define);
            }
        }
        return !result.HasMore;
    }

    private void EndOfRows(Cursor cursor, bool atEnd) => End(new EndOfCall
    {
        Cursor = cursor.Id,
        CommandCode = cursor.Statement.CommandCode,
        Rows = cursor.Result!.Fetched,
        Code = atEnd ? 1403 : 0,
        Message = atEnd ? "ORA-01403: no data found" : "",
    });

    /// <summary>TTC function 0x62: a statement's columns without executing it.</summary>
    private void DescribeOnly()
    {
        _reader.U8();
        _reader.Ub();
        _reader.U8();
        _reader.Ub();
        _reader.Ub();
        _reader.Skip(2);
        var sql = _reader.ClrString();
        _reader.Skip(_reader.Remaining);
        Guarded(() =>
        {
            var columns = _session.Parse(sql) is SelectStatement select ? _session.Describe(select) : [];
            _writer.U8(8).Ub(columns.Count);
            for (var i = 0; i < columns.Count; i++) _rows.Column(columns[i], i);
            End(new EndOfCall());
        });
    }
}
