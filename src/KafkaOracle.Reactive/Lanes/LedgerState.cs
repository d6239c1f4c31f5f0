namespace KafkaOracle.Reactive;

/// <summary>What a lane's ledger rows say in common.</summary>
internal static class LedgerState
{
    /// <summary>Any of the rows, once they are known to agree; null where there are none.</summary>
    /// <exception cref="LedgerMismatchException">They do not agree, or the query was changed in the middle of an era.</exception>
    public static LedgerRow? Of(string pipeline, PipelineOptions options, IReadOnlyList<LedgerRow> rows)
    {
        if (rows.Count == 0) return null;
        var first = rows.MaxBy(r => r.EpochNumber)!;
        foreach (var row in rows)
            if ((row.Epoch, row.EraStart, row.EraRows, row.EraSum) != (first.Epoch, first.EraStart, first.EraRows, first.EraSum))
                throw new LedgerMismatchException(
                    $"The ledger rows of pipeline '{pipeline}' for {first.Partition} and {row.Partition} are of different epochs ({first.EpochNumber} and {row.EpochNumber}). The partitions of a lane move together: the ledger was changed by hand, or lanes were merged within an era.");
        if (first.Query != options.Identity && first.EraRows > 0)
            throw new LedgerMismatchException(
                $"Pipeline '{pipeline}' was changed in the middle of an era: {first.EraRows} rows of the era from {first.EraStart:O} were committed by '{first.Query}', and the options now say '{options.Identity}'. Let the former version end that era (Pipeline.Replacing, or put it back and stop it with run.FinishEraAsync()), or compute the era anew (PipelineOptions.OnChange = VersionChange.RerunEra).");
        return first;
    }

    /// <summary>Refuses a log that no longer holds what a restart has to read again.</summary>
    public static void CheckLog(string pipeline, LedgerRow row, PartitionRange range)
    {
        if (range.First > row.RewindOffset)
            throw new LedgerMismatchException(
                $"Pipeline '{pipeline}' must read {row.Partition} again from offset {row.RewindOffset} on, and the log now begins at {range.First}: retention or truncation has removed messages of the era under way. Nothing was written.");
        if (range.End < row.NextOffset)
            throw new LedgerMismatchException(
                $"Pipeline '{pipeline}' has committed {row.Partition} up to offset {row.NextOffset}, and the log now ends at {range.End}: the topic was truncated or created anew. Nothing was written.");
    }
}
