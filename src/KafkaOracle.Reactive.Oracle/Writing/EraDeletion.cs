using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>Deletes the rows of eras, to make room for those of another query.</summary>
internal static class EraDeletion
{
    /// <summary>Deletes, within the connection's transaction, the rows of the eras that begin in a stretch of time: those of one lane, or of all.</summary>
    /// <returns>How many there were.</returns>
    public static async Task<int> RunAsync(OracleConnection connection, OracleTable table, DateTimeOffset from, DateTimeOffset to, int? lane, OracleStoreOptions options, CancellationToken stop)
    {
        var era = OracleName.Quoted(table.Era!.Name);
        await using var command = connection.CreateCommand();
        command.CommandText = $"DELETE FROM {OracleName.Quoted(table.Name)} WHERE {era} >= :1 AND {era} < :2{(lane is null ? "" : $" AND {OracleName.Quoted(table.Lane!.Name)} = :3")}";
        command.CommandTimeout = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds);
        command.Parameters.Add(new OracleParameter { OracleDbType = OracleDbType.TimeStamp, Value = from.UtcDateTime });
        command.Parameters.Add(new OracleParameter { OracleDbType = OracleDbType.TimeStamp, Value = to.UtcDateTime });
        if (lane is not null) command.Parameters.Add(new OracleParameter { OracleDbType = OracleDbType.Int32, Value = lane });
        return await command.ExecuteNonQueryAsync(stop).WithinAsync(options.CommandTimeout + Answers.Grace, options.TimeProvider, "a deletion");
    }
}
