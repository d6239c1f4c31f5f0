using System.Data;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>Rows of one table by direct path, a chunk at a time, within the connection's transaction.</summary>
internal sealed class DirectPathLoad : IDisposable
{
    private readonly OracleTable _table;
    private readonly OracleBulkCopy _load;

    public DirectPathLoad(OracleConnection connection, OracleTable table, TimeSpan timeout)
    {
        _table = table;
        _load = new(connection, OracleBulkCopyOptions.Default) { DestinationTableName = OracleName.Quoted(table.Name), BulkCopyTimeout = (int)Math.Ceiling(timeout.TotalSeconds) };
        foreach (var column in table.Columns) _load.ColumnMappings.Add(column.Name, OracleName.Quoted(column.Name));
    }

    /// <summary>Loads the rows of a batch but those that do not fit, and gives their memory back.</summary>
    /// <returns>The rows that do not fit, each with the reason.</returns>
    public IReadOnlyList<UnfitRow> Load(IOracleBatch batch)
    {
        var unfit = batch.Unfit.ToList();
        if (batch.Count == 0) return unfit;
        var columns = batch.ValuesFor(_table);
        using var data = new DataTable();
        for (var i = 0; i < columns.Count; i++) data.Columns.Add(_table.Columns[i].Name, columns[i].ElementType);
        for (var row = 0; row < batch.Count; row++)
        {
            if (Misfit(columns, row) is { } reason)
            {
                unfit.Add(new(reason, batch.Payload(row), batch.OriginOf(row)));
                continue;
            }
            var values = new object?[columns.Count];
            for (var i = 0; i < values.Length; i++) values[i] = columns[i].At(row) ?? DBNull.Value;
            data.Rows.Add(values);
        }
        if (data.Rows.Count > 0) _load.WriteToServer(data);
        batch.Release();
        return unfit;
    }

    // The direct path is not relied on to refuse it, and would refuse the others with it.
    private string? Misfit(IReadOnlyList<ColumnValues> columns, int row)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            var column = _table.Columns[i];
            if (columns[i].IsNull(row) && !column.IsNullable) return $"There is no value for {column.Name}, which is NOT NULL.";
            if (columns[i].IsTooLong(row)) return $"The value is too long for {column.Name} {column.Type.Ddl}.";
        }
        return null;
    }

    public void Dispose() => ((IDisposable)_load).Dispose();
}
