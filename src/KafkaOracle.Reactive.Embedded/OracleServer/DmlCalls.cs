using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>INSERT, UPDATE, DELETE and MERGE, with one or many rows of bind values.</summary>
internal sealed class DmlCalls(ServerSession session)
{
    private const int CheckEvery = 256;
    private readonly RowWriter _rows = new(session.Writer, session.Lobs);

    public void Run(Cursor cursor, BindRows binds, Execution execution)
    {
        var sql = cursor.Statement.Sql;
        var run = session.Database.Dml(cursor.Statement, binds);
        var returned = run.ReturnedColumns.Count == 0 ? null : new List<QueryResult?>(execution.Iterations);
        var counts = new long[execution.Iterations];
        var errors = Apply(run, execution, counts, returned);
        var total = counts.Sum();
        session.Client.Strike(FaultPoint.AfterExecute, sql);
        // Autocommit is ignored when rows failed: the good ones stay in an open transaction.
        var commits = execution.Commits && errors.Count == 0;
        if (commits) CommitWithin(sql);
        if (returned != null) WriteReturned(cursor, run.ReturnedColumns, returned);
        // The answer to an execution of the same again is its end alone.
        if (returned != null || !execution.IsRepeated)
            new ReturnParameters(cursor.Id, session.Database.InTransaction ? 1 : commits ? 2 : 0, execution.WantsRowCounts ? counts : null).Write(session.Writer);
        session.End(new EndOfCall
        {
            Cursor = cursor.Id,
            CommandCode = cursor.Statement.CommandCode,
            Position = cursor.Statement.NameOffset,
            Rows = total,
            Iterations = execution.Iterations,
            LastRow = total > 0 && run.LastRow > 0 ? RowId.Of(TableOf(cursor.Statement), run.LastRow) : default,
            Status = commits ? CallStatus.Committed | CallStatus.Ended : 0,
            Code = errors.Count == 0 ? 0 : 24381,
            Message = errors.Count == 0 ? "" : "ORA-24381: error(s) in array DML",
            RowErrors = errors,
        });
    }

    public void CommitWithin(string sql)
    {
        session.Client.Strike(FaultPoint.BeforeCommit, sql);
        session.Database.Commit();
        session.Client.Strike(FaultPoint.AfterCommit, sql);
    }

    private List<RowError> Apply(DmlRun run, Execution execution, long[] counts, List<QueryResult?>? returned)
    {
        var errors = new List<RowError>();
        long total = 0;
        try
        {
            for (var k = 0; k < execution.Iterations; k++)
            {
                try
                {
                    counts[k] = run.Apply(k);
                    total += counts[k];
                    returned?.Add(run.Returned);
                }
                catch (OracleError e) when (execution.BatchErrors && execution.Iterations > 1 && !e.EndsCall)
                {
                    errors.Add(new RowError(k, e.Code, e.Message));
                    returned?.Add(null);
                }
                if (k % CheckEvery == CheckEvery - 1) session.Client.Check();
            }
        }
        catch (OracleError e) when (total > 0 && !e.EndsCall)
        {
            // Without batch errors the rows before the one that failed stay.
            session.Progress.Rows = total;
            run.Complete();
            throw;
        }
        catch (Exception)
        {
            run.Cancel();
            throw;
        }
        // Nothing changed: a transaction that began with this call holds nothing and need not stay open.
        if (total == 0) run.Cancel();
        else run.Complete();
        return errors;
    }

    /// <summary>The I/O vector, then a row a set of bind values: for every OUT bind the number of rows and each value with its length indicator.</summary>
    private void WriteReturned(Cursor cursor, IReadOnlyList<OutputColumn> columns, List<QueryResult?> results)
    {
        var writer = session.Writer;
        var first = cursor.Binds.Length - columns.Count;
        cursor.Outs = [.. cursor.Binds.Select((_, i) => i >= first)];
        // An occurrence of a name that the client marked as repeated is no bind of its own.
        new IoVector([.. cursor.Outs.Where((_, i) => !cursor.Binds[i].IsRepeated).Select(o => o ? BindUse.Out : BindUse.In)]).Write(writer);
        foreach (var result in results)
        {
            var values = columns.Select(_ => new List<byte[]?>()).ToArray();
            while (result?.Read() == true)
                foreach (var list in values) list.Add(result.Next(out var value) ? value.ToArray() : null);
            writer.U8(RowHeader.Row);
            for (var i = 0; i < columns.Count; i++)
            {
                writer.Ub(values[i].Count);
                foreach (var value in values[i]) _rows.Out(columns[i].Type, value, cursor.Binds[first + i]);
            }
        }
    }

    private static string TableOf(Statement statement) => statement switch
    {
        InsertStatement insert => insert.Table.Name,
        MultiInsertStatement insert => insert.Branches[^1].Table.Name,
        UpdateStatement update => update.Table.Name,
        DeleteStatement delete => delete.Table.Name,
        MergeStatement merge => merge.Target.Name,
        _ => "",
    };
}
