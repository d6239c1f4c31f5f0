using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>Sends a batch within the connection's transaction.</summary>
internal static class BatchExecution
{
    /// <returns>The rows that the database refused for their own sake; all others are written.</returns>
    /// <exception cref="OracleException">A statement failed for another reason.</exception>
    public static async Task<List<RefusedRow>> RunAsync(OracleConnection connection, BoundBatch batch, OracleStoreOptions options, CancellationToken stop)
    {
        var rejected = new List<RefusedRow>();
        for (var slices = batch.Slices; slices.Count > 0;)
        {
            var refused = new List<(BoundSlice, RefusedRow)>();
            foreach (var slice in slices) await ExecuteAsync(connection, slice, refused, options, stop);
            (slices, var rows) = batch.After(refused);
            rejected.AddRange(rows);
        }
        return rejected;
    }

    private static async Task ExecuteAsync(OracleConnection connection, BoundSlice slice, List<(BoundSlice, RefusedRow)> refused, OracleStoreOptions options, CancellationToken stop)
    {
        try
        {
            var result = await ArrayStatement.ExecuteAsync(connection, slice.Statement.Sql, slice.Count, slice.TakeParameters(), options, stop);
            refused.AddRange(result.Refused.Select(r => (slice, r)));
        }
        catch (OracleException fault) when (slice.Count > 1 && options.Policy.IsData(fault.Number))
        {
            // A value that the whole array is refused for, as a text too long to be bound to a MERGE: halving finds it.
            foreach (var half in slice.Halves()) await ExecuteAsync(connection, half, refused, options, stop);
        }
    }
}
