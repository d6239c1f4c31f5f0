using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

public sealed partial class OracleStore
{
    /// <summary>Loads rows by direct path, past the SQL engine: for large amounts of history, before or beside a pipeline.</summary>
    /// <param name="table">The table, which must be there. Rows are added, whatever its mode.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="rejects">The pipeline whose rejects take the rows that do not fit, up to <see cref="OracleStoreOptions.MaxRefusedRows"/> and <see cref="OracleStoreOptions.MaxRefusedShare"/>; null: such a row ends the load.</param>
    /// <param name="stop">Cancels; nothing is loaded then.</param>
    /// <returns>How many rows were loaded, and how many went to the rejects.</returns>
    /// <exception cref="OracleStoreException">
    /// An epoch that writes the table is open; a row does not fit and there are no rejects, or they are too many; a row's key is there
    /// already; the server cannot be reached or refuses. Nothing is loaded then, and nothing rejected.
    /// </exception>
    /// <remarks>
    /// <para>Outside exactly-once: no position is kept, so the same rows given twice are loaded twice, or refused where a key forbids it.
    /// The table is locked from the first row to the commit; epochs that write it wait. Rows and rejects are one transaction.</para>
    /// <para>A row does not fit that is too long, has no value where one must be, or a value that its column cannot hold; it can be replayed
    /// (<see cref="KafkaOracle.Reactive.Rejects.ReplayAsync"/>). Keys and checks are the database's to judge, which refuses the load as a whole.</para>
    /// <para>Direct path fires no triggers and checks no foreign keys. Memory is bounded by <see cref="OracleStoreOptions.ArrayRows"/> rows.</para>
    /// </remarks>
    public async Task<BackfillResult> BackfillAsync<T>(OracleTable<T> table, IAsyncEnumerable<T> rows, string? rejects = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(rows);
        if (table.KeepsEra) throw new ArgumentException($"Table {table.Name} has an era column; rows that come from no pipeline belong to no era.", nameof(table));
        await using var connection = await ConnectAsync(_options, stop);
        try
        {
            var into = rejects is null ? null : RejectsTable.For(rejects);
            if (into is not null) await TableCheck.EnsureAsync(connection, [into], _options, _logger, stop);
            await using var transaction = connection.BeginTransaction();
            await ExecuteAsync(connection, $"LOCK TABLE {OracleName.Quoted(table.Name)} IN EXCLUSIVE MODE NOWAIT", stop);
            var (given, rejected) = (0L, new List<RejectRecord>());
            using (var load = new DirectPathLoad(connection, table, _options.CommandTimeout))
            {
                var batch = table.NewBatch();
                await foreach (var row in rows.WithCancellation(stop))
                {
                    batch.Add(row, default);
                    if (batch.Count < _options.ArrayRows) continue;
                    Load(load, (IOracleBatch)batch);
                    batch = table.NewBatch();
                }
                Load(load, (IOracleBatch)batch);
            }
            if (into is not null) await RejectsTable.WriteAsync(connection, into, rejected, _options, stop);
            await transaction.CommitAsync(CancellationToken.None);
            return new(given - rejected.Count, rejected.Count);

            void Load(DirectPathLoad load, IOracleBatch batch)
            {
                given += batch.Count + batch.Unfit.Count;
                var unfit = load.Load(batch);
                if (unfit.Count == 0) return;
                if (into is null) throw new OracleStoreException($"Table {table.Name} was not loaded: among the first {given} rows is one that does not fit. {unfit[0].Reason} It is {unfit[0].Payload}. Nothing of it is there.");
                rejected.AddRange(unfit.Select(u => RejectRecord.Of(table, u, 0) with { EventTime = null }));
                new FloodGuard(_options).Check(given, rejected);
            }
        }
        catch (OracleException fault)
        {
            throw _options.Policy.Explain($"Table {table.Name} was not loaded: {(fault.Number == OracleErrorPolicy.Busy ? "an epoch is open that writes it. Stop the pipeline before, or load into a table of its own. " : "")}", fault, "Nothing of it is there.");
        }
    }
}

/// <summary>What <see cref="OracleStore.BackfillAsync"/> did.</summary>
/// <param name="Loaded">Rows that are in the table now.</param>
/// <param name="Rejected">Rows that are in the rejects now.</param>
public readonly record struct BackfillResult(long Loaded, long Rejected);
