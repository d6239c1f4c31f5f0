using System.Data;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

public sealed partial class OracleStore
{
    /// <summary>Loads rows by direct path, past the SQL engine: for large amounts of history, before or beside a pipeline.</summary>
    /// <param name="table">The table, which must be there. Rows are added, whatever its mode.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="stop">Cancels; nothing is loaded then.</param>
    /// <returns>How many rows were loaded: all of them.</returns>
    /// <exception cref="OracleStoreException">
    /// An epoch that writes the table is open; a row does not fit, or its key is there already; the server cannot be reached or refuses.
    /// Nothing is loaded then: there are no rejects.
    /// </exception>
    /// <remarks>
    /// <para>Outside exactly-once: no position is kept, so the same rows given twice are loaded twice, or refused where a key forbids it.
    /// The table is locked from the first row to the commit; epochs that write it wait.</para>
    /// <para>Direct path fires no triggers and checks no foreign keys. Memory is bounded by <see cref="OracleStoreOptions.ArrayRows"/> rows.</para>
    /// </remarks>
    public async Task<long> BackfillAsync<T>(OracleTable<T> table, IAsyncEnumerable<T> rows, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(rows);
        if (table.KeepsEra) throw new ArgumentException($"Table {table.Name} has an era column; rows that come from no pipeline belong to no era.", nameof(table));
        await using var connection = await ConnectAsync(_options, stop);
        try
        {
            await using var transaction = connection.BeginTransaction();
            await ExecuteAsync(connection, $"LOCK TABLE {OracleName.Quoted(table.Name)} IN EXCLUSIVE MODE NOWAIT", stop);
            using var load = new OracleBulkCopy(connection, OracleBulkCopyOptions.Default) { DestinationTableName = OracleName.Quoted(table.Name), BulkCopyTimeout = (int)Math.Ceiling(_options.CommandTimeout.TotalSeconds) };
            foreach (var column in table.Columns) load.ColumnMappings.Add(column.Name, OracleName.Quoted(column.Name));
            var loaded = 0L;
            var batch = table.NewBatch();
            await foreach (var row in rows.WithCancellation(stop))
            {
                batch.Add(row, default);
                if (batch.Count < _options.ArrayRows) continue;
                loaded += Load(load, (IOracleBatch)batch, loaded);
                batch = table.NewBatch();
            }
            loaded += Load(load, (IOracleBatch)batch, loaded);
            await transaction.CommitAsync(CancellationToken.None);
            return loaded;
        }
        catch (OracleException fault)
        {
            throw _options.Policy.Explain($"Table {table.Name} was not loaded: {(fault.Number == OracleErrorPolicy.Busy ? "an epoch is open that writes it. Stop the pipeline before, or load into a table of its own. " : "")}", fault, "Nothing of it is there.");
        }
    }

    private static long Load(OracleBulkCopy load, IOracleBatch batch, long before)
    {
        if (batch.Unfit.Count > 0) throw new OracleStoreException($"Table {batch.Table.Name} was not loaded: among rows {before} to {before + batch.Count + batch.Unfit.Count - 1} is one that does not fit. {batch.Unfit[0].Reason} It is {batch.Unfit[0].Payload}. Nothing of it is there.");
        if (batch.Count == 0) return 0;
        var columns = batch.ValuesFor(batch.Table);
        // The direct path is not relied on to refuse what is too long.
        for (var i = 0; i < columns.Count; i++)
            for (var row = 0; row < batch.Count; row++)
                if (columns[i].IsTooLong(row)) throw new OracleStoreException($"Table {batch.Table.Name} was not loaded: row {before + row} is too long for {batch.Table.Columns[i].Name} {batch.Table.Columns[i].Type.Ddl}. It is {batch.Payload(row)}. Nothing of it is there.");
        using var data = new DataTable();
        for (var i = 0; i < columns.Count; i++) data.Columns.Add(batch.Table.Columns[i].Name, columns[i].ElementType);
        for (var row = 0; row < batch.Count; row++)
        {
            var values = new object?[columns.Count];
            for (var i = 0; i < values.Length; i++) values[i] = columns[i].At(row) ?? DBNull.Value;
            data.Rows.Add(values);
        }
        load.WriteToServer(data);
        batch.Release();
        return data.Rows.Count;
    }
}
