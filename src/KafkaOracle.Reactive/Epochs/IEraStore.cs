namespace KafkaOracle.Reactive;

/// <summary>A store whose tables' past eras can be replaced: the port that Oracle, and a test's memory, plug into.</summary>
public interface IEraStore : IEpochStore
{
    /// <summary>Checks, and where told to creates, the tables; then reads the ledger.</summary>
    /// <param name="pipeline">The pipeline's name, its key in the ledger.</param>
    /// <param name="tables">The tables of the query that rows of eras go into, each with the name of the table that takes them.</param>
    /// <param name="stop">Cancels the opening, not the writing.</param>
    /// <exception cref="Exception">A table is missing or does not fit, or the server refuses: one clear message, nothing written.</exception>
    Task<IEraWriter> OpenErasAsync(string pipeline, IReadOnlyList<EraTable> tables, CancellationToken stop);
}

/// <summary>A table of a query, and the name of the table that takes its rows.</summary>
public readonly record struct EraTable(ITable Table, string Name);

/// <summary>Replaces the rows of eras, one era after the other, each in one transaction. Disposing it undoes the one that is not committed.</summary>
public interface IEraWriter : IAsyncDisposable
{
    /// <summary>The ledger's rows of the pipeline when the writer was opened.</summary>
    IReadOnlyList<LedgerRow> Ledger { get; }

    /// <summary>Which eras of a stretch of time were replaced by these tables' rows of a query before.</summary>
    /// <param name="query">The query's version with its era and lead-in.</param>
    /// <param name="from">Start of the first era asked for.</param>
    /// <param name="to">End of the last one.</param>
    /// <param name="stop">Cancels the asking.</param>
    Task<IReadOnlyList<EraSpan>> FindReplacedAsync(string query, DateTimeOffset from, DateTimeOffset to, CancellationToken stop);

    /// <summary>Begins an era: waits for whoever else replaces it, and deletes the rows of the eras that begin in it from all tables.</summary>
    /// <param name="era">The era.</param>
    /// <param name="query">The query's version with its era and lead-in.</param>
    /// <param name="stop">Cancels the waiting.</param>
    Task BeginAsync(EraSpan era, string query, CancellationToken stop);

    /// <summary>Writes rows of the era. Nobody else sees them before it is committed.</summary>
    Task WriteAsync(IReadOnlyList<RowBatch> batches, CancellationToken stop);

    /// <summary>Commits the era.</summary>
    Task<EraRows> CommitAsync(CancellationToken stop);
}

/// <summary>An era.</summary>
/// <param name="Start">When it starts, in UTC.</param>
/// <param name="End">When the next one starts.</param>
public readonly record struct EraSpan(DateTimeOffset Start, DateTimeOffset End);

/// <summary>What replacing an era did.</summary>
/// <param name="Deleted">Rows that were there.</param>
/// <param name="Written">Rows that took their place.</param>
/// <param name="Refused">Rows that the database refused for their own sake; the rejects took them.</param>
public readonly record struct EraRows(long Deleted, long Written, long Refused);
