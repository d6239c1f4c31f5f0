using System.Buffers.Binary;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>Queries: describe, execute, and rows as they are asked for.</summary>
internal sealed class QueryCalls(ServerSession session)
{
    private const int LargestUnsent = 1 << 20;
    private readonly RowWriter _rows = new(session.Writer, session.Lobs);

    public void Run(Cursor cursor, SelectStatement select, BindRows binds, Execution execution)
    {
        if (execution.Executes || cursor.Result == null) cursor.Result = session.Database.Query(select, binds);
        session.Client.Strike(FaultPoint.AfterExecute, select.Sql);
        if (execution.Commits && select.Query.ForUpdate != null) session.Database.Commit();
        // A statement whose table has changed is described again.
        var description = Description(cursor);
        if (cursor.Described?.SequenceEqual(description.Columns) != true)
        {
            description.Write(session.Writer);
            cursor.Described = description.Columns;
        }
        // Rows come with the reply although no fetch was asked for: that saves a round trip. LOBs need their defines first.
        var sends = (execution.Fetches || execution.RowsToFetch > 0) && (!cursor.Result.HasLobs || cursor.Defines.Length > 0);
        var atEnd = sends && WriteRows(cursor, Math.Max(1, execution.RowsToFetch));
        new ReturnParameters(cursor.Id, session.Database.InTransaction ? 1 : 0, null).Write(session.Writer);
        EndOfRows(cursor, atEnd, iterations: 1);
    }

    /// <summary>The columns alone; the query is not executed.</summary>
    public void Describe(Cursor cursor)
    {
        session.Progress.Cursor = cursor;
        if (cursor.Statement is SelectStatement select)
            Description(session.Database.Describe(select), select.Sql).Write(session.Writer);
        new ReturnParameters(cursor.Id, session.Database.InTransaction ? 1 : 0, null).Write(session.Writer);
        session.End(new EndOfCall { Cursor = cursor.Id, CommandCode = cursor.Statement.CommandCode });
    }

    public void Fetch(Cursor? cursor, int rows)
    {
        session.Progress.Cursor = cursor;
        if (cursor?.Result == null) throw new OracleError(1002, "fetch out of sequence");
        session.Client.Strike(FaultPoint.Fetch, cursor.Statement.Sql);
        EndOfRows(cursor, WriteRows(cursor, rows), iterations: 0);
    }

    public Description Description(Cursor cursor) => Description(cursor.Result!.Columns, cursor.Statement.Sql);

    private Description Description(IReadOnlyList<OutputColumn> columns, string sql) =>
        new([.. columns.Select(ColumnTypes.Describe)], sql, session.Server.Options.Clock.GetUtcNow().UtcDateTime);

    /// <summary>Writes at most so many rows; true when there are no more.</summary>
    private bool WriteRows(Cursor cursor, int most)
    {
        var result = cursor.Result!;
        new RowHeader(result.Columns.Count, most).Write(session.Writer);
        for (var k = 0; k < most; k++)
        {
            if (!result.Read()) return true;
            WriteRow(cursor, result);
            if (session.Writer.Length > LargestUnsent) session.Flush();
        }
        return !result.HasMore;
    }

    private void WriteRow(Cursor cursor, QueryResult result)
    {
        var lobs = new List<(LobValue Lob, string? Column)>();
        session.Writer.U8(RowHeader.Row);
        for (var i = 0; i < result.Columns.Count; i++)
        {
            var define = i < cursor.Defines.Length ? cursor.Defines[i] : null;
            if (!result.Next(out var value)) _rows.Null(define);
            else if (_rows.Value(result.Columns[i].Type, value, define) is { } lob) lobs.Add((lob, result.Columns[i].Column));
        }
        if (result.LockedTable == null) return;
        result.Next(out var number);
        foreach (var (lob, column) in lobs)
            if (column != null) lob.Origin = new LobOrigin(result.LockedTable, column, BinaryPrimitives.ReadInt64BigEndian(number));
    }

    private void EndOfRows(Cursor cursor, bool atEnd, int iterations)
    {
        var fetched = cursor.Result!.Fetched;
        if (atEnd) cursor.StopFetching();
        session.End(new EndOfCall
        {
            Cursor = cursor.Id,
            CommandCode = cursor.Statement.CommandCode,
            Position = cursor.Statement.NameOffset,
            Rows = fetched,
            Iterations = iterations,
            Code = atEnd ? 1403 : 0,
            Message = atEnd ? "ORA-01403: no data found" : "",
        });
    }
}
