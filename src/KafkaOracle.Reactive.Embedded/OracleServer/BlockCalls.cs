using KafkaOracle.Reactive.Embedded.OraclePlSql;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>PL/SQL blocks, with one or many rows of bind values, and what they leave in their binds.</summary>
internal sealed class BlockCalls(ServerSession session, QueryCalls queries, DmlCalls dml)
{
    private readonly RowWriter _rows = new(session.Writer, session.Lobs);

    public void Run(Cursor cursor, BlockStatement block, BindRows binds, Execution execution)
    {
        var results = new List<BlockResult>();
        if (execution.Executes)
        {
            var refCursors = cursor.Binds.Select(b => b.Type == WireType.RefCursor).ToArray();
            for (var k = 0; k < execution.Iterations; k++)
            {
                results.Add(session.Database.Run(block, binds, k, refCursors));
                session.Progress.Rows = k + 1;
            }
        }
        session.Client.Strike(FaultPoint.AfterExecute, block.Sql);
        if (execution.Commits) dml.CommitWithin(block.Sql);
        if (block.Uses.Any(u => u.HasFlag(BindUse.Out))) WriteOuts(cursor, block, binds.Types, results);
        new ReturnParameters(cursor.Id, session.Database.InTransaction ? 1 : execution.Commits ? 2 : 0, null).Write(session.Writer);
        session.TellTimeZone();
        session.End(new EndOfCall
        {
            Cursor = cursor.Id,
            CommandCode = block.CommandCode,
            Position = block.NameOffset,
            Iterations = execution.Iterations,
            Rows = results.Count,
            Status = execution.Commits ? CallStatus.Committed | CallStatus.Ended : 0,
        });
    }

    /// <summary>The I/O vector, then a row an execution: the values of the OUT binds with their length indicators.</summary>
    private void WriteOuts(Cursor cursor, BlockStatement block, OracleType[] types, List<BlockResult> results)
    {
        cursor.Outs = [.. block.Uses.Select(u => u == BindUse.Out)];
        new IoVector([.. block.Uses]).Write(session.Writer);
        foreach (var result in results)
        {
            session.Writer.U8(RowHeader.Row);
            for (var i = 0; i < block.Uses.Count; i++)
            {
                if (!block.Uses[i].HasFlag(BindUse.Out)) continue;
                if (cursor.Binds[i].Type == WireType.RefCursor) WriteCursor(result.Cursors[i]);
                else _rows.Out(types[i], result.Values[i], cursor.Binds[i]);
            }
        }
    }

    /// <summary>A REF CURSOR: its columns and the number that its rows are fetched by; 0 and no columns for one that is not open.</summary>
    private void WriteCursor(OpenCursor? open)
    {
        if (open is not { IsClosed: false })
        {
            new Description([], "", session.Server.Options.Clock.GetUtcNow().UtcDateTime).WriteValue(session.Writer);
            session.Writer.Ub(0).Ub(0);
            return;
        }
        var cursor = session.Cursors.Open(open.Statement);
        cursor.Result = open.Result;
        var description = queries.Description(cursor);
        cursor.Described = description.Columns;
        description.WriteValue(session.Writer);
        session.Writer.Ub(cursor.Id).Ub(0);
    }
}
