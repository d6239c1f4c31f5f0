using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Runs the statements of a PL/SQL block one after another. An error that no handler lets pass takes back what they changed.</summary>
internal sealed class BlockRun(DatabaseSession session, IReadOnlyList<string> names, BindRows binds)
{
    private const string Undo = "ora$block";

    public void Run(Block block)
    {
        // What ends the transaction itself leaves nothing to take back.
        var guarded = block.Steps.All(s => s is StatementStep { Statement: InsertStatement or MultiInsertStatement or UpdateStatement or DeleteStatement or MergeStatement } or RaiseStep)
            && block.Steps.Any(s => s is StatementStep);
        if (guarded) session.Run(new SavepointStatement(Undo), binds);
        try
        {
            foreach (var step in block.Steps) Run(step);
        }
        catch (OracleError e)
        {
            if (guarded) session.Run(new RollbackStatement(Undo), binds);
            if (block.Handler is not { } handler || handler.Codes.Contains(e.Code) != handler.Passes) throw;
        }
    }

    private void Run(BlockStep step)
    {
        switch (step)
        {
            case NestedStep nested: Run(nested.Block); break;
            case RaiseStep raise: throw new OracleError(raise.Code, raise.Text);
            case DynamicStep dynamic: Run(session.Parse(dynamic.Sql), new BindRows([])); break;
            case StatementStep { Statement: var statement }: Run(statement, Own(statement)); break;
            default: throw OracleError.Unsupported("this step of a PL/SQL block");
        }
    }

    private void Run(Statement statement, BindRows own)
    {
        if (statement is SelectStatement)
        {
            // Without INTO nobody sees the rows, and none are read.
            session.Query((SelectStatement)statement, own).Dispose();
            return;
        }
        if (statement is not (InsertStatement or MultiInsertStatement or UpdateStatement or DeleteStatement or MergeStatement))
        {
            session.Run(statement, own);
            return;
        }
        var run = session.Dml(statement, own);
        try
        {
            if (run.ReturnedColumns.Count > 0) throw OracleError.Unsupported("RETURNING in a PL/SQL block");
            run.Apply(0);
        }
        catch (Exception)
        {
            run.Cancel();
            throw;
        }
        run.Complete();
    }

    /// <summary>The values of a statement's own binds, out of those of the block.</summary>
    private BindRows Own(Statement statement)
    {
        var sources = statement.Binds.Select(name => IndexOf(name)).ToArray();
        var own = new BindRows([.. sources.Select(i => binds.Types[i])]);
        own.AddRow();
        for (var i = 0; i < sources.Length; i++)
            if (binds.Rows > 0 && !binds.IsNull(0, sources[i])) own.Set(i, binds.Value(0, sources[i]));
        return own;
    }

    private int IndexOf(string name)
    {
        for (var i = 0; i < names.Count && i < binds.Columns; i++) if (names[i] == name) return i;
        throw new OracleError(1008, "not all variables bound");
    }
}
