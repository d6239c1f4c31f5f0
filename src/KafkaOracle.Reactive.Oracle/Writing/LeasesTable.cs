using System.ComponentModel.DataAnnotations;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>Which process runs a pipeline, and until when unless it renews: by the database's clock, in UTC.</summary>
internal sealed record LeaseRecord
{
    [Key, MaxLength(LedgerRecord.PipelineLength)] public required string Pipeline { get; init; }
    public required Guid Owner { get; init; }
    [MaxLength(HolderLength)] public required string Holder { get; init; }
    public required DateTimeOffset HeldUntil { get; init; }

    internal const int HolderLength = 200;
}

/// <summary>The leases: one row for each pipeline that has been run by one.</summary>
internal static class LeasesTable
{
    public static readonly OracleTable<LeaseRecord> Table = OracleTable.For<LeaseRecord>("KAFKAORACLE_LEASES");

    private const string Now = "SYS_EXTRACT_UTC(SYSTIMESTAMP)", Until = Now + " + NUMTODSINTERVAL(:1, 'SECOND')";

    /// <summary>Takes the lease, or makes it last longer. False: another has it, and its time is not over.</summary>
    public static async Task<bool> TakeAsync(OracleConnection connection, string pipeline, Guid owner, string holder, TimeSpan duration, OracleStoreOptions options, CancellationToken stop)
    {
        const string Update = $"SET \"HELD_UNTIL\" = {Until}, \"OWNER\" = :2, \"HOLDER\" = :3 WHERE \"PIPELINE\" = :4 AND (\"OWNER\" = :5 OR \"HELD_UNTIL\" <= {Now})";
        if (await ExecuteAsync($"UPDATE {OracleName.Quoted(Table.Name)} {Update}", Seconds(duration), Raw(owner), Text(holder), Text(pipeline), Raw(owner)) == 1) return true;
        try
        {
            return await ExecuteAsync($"INSERT INTO {OracleName.Quoted(Table.Name)} (\"HELD_UNTIL\", \"OWNER\", \"HOLDER\", \"PIPELINE\") VALUES ({Until}, :2, :3, :4)", Seconds(duration), Raw(owner), Text(holder), Text(pipeline)) == 1;
        }
        catch (OracleException taken) when (taken.Number == OracleErrorPolicy.Unique)
        {
            return false;
        }

        async Task<int> ExecuteAsync(string sql, params OracleParameter[] binds)
        {
            await using var command = Command(connection, sql, options, binds);
            return await command.ExecuteNonQueryAsync(stop).WithinAsync(options.CommandTimeout + Answers.Grace, options.TimeProvider, "a statement");
        }
    }

    /// <summary>Who holds the lease; with a lock, so that nobody takes it until the transaction ends, only the owner where it is that.</summary>
    public static async Task<string?> HolderAsync(OracleConnection connection, string pipeline, Guid? owner, OracleStoreOptions options, CancellationToken stop)
    {
        var sql = $"SELECT \"HOLDER\" FROM {OracleName.Quoted(Table.Name)} WHERE \"PIPELINE\" = :1";
        await using var command = owner is { } own ? Command(connection, $"{sql} AND \"OWNER\" = :2 FOR UPDATE", options, Text(pipeline), Raw(own)) : Command(connection, sql, options, Text(pipeline));
        return (string?)await command.ExecuteScalarAsync(stop).WithinAsync(options.CommandTimeout + Answers.Grace, options.TimeProvider, "a statement");
    }

    private static OracleCommand Command(OracleConnection connection, string sql, OracleStoreOptions options, params OracleParameter[] binds)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds);
        command.Parameters.AddRange(binds);
        return command;
    }

    private static OracleParameter Text(string value) => new() { OracleDbType = OracleDbType.Varchar2, Value = value };

    private static OracleParameter Raw(Guid value) => new() { OracleDbType = OracleDbType.Raw, Value = value.ToByteArray(bigEndian: true) };

    private static OracleParameter Seconds(TimeSpan value) => new() { OracleDbType = OracleDbType.Decimal, Value = (decimal)value.TotalSeconds };
}
