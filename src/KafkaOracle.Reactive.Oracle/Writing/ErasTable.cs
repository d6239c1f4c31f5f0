using System.ComponentModel.DataAnnotations;
using System.Data;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>An era that was reprocessed, as it lies in the table. The row is also the lock that lets one process at a time replace the era.</summary>
internal sealed record ErasRecord
{
    [Key, MaxLength(LedgerRecord.PipelineLength)] public required string Pipeline { get; init; }
    [Key] public required DateTimeOffset EraStart { get; init; }
    public DateTimeOffset? EraEnd { get; init; }

    /// <summary>Whose transaction replaced it last: the proof of a commit in doubt.</summary>
    public Guid? RunId { get; init; }
    [MaxLength(LedgerRecord.QueryLength)] public string? Query { get; init; }

    /// <summary>The tables that took the rows.</summary>
    [MaxLength(4000)] public string? TableNames { get; init; }
    public long? RowsDeleted { get; init; }
    public long? RowsWritten { get; init; }
    public long? RowsRefused { get; init; }

    /// <summary>For people: by the clock of the writing machine, in UTC.</summary>
    public DateTimeOffset? ReplacedAt { get; init; }
}

/// <summary>The eras that were reprocessed: one row for each pipeline and era.</summary>
internal static class ErasTable
{
    public static readonly OracleTable<ErasRecord> Table = OracleTable.For<ErasRecord>("KAFKAORACLE_ERAS");

    private const string Key = "\"PIPELINE\" = :1 AND \"ERA_START\" = :2";

    /// <summary>Sees to it that there is a row to lock, in a transaction of its own.</summary>
    public static async Task EnsureAsync(OracleConnection connection, string pipeline, DateTimeOffset era, OracleStoreOptions options, CancellationToken stop)
    {
        await using var command = Command(connection, $"INSERT INTO {OracleName.Quoted(Table.Name)} (\"PIPELINE\", \"ERA_START\") VALUES (:1, :2)", options, Text(pipeline), Time(era));
        try
        {
            await Answered(command.ExecuteNonQueryAsync(stop), options);
        }
        catch (OracleException taken) when (taken.Number == OracleErrorPolicy.Unique)
        {
            // It is there.
        }
    }

    /// <summary>Who replaced an era last, read with a lock that is held until the transaction ends.</summary>
    public static async Task<Guid?> LockAsync(OracleConnection connection, string pipeline, DateTimeOffset era, OracleStoreOptions options, CancellationToken stop)
    {
        await using var command = Command(connection, $"SELECT \"RUN_ID\" FROM {OracleName.Quoted(Table.Name)} WHERE {Key} FOR UPDATE", options, Text(pipeline), Time(era));
        await using var reader = (OracleDataReader)await Answered(command.ExecuteReaderAsync(stop), options);
        return await reader.ReadAsync(stop) && !reader.IsDBNull(0) ? new Guid((byte[])reader.GetValue(0), bigEndian: true) : null;
    }

    public static async Task WriteAsync(OracleConnection connection, ErasRecord record, OracleStoreOptions options, CancellationToken stop)
    {
        await using var command = Command(connection,
            $"UPDATE {OracleName.Quoted(Table.Name)} SET \"ERA_END\" = :1, \"RUN_ID\" = :2, \"QUERY\" = :3, \"TABLE_NAMES\" = :4, \"ROWS_DELETED\" = :5, \"ROWS_WRITTEN\" = :6, \"ROWS_REFUSED\" = :7, \"REPLACED_AT\" = :8 WHERE \"PIPELINE\" = :9 AND \"ERA_START\" = :10",
            options, Time(record.EraEnd!.Value), new() { OracleDbType = OracleDbType.Raw, Value = record.RunId!.Value.ToByteArray(bigEndian: true) }, Text(record.Query!), Text(record.TableNames!),
            Number(record.RowsDeleted!.Value), Number(record.RowsWritten!.Value), Number(record.RowsRefused!.Value), Time(record.ReplacedAt!.Value), Text(record.Pipeline), Time(record.EraStart));
        if (await Answered(command.ExecuteNonQueryAsync(stop), options) != 1) throw new DBConcurrencyException($"Table {Table.Name} has lost the row of the era from {record.EraStart:O} that was locked.");
    }

    public static async Task<IReadOnlyList<EraSpan>> FindAsync(OracleConnection connection, string pipeline, string query, string tables, DateTimeOffset from, DateTimeOffset to, OracleStoreOptions options, CancellationToken stop)
    {
        await using var command = Command(connection,
            $"SELECT \"ERA_START\", \"ERA_END\" FROM {OracleName.Quoted(Table.Name)} WHERE \"PIPELINE\" = :1 AND \"QUERY\" = :2 AND \"TABLE_NAMES\" = :3 AND \"ERA_START\" >= :4 AND \"ERA_END\" <= :5 ORDER BY \"ERA_START\"",
            options, Text(pipeline), Text(query), Text(tables), Time(from), Time(to));
        var eras = new List<EraSpan>();
        await using var reader = (OracleDataReader)await Answered(command.ExecuteReaderAsync(stop), options);
        while (await reader.ReadAsync(stop)) eras.Add(new(At(reader, 0), At(reader, 1)));
        return eras;
    }

    private static OracleCommand Command(OracleConnection connection, string sql, OracleStoreOptions options, params OracleParameter[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds);
        command.Parameters.AddRange(parameters);
        return command;
    }

    private static Task<T> Answered<T>(Task<T> call, OracleStoreOptions options) => call.WithinAsync(options.CommandTimeout + Answers.Grace, options.TimeProvider, "a statement");

    private static OracleParameter Text(string value) => new() { OracleDbType = OracleDbType.Varchar2, Value = value };

    private static OracleParameter Time(DateTimeOffset value) => new() { OracleDbType = OracleDbType.TimeStamp, Value = value.UtcDateTime };

    private static OracleParameter Number(long value) => new() { OracleDbType = OracleDbType.Int64, Value = value };

    private static DateTimeOffset At(OracleDataReader reader, int column) => new(DateTime.SpecifyKind(reader.GetDateTime(column), DateTimeKind.Utc));
}
