using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>Direct path loads, TTC functions 0x80 to 0x82: rows are inserted as they come, and committed or undone together.</summary>
internal sealed class DirectPathCalls(ServerSession session)
{
    private const int Version = 400;
    private const int BufferSize = 1 << 20;
    private const int CheckEvery = 256;
    private const int InsertCode = 2;
    private readonly Dictionary<int, DirectPathLoad> _loads = [];

    public void Prepare()
    {
        var request = DirectPathPrepareRequest.Read(session.Reader);
        if (_loads.Count + 1 > CursorTable.Most) throw new OracleError(1000, "maximum open cursors exceeded");
        var load = Open(request);
        var id = session.Cursors.TakeNumber();
        _loads[id] = load;
        if (load.JoinsTransaction) session.Database.Run(new SavepointStatement(Savepoint(id)), new BindRows([]));
        var writer = session.Writer.U8(ReturnParameters.Id).Ub(load.Columns.Count);
        foreach (var column in load.Columns) ColumnTypes.Describe(column).WriteForLoad(writer);
        writer.Ub(0);
        // Outputs: versions of the interface and the stream, size of the client's buffer (0 would mean a row a call), cursor.
        long[] outputs = [Version, Version, BufferSize, id, 1, 0, 0, 32, 22, 0, 0, 0, 0, 0, 1];
        writer.Ub(outputs.Length);
        foreach (var output in outputs) writer.Ub(output);
        session.End(new EndOfCall { Cursor = id, CommandCode = InsertCode });
    }

    public void Load()
    {
        var request = DirectPathLoadRequest.Read(session.Reader);
        var load = Find(request.Cursor);
        session.Client.Strike(FaultPoint.BeforeExecute, load.Insert.Sql);
        var rows = new BindRows([.. load.Columns.Select(c => c.Type)]);
        load.Stream.Read(request.Stream, row => Add(rows, load, row));
        try
        {
            Insert(load, rows);
        }
        catch (OracleError)
        {
            Undo(request.Cursor, load);
            throw;
        }
        load.Rows += rows.Rows;
        session.Client.Strike(FaultPoint.AfterExecute, load.Insert.Sql);
        session.Writer.U8(ReturnParameters.Id).Ub(0);
        session.End(new EndOfCall { Cursor = request.Cursor, CommandCode = InsertCode, Rows = rows.Rows });
    }

    public void End()
    {
        var request = DirectPathEndRequest.Read(session.Reader);
        var load = Find(request.Cursor);
        var status = CallStatus.Ended;
        if (request.Aborts)
        {
            Undo(request.Cursor, load);
            status |= CallStatus.Committed;
        }
        else if (request.Finishes && !load.JoinsTransaction)
        {
            session.Client.Strike(FaultPoint.BeforeCommit, load.Insert.Sql);
            session.Database.Commit();
            session.Client.Strike(FaultPoint.AfterCommit, load.Insert.Sql);
        }
        if (request.Aborts || request.Finishes) Close(request.Cursor);
        session.Writer.U8(ReturnParameters.Id).Ub(0);
        session.End(new EndOfCall { Cursor = request.Cursor, CommandCode = InsertCode, Rows = request.Finishes ? load.Rows : 0, Status = status });
    }

    private DirectPathLoad Open(DirectPathPrepareRequest request)
    {
        // Names come as a statement would have them, in quotes or not.
        var table = request.Schema.Length == 0 ? request.Table : $"{request.Schema}.{request.Table}";
        var names = string.Join(", ", request.Columns);
        var columns = session.Database.Describe((SelectStatement)session.Database.Parse($"SELECT {names} FROM {table}"));
        var binds = string.Join(", ", request.Columns.Select((_, i) => $":{i + 1}"));
        return new DirectPathLoad(columns, session.Database.Parse($"INSERT INTO {table} ({names}) VALUES ({binds})"), request.JoinsTransaction);
    }

    private void Insert(DirectPathLoad load, BindRows rows)
    {
        if (rows.Rows == 0) return;
        var run = session.Database.Dml(load.Insert, rows);
        try
        {
            for (var k = 0; k < rows.Rows; k++)
            {
                run.Apply(k);
                if (k % CheckEvery == CheckEvery - 1) session.Client.Check();
            }
        }
        catch (Exception)
        {
            run.Cancel();
            throw;
        }
        run.Complete();
    }

    private static void Add(BindRows rows, DirectPathLoad load, IReadOnlyList<byte[]?> row)
    {
        rows.AddRow();
        for (var i = 0; i < row.Count; i++)
        {
            if (row[i] is not { } value) continue;
            var type = load.Columns[i].Type;
            // CLOBs and national text come as UTF-16.
            var isUtf16 = type.IsText && (type.IsLob || type.IsNational);
            if (isUtf16) rows.Set(i, Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(value)));
            else if (type.Kind is TypeKind.Timestamp or TypeKind.TimestampLtz) rows.Set(i, OracleInstant.Trim(value));
            else rows.Set(i, value);
        }
    }

    /// <summary>Rolls the load back; what the transaction did before it stays when the load had joined it.</summary>
    private void Undo(int id, DirectPathLoad load)
    {
        if (load.JoinsTransaction) session.Database.Run(new RollbackStatement(Savepoint(id)), new BindRows([]));
        else session.Database.Rollback();
        load.Rows = 0;
    }

    private void Close(int id)
    {
        _loads.Remove(id);
        session.Cursors.ReturnNumber(id);
    }

    private DirectPathLoad Find(int id) => _loads.GetValueOrDefault(id) ?? throw new OracleError(1001, "invalid cursor");

    private static string Savepoint(int id) => $"ORA$LOAD{id}";
}

/// <summary>A direct path load that is under way.</summary>
internal sealed class DirectPathLoad(IReadOnlyList<OutputColumn> columns, Statement insert, bool joinsTransaction)
{
    public IReadOnlyList<OutputColumn> Columns => columns;

    public Statement Insert => insert;

    public bool JoinsTransaction => joinsTransaction;

    public DirectPathStream Stream { get; } = new(columns.Count);

    public long Rows { get; set; }
}
