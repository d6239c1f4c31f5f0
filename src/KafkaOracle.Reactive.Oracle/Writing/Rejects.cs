using System.Runtime.CompilerServices;
using System.Text.Json;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>The rejects of a pipeline, which can be replayed once their cause is mended. Pipelines may run meanwhile.</summary>
/// <remarks>
/// Rows are written and their rejects marked (<c>REPLAYED_AT</c>) in one transaction, a chunk at a time: each gets there once, however
/// often replays are called, cut short or run side by side. They are written as they would be now: an upsert replaces what came after
/// the rejected row. Where that matters write the table by <see cref="OracleTable{T}.Revision"/>, or leave such rows out.
/// </remarks>
public sealed class Rejects
{
    private readonly string _pipeline;
    private readonly OracleStoreOptions _options;
    private readonly OracleTable<RejectRecord> _table;
    private readonly string _mark, _release;

    internal Rejects(string pipeline, OracleStoreOptions options)
    {
        (_pipeline, _options, _table) = (pipeline, options, RejectsTable.For(pipeline));
        _mark = $"UPDATE {OracleName.Quoted(_table.Name)} SET \"REPLAYED_AT\" = :1 WHERE \"REJECT_ID\" = :2 AND \"REPLAYED_AT\" IS NULL";
        _release = $"UPDATE {OracleName.Quoted(_table.Name)} SET \"REPLAYED_AT\" = NULL, \"REASON\" = :1, \"ORA_CODE\" = :2 WHERE \"REJECT_ID\" = :3";
    }

    /// <summary>Writes the rows again that this table refused, in the order in which they were rejected.</summary>
    /// <param name="table">The table, or one like it.</param>
    /// <param name="mend">Mends a row; null: rows are written as they were, say after the table was mended.</param>
    /// <param name="stop">Cancels; chunks that are committed stay so.</param>
    /// <returns>How many are there now, and how many were refused again: these stay rejects, with the new reason.</returns>
    /// <exception cref="OracleStoreException">The server cannot be reached or refuses, or a payload does not fit the row type; the chunk under way is rolled back.</exception>
    public Task<ReplayResult> ReplayAsync<T>(OracleTable<T> table, Func<T, T>? mend = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        var rows = RowMaker<T>.For(table);
        return RunAsync(table, $"\"KIND\" = '{RejectsTable.Refused}' AND \"TABLE_NAME\" = :1", [new() { OracleDbType = OracleDbType.Varchar2, Value = table.Name }], Row, stop);

        T Row(RejectRecord reject)
        {
            using var payload = JsonDocument.Parse(reject.Payload!);
            var row = rows.Make(new(null, payload.RootElement));
            return mend is null ? row : mend(row);
        }
    }

    /// <summary>Writes rows for messages that did not get into the query: late, undecodable or out of bounds.</summary>
    /// <param name="table">Where the rows go.</param>
    /// <param name="row">Makes a message's row, say by <see cref="Reject.Decode{T}"/>; null leaves the message what it is. It sees one message at a time, so it makes no windows.</param>
    /// <param name="stop">Cancels; chunks that are committed stay so.</param>
    /// <returns>How many are there now, and how many rows the database refused: their messages stay rejects, with that reason.</returns>
    /// <exception cref="OracleStoreException">The server cannot be reached or refuses; the chunk under way is rolled back.</exception>
    public Task<ReplayResult> ReplayMessagesAsync<T>(OracleTable<T> table, Func<Reject, T?> row, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(row);
        return RunAsync(table, $"\"KIND\" NOT IN ('{RejectsTable.Refused}', '{nameof(RejectKind.Lost)}')", [], reject => row(reject.ToReject()), stop);
    }

    private async Task<ReplayResult> RunAsync<T>(OracleTable<T> table, string where, OracleParameter[] binds, Func<RejectRecord, T?> row, CancellationToken stop)
    {
        if (table.Mode is OverwriteMode) throw new ArgumentException($"Table {table.Name} is overwritten as a whole; run its pipeline again instead of replaying rows.", nameof(table));
        try
        {
            // Read over a connection of its own: what is seen is how things stood at the beginning.
            await using var reading = await OracleStore.ConnectAsync(_options, stop);
            await using var writing = await OracleStore.ConnectAsync(_options, stop);
            var result = new ReplayResult(0, 0);
            var chunk = new List<(RejectRecord, T)>();
            await foreach (var reject in ReadAsync(reading, where, binds, stop))
            {
                if (row(reject) is not { } made) continue;
                chunk.Add((reject, made));
                if (chunk.Count < 1000) continue;
                result += await WriteAsync(writing, table, chunk, stop);
                chunk.Clear();
            }
            return result + await WriteAsync(writing, table, chunk, stop);
        }
        catch (OracleException fault)
        {
            throw _options.Policy.Explain($"Oracle refused to replay rejects of pipeline '{_pipeline}': ", fault, "What was committed before stays; a further call goes on.");
        }
        catch (Exception unfit) when (unfit is UnfitValueException or JsonException)
        {
            throw new OracleStoreException($"A reject of pipeline '{_pipeline}' is no row of table {table.Name}: {unfit.Message.TrimEnd('.')}. What was committed before stays; a further call goes on.", unfit);
        }
    }

    private async IAsyncEnumerable<RejectRecord> ReadAsync(OracleConnection connection, string where, OracleParameter[] binds, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {string.Join(", ", _table.Columns.Select(c => OracleName.Quoted(c.Name)))} FROM {OracleName.Quoted(_table.Name)} WHERE \"REPLAYED_AT\" IS NULL AND {where} ORDER BY \"EPOCH_NUMBER\", \"TOPIC\", \"TOPIC_PARTITION\", \"TOPIC_OFFSET\", \"REJECT_ID\"";
        command.CommandTimeout = (int)Math.Ceiling(_options.CommandTimeout.TotalSeconds);
        command.InitialLOBFetchSize = -1;
        command.Parameters.AddRange(binds);
        await using var reader = await command.ExecuteReaderAsync(stop);
        var rows = RowMaker<RejectRecord>.For(reader);
        while (await reader.ReadAsync(stop)) yield return rows.Make(new(reader, default));
    }

    private async Task<ReplayResult> WriteAsync<T>(OracleConnection connection, OracleTable<T> table, List<(RejectRecord Reject, T Row)> chunk, CancellationToken stop)
    {
        if (chunk.Count == 0) return default;
        await using var transaction = connection.BeginTransaction();
        var marked = await ExecuteAsync(connection, _mark, chunk.Count, stop,
            new() { OracleDbType = OracleDbType.TimeStamp, Value = chunk.Select(_ => _options.TimeProvider.GetUtcNow().UtcDateTime).ToArray() }, Ids(chunk.Select(c => c.Reject)));
        if (marked != chunk.Count) throw new OracleStoreException($"Rejects of pipeline '{_pipeline}' are being replayed by somebody else as well: {chunk.Count - marked} of {chunk.Count} were taken meanwhile. The chunk was rolled back; a further call goes on with what is left.", kind: OracleErrorKind.Transient);

        var batch = (OracleBatch<T>)table.NewBatch();
        var (sent, refused) = (new List<RejectRecord>(), new List<(RejectRecord Reject, string Reason, int? Code)>());
        foreach (var (reject, row) in chunk)
        {
            var unfit = ((IOracleBatch)batch).Unfit.Count;
            batch.Add(row, new(reject.Position, reject.EventTime ?? default, reject.EraStart, reject.Lane));
            if (((IOracleBatch)batch).Unfit.Count > unfit) refused.Add((reject, ((IOracleBatch)batch).Unfit[^1].Reason, null));
            else sent.Add(reject);
        }
        var bound = BoundBatch.Of(batch, table, _options.ArrayRows);
        refused.AddRange((await BatchExecution.RunAsync(connection, bound, _options, stop)).Select(r => (sent[r.Row], r.Message, (int?)r.Code)));
        if (refused.Count > 0)
            await ExecuteAsync(connection, _release, refused.Count, stop,
                new() { OracleDbType = OracleDbType.Varchar2, Value = refused.Select(r => RejectRecord.Shortened(r.Reason)).ToArray() },
                new()
                {
                    OracleDbType = OracleDbType.Int32,
                    Value = refused.Select(r => r.Code ?? 0).ToArray(),
                    ArrayBindStatus = [.. refused.Select(r => r.Code is null ? OracleParameterStatus.NullInsert : OracleParameterStatus.Success)],
                },
                Ids(refused.Select(r => r.Reject)));
        await transaction.CommitAsync(CancellationToken.None);
        bound.Release();
        return new(chunk.Count - refused.Count, refused.Count);
    }

    private async Task<int> ExecuteAsync(OracleConnection connection, string sql, int count, CancellationToken stop, params OracleParameter[] parameters)
        => (await ArrayStatement.ExecuteAsync(connection, sql, count, parameters, _options, stop)).Affected;

    private static OracleParameter Ids(IEnumerable<RejectRecord> rejects) => new() { OracleDbType = OracleDbType.Raw, Value = rejects.Select(r => r.RejectId.ToByteArray(bigEndian: true)).ToArray() };
}

/// <summary>What a replay did.</summary>
/// <param name="Replayed">Rejects whose rows are in the table now.</param>
/// <param name="RefusedAgain">Rejects that stay such.</param>
public readonly record struct ReplayResult(int Replayed, int RefusedAgain)
{
    /// <summary>Both together.</summary>
    public static ReplayResult operator +(ReplayResult left, ReplayResult right) => new(left.Replayed + right.Replayed, left.RefusedAgain + right.RefusedAgain);
}
