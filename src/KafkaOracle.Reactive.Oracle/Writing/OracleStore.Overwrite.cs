using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

public sealed partial class OracleStore
{
    /// <summary>Puts the rows that a pipeline has written for its overwritten tables in the place of those that are there, all tables in one transaction.</summary>
    /// <param name="pipeline">A pipeline whose run has ended: <c>await run.Completion</c> before.</param>
    /// <param name="stop">Cancels; nothing has changed then.</param>
    /// <returns>How many rows are there now, over all tables.</returns>
    /// <exception cref="InvalidOperationException">The pipeline overwrites no table, or has committed nothing since the last swap: there is nothing to put there.</exception>
    /// <exception cref="OracleStoreException">The server cannot be reached or refuses; nothing has changed.</exception>
    /// <remarks>
    /// <para>Readers see the old rows until the commit and the new ones from then on. By DELETE and INSERT, not by renaming: grants, indexes,
    /// constraints and views stay, at the cost of undo for both contents.</para>
    /// <para>The pipeline's positions go with it: its next run begins where its options say, fills the staging tables anew and is swapped
    /// in again. A run of it that is still under way is fenced. After a crash before the swap run the pipeline again, which ends at
    /// once, and swap.</para>
    /// </remarks>
    public async Task<long> SwapAsync(Pipeline pipeline, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        OracleTable[] tables = [.. pipeline.Tables.OfType<OracleTable>().Where(t => t.Mode is OverwriteMode)];
        if (tables.Length == 0) throw new InvalidOperationException($"Pipeline '{pipeline.Name}' writes no table by Overwrite(), so there is nothing to swap.");
        await using var connection = await ConnectAsync(_options, stop);
        try
        {
            await using var transaction = connection.BeginTransaction();
            foreach (var table in tables) await ExecuteAsync(connection, $"LOCK TABLE {Staging(table)} IN EXCLUSIVE MODE", stop);       // waits for an epoch under way
            if (await ExecuteAsync(connection, $"DELETE FROM {OracleName.Quoted(LedgerTable.Table.Name)} WHERE \"PIPELINE\" = :1", stop, pipeline.Name) == 0)
                throw new InvalidOperationException($"Pipeline '{pipeline.Name}' has committed nothing since its tables were last swapped, so there is nothing to put in their place.");
            var rows = 0L;
            foreach (var table in tables)
            {
                var columns = string.Join(", ", table.Columns.Select(c => OracleName.Quoted(c.Name)));
                await ExecuteAsync(connection, $"DELETE FROM {OracleName.Quoted(table.Name)}", stop);
                rows += await ExecuteAsync(connection, $"INSERT INTO {OracleName.Quoted(table.Name)} ({columns}) SELECT {columns} FROM {Staging(table)}", stop);
                await ExecuteAsync(connection, $"DELETE FROM {Staging(table)}", stop);
            }
            await transaction.CommitAsync(CancellationToken.None);
            return rows;
        }
        catch (OracleException fault)
        {
            throw _options.Policy.Explain($"Oracle refused to swap the tables of pipeline '{pipeline.Name}': ", fault, "They are as they were.");
        }
    }

    /// <summary>Empties the staging tables of a pipeline that begins: what a former attempt left there belongs to no position.</summary>
    private async Task EmptyStagingAsync(OracleConnection connection, string pipeline, IEnumerable<OracleTable> tables, CancellationToken stop)
    {
        foreach (var table in tables.Where(t => t.Mode is OverwriteMode))
        {
            await using var transaction = connection.BeginTransaction();
            await ExecuteAsync(connection, $"LOCK TABLE {Staging(table)} IN EXCLUSIVE MODE", stop);
            // Read under the lock: another lane of the pipeline may have begun to fill it.
            if ((await LedgerTable.ReadAsync(connection, pipeline, stop)).Count == 0) await ExecuteAsync(connection, $"DELETE FROM {Staging(table)}", stop);
            await transaction.CommitAsync(CancellationToken.None);
        }
    }

    private async Task<int> ExecuteAsync(OracleConnection connection, string sql, CancellationToken stop, string? bind = null)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = (int)Math.Ceiling(_options.CommandTimeout.TotalSeconds);
        if (bind is not null) command.Parameters.Add(new OracleParameter { OracleDbType = OracleDbType.Varchar2, Value = bind });
        return await command.ExecuteNonQueryAsync(stop);
    }

    private static string Staging(OracleTable table) => OracleName.Quoted(OverwriteMode.StagingOf(table.Name));
}
