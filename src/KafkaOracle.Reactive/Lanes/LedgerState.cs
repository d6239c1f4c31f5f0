namespace KafkaOracle.Reactive;

/// <summary>What a lane's ledger rows say in common.</summary>
internal static class LedgerState
{
    /// <summary>Any of the rows, once they are known to agree and to be of this query; null where there are none.</summary>
    /// <exception cref="LedgerMismatchException">They do not agree, or the query was changed in the middle of an era.</exception>
    public static LedgerRow? Of(string pipeline, PipelineOptions options, IReadOnlyList<LedgerRow> rows)
    {
        var known = Of(pipeline, rows);
        if (known is { EraRows: > 0 } && known.Query != options.Identity)
            throw new LedgerMismatchException(
                $"Pipeline '{pipeline}' was changed in the middle of an era: {known.EraRows} rows of the era from {known.EraStart:O} were committed by '{known.Query}', and the options now say '{options.Identity}'. Let the former version end that era (Pipeline.Replacing, or put it back and stop it with run.FinishEraAsync()), or compute the era anew (PipelineOptions.OnChange = VersionChange.RerunEra).");
        return known;
    }

    /// <summary>Any of the rows, once they are known to agree; null where there are none.</summary>
    /// <exception cref="LedgerMismatchException">They do not agree.</exception>
    public static LedgerRow? Of(string pipeline, IReadOnlyList<LedgerRow> rows)
    {
        if (rows.Count == 0) return null;
        var first = rows.MaxBy(r => r.EpochNumber)!;
        if (AreAtOneBoundary(rows)) return first with { EraStart = rows.Max(r => r.EraStart), Watermark = rows.Min(r => r.Watermark) };
        foreach (var row in rows)
            if ((row.Epoch, row.EraStart, row.EraRows, row.EraSum) != (first.Epoch, first.EraStart, first.EraRows, first.EraSum))
                throw new LedgerMismatchException(
                    $"The ledger rows of pipeline '{pipeline}' for {first.Partition} and {row.Partition} are of different epochs ({first.EpochNumber} in the era from {first.EraStart:O}, and {row.EpochNumber} in that from {row.EraStart:O}). The partitions of a lane move together, and lanes can be merged only where all of them have ended the same era. Go on with the former Lanes, and end them by run.FinishEraAsync() when all are in one era; or the ledger was changed by hand.");
        return first;
    }

    // Lanes that have ended the same era, or have none, may be merged: nothing of the era that follows has been computed.
    private static bool AreAtOneBoundary(IReadOnlyList<LedgerRow> rows)
        => rows.All(r => r.EraRows == 0) && rows.Select(r => r.EraStart).OfType<DateTimeOffset>().Distinct().Count() <= 1;

    /// <summary>Refuses topics that have no partitions, or no longer those that the ledger knows.</summary>
    public static void CheckPartitions(Pipeline pipeline, IReadOnlyCollection<LogPartition> partitions, IReadOnlyList<LedgerRow> ledger)
    {
        if (pipeline.Topics.FirstOrDefault(t => partitions.All(p => p.Topic != t)) is { } empty)
            throw new InvalidOperationException($"Pipeline '{pipeline.Name}' reads topic '{empty}', which has no partitions. Nothing was written.");
        var lost = ledger.Select(r => r.Partition).FirstOrDefault(p => pipeline.Topics.Contains(p.Topic) && !partitions.Contains(p));
        if (lost != default)
            throw new LedgerMismatchException($"The ledger of pipeline '{pipeline.Name}' knows partition {lost}, which the topic no longer has. Nothing was written.");
    }

    /// <summary>Refuses a log that no longer holds what a restart has to read again.</summary>
    public static void CheckLog(string pipeline, LedgerRow row, PartitionRange range)
    {
        if (range.First > row.RewindOffset)
            throw new LedgerMismatchException(
                $"Pipeline '{pipeline}' must read {row.Partition} again from offset {row.RewindOffset} on, and the log now begins at {range.First}: retention or truncation has removed messages of the era under way. PipelineOptions.AllowLostMessages gives the rest of that era up and goes on with the next. Nothing was written.");
        if (range.End < row.NextOffset)
            throw new LedgerMismatchException(
                $"Pipeline '{pipeline}' has committed {row.Partition} up to offset {row.NextOffset}, and the log now ends at {range.End}: the topic was truncated or created anew. Nothing was written.");
    }
}
