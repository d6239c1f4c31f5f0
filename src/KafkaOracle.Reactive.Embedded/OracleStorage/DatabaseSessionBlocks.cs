using KafkaOracle.Reactive.Embedded.OraclePlSql;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>A savepoint around the changes of a block, and whether the transaction began with it.</summary>
internal sealed record BlockGuard(string Name, bool Began);

/// <summary>PL/SQL blocks, which take back what they changed when they fail.</summary>
internal sealed partial class DatabaseSession
{
    private const int DeepestBlocks = 32;
    private int _blocks;

    public PlSqlSession PlSql { get; } = new(settings.Client);

    internal Catalog Catalog => database.Catalog;

    /// <summary>Runs a block with the values of a row of binds.</summary>
    /// <param name="statement">The block.</param>
    /// <param name="binds">The values of its host binds.</param>
    /// <param name="row">The row of them.</param>
    /// <param name="refCursors">Which of the binds are REF CURSORs.</param>
    public BlockResult Run(BlockStatement statement, BindRows binds, int row, IReadOnlyList<bool> refCursors)
    {
        var block = Bounded(() => BlockCompiler.Compile(database.Catalog, statement, binds.Types, refCursors));
        if (_blocks == DeepestBlocks) throw new OracleError(36, $"maximum number of recursive SQL levels ({DeepestBlocks}) exceeded");
        var connection = Take();
        connection.Begin(clock.GetUtcNow());
        _blocks++;
        try
        {
            return BlockRun.Execute(this, block, connection, binds, row);
        }
        finally
        {
            _blocks--;
            Give(connection);
        }
    }

    /// <summary>Throws when the client cancelled or went away.</summary>
    internal void CheckWanted() => stillWanted();

    internal BlockGuard Guard()
    {
        var guard = new BlockGuard($"ora$block{_blocks}", !InTransaction);
        Savepoint(guard.Name);
        return guard;
    }

    /// <summary>The guard while its savepoint stands, which the end of the transaction takes away.</summary>
    internal BlockGuard? Renewed(BlockGuard? guard) => guard != null && _transaction?.HasSavepoint(guard.Name) == true ? guard : null;

    /// <summary>Ends a block: its changes stay, or are undone. A transaction that it began and that holds nothing ends too.</summary>
    internal void End(BlockGuard guard, bool undo)
    {
        if (Renewed(guard) == null) return;
        Enter(lockWait, OracleError.Busy(), mayEnd: false);
        bool ends;
        try
        {
            if (undo) _transaction!.RollbackTo(guard.Name);
            _transaction!.Forget(guard.Name);
            ends = guard.Began && (undo || _transaction.HoldsNothing);
        }
        finally
        {
            Leave();
        }
        if (ends) Rollback();
        else if (undo) database.Transactions.Released(_transaction);
    }
}
