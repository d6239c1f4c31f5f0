using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>One row of the ledger as it lies in the table: <see cref="LedgerRow"/> in columns.</summary>
internal sealed record LedgerRecord
{
    [Key, MaxLength(PipelineLength)] public required string Pipeline { get; init; }
    [Key, MaxLength(249)] public required string Topic { get; init; }
    [Key] public required int TopicPartition { get; init; }
    public required Guid EpochId { get; init; }
    public required long EpochNumber { get; init; }
    public required long NextOffset { get; init; }
    public required long RewindOffset { get; init; }
    public DateTimeOffset? EraStart { get; init; }
    public required long EraRows { get; init; }
    public required decimal EraSum { get; init; }
    [MaxLength(int.MaxValue)] public string? EraTables { get; init; }
    public DateTimeOffset? Watermark { get; init; }
    public required bool Idle { get; init; }
    [MaxLength(int.MaxValue)] public string? Floors { get; init; }
    [MaxLength(int.MaxValue)] public string? Skips { get; init; }
    [MaxLength(QueryLength)] public string? Query { get; init; }

    /// <summary>For people: when the row was written, by the clock of the writing machine, in UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    internal const int PipelineLength = 100, QueryLength = 1000;
}

/// <summary>The ledger: one row for each pipeline and partition, written in every epoch's transaction by compare-and-set.</summary>
internal static class LedgerTable
{
    public static readonly OracleTable<LedgerRecord> Table = OracleTable.For<LedgerRecord>("KAFKAORACLE_LEDGER").Column(r => r.EraSum, OracleType.Number(20));

    private static readonly string Columns = string.Join(", ", Table.Columns.Select(c => OracleName.Quoted(c.Name)));

    private static readonly string Update =
        $"UPDATE {OracleName.Quoted(Table.Name)} SET {string.Join(", ", Table.Columns.Select((c, i) => $"{OracleName.Quoted(c.Name)} = :{i + 1}"))} "
        + $"WHERE \"PIPELINE\" = :{Table.Columns.Count + 1} AND \"TOPIC\" = :{Table.Columns.Count + 2} AND \"TOPIC_PARTITION\" = :{Table.Columns.Count + 3} AND \"EPOCH_ID\" = :{Table.Columns.Count + 4}";

    public static async Task<IReadOnlyList<LedgerRow>> ReadAsync(OracleConnection connection, string pipeline, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {Columns} FROM {OracleName.Quoted(Table.Name)} WHERE \"PIPELINE\" = :1";
        command.Parameters.Add(new OracleParameter { OracleDbType = OracleDbType.Varchar2, Value = pipeline });
        var rows = new List<LedgerRow>();
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
            rows.Add(new()
            {
                Partition = new(reader.GetString(1), reader.GetInt32(2)),
                Epoch = new((byte[])reader.GetValue(3), bigEndian: true),
                EpochNumber = reader.GetInt64(4),
                NextOffset = reader.GetInt64(5),
                RewindOffset = reader.GetInt64(6),
                EraStart = Time(reader, 7),
                EraRows = reader.GetInt64(8),
                EraSum = (ulong)reader.GetDecimal(9),
                EraTables = [.. Parts(reader, 10).Select(p => new TableSum(p[0], long.Parse(p[1], CultureInfo.InvariantCulture), ulong.Parse(p[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture)))],
                Watermark = Time(reader, 11),
                Idle = reader.GetInt32(12) != 0,
                Floors = [.. Parts(reader, 13).Select(p => new LateFloor(long.Parse(p[0], CultureInfo.InvariantCulture), new(long.Parse(p[1], CultureInfo.InvariantCulture), TimeSpan.Zero)))],
                Skips = [.. Parts(reader, 14).Select(p => new SkippedRecord(long.Parse(p[0], CultureInfo.InvariantCulture), new(long.Parse(p[1], CultureInfo.InvariantCulture), TimeSpan.Zero)))],
                Query = reader.IsDBNull(15) ? "" : reader.GetString(15),
            });
        return rows;
    }

    /// <summary>The statements that move the ledger on: an UPDATE for the rows that are there, an INSERT for new ones.</summary>
    public static IEnumerable<(string Sql, int Count, OracleParameter[] Parameters)> Advance(string pipeline, IReadOnlyList<LedgerAdvance> ledger, DateTimeOffset now)
    {
        LedgerAdvance[] known = [.. ledger.Where(a => a.ExpectedEpoch is not null)], added = [.. ledger.Where(a => a.ExpectedEpoch is null)];
        if (known.Length > 0)
            yield return (Update, known.Length,
            [
                .. Batch(pipeline, known, now).Bind(0, known.Length),
                new() { OracleDbType = OracleDbType.Varchar2, Value = known.Select(_ => pipeline).ToArray() },
                new() { OracleDbType = OracleDbType.Varchar2, Value = known.Select(a => a.Row.Partition.Topic).ToArray() },
                new() { OracleDbType = OracleDbType.Int32, Value = known.Select(a => a.Row.Partition.Partition).ToArray() },
                new() { OracleDbType = OracleDbType.Raw, Value = known.Select(a => a.ExpectedEpoch!.Value.ToByteArray(bigEndian: true)).ToArray() },
            ]);
        if (added.Length > 0) yield return (Table.Sql, added.Length, Batch(pipeline, added, now).Bind(0, added.Length));
    }

    /// <summary>Whose epochs the ledger holds, read with a lock: a transaction that still writes these rows is waited for.</summary>
    public static async Task<Dictionary<LogPartition, (Guid Epoch, long Number)>> LockAsync(
        OracleConnection connection, string pipeline, IReadOnlyList<LedgerAdvance> ledger, TimeSpan timeout, CancellationToken stop)
    {
        var held = new Dictionary<LogPartition, (Guid, long)>();
        foreach (var partition in ledger.Select(a => a.Row.Partition).Order())       // one order for all, so that nobody deadlocks
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT \"EPOCH_ID\", \"EPOCH_NUMBER\" FROM {OracleName.Quoted(Table.Name)} WHERE \"PIPELINE\" = :1 AND \"TOPIC\" = :2 AND \"TOPIC_PARTITION\" = :3 FOR UPDATE";
            command.CommandTimeout = (int)Math.Ceiling(timeout.TotalSeconds);
            command.Parameters.Add(new OracleParameter { OracleDbType = OracleDbType.Varchar2, Value = pipeline });
            command.Parameters.Add(new OracleParameter { OracleDbType = OracleDbType.Varchar2, Value = partition.Topic });
            command.Parameters.Add(new OracleParameter { OracleDbType = OracleDbType.Int32, Value = partition.Partition });
            await using var reader = await command.ExecuteReaderAsync(stop);
            if (await reader.ReadAsync(stop)) held[partition] = (new((byte[])reader.GetValue(0), bigEndian: true), reader.GetInt64(1));
        }
        return held;
    }

    private static IOracleBatch Batch(string pipeline, IEnumerable<LedgerAdvance> advances, DateTimeOffset now)
    {
        var batch = Table.NewBatch();
        foreach (var (row, _) in advances)
            batch.Add(new()
            {
                Pipeline = pipeline,
                Topic = row.Partition.Topic,
                TopicPartition = row.Partition.Partition,
                EpochId = row.Epoch,
                EpochNumber = row.EpochNumber,
                NextOffset = row.NextOffset,
                RewindOffset = row.RewindOffset,
                EraStart = row.EraStart,
                EraRows = row.EraRows,
                EraSum = row.EraSum,
                EraTables = string.Join(';', row.EraTables.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Table}:{t.Rows}:{t.Sum:x}"))),
                Watermark = row.Watermark,
                Idle = row.Idle,
                Floors = string.Join(';', row.Floors.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Offset}:{f.Before.UtcTicks}"))),
                Skips = string.Join(';', row.Skips.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Offset}:{s.FromEra.UtcTicks}"))),
                Query = row.Query,
                UpdatedAt = now,
            }, default);
        return (IOracleBatch)batch;
    }

    private static IEnumerable<string[]> Parts(OracleDataReader reader, int column)
        => reader.IsDBNull(column) ? [] : reader.GetString(column).Split(';').Select(p => p.Split(':'));

    private static DateTimeOffset? Time(OracleDataReader reader, int column)
        => reader.IsDBNull(column) ? null : new(DateTime.SpecifyKind(reader.GetDateTime(column), DateTimeKind.Utc));
}
