namespace KafkaOracle.Reactive;

/// <summary>A group that was joined, and, for bounded runs, the log as it was then.</summary>
/// <param name="Member">The membership.</param>
/// <param name="Log">All partitions of the topics, in any order; null for runs without an end.</param>
internal sealed record JoinedGroup(IGroupMember Member, IReadOnlyDictionary<LogPartition, PartitionRange>? Log)
{
    /// <summary>Where a bounded run ends: what came later, a partition perhaps, is not in it.</summary>
    public long? EndOf(LogPartition partition) => Log is null ? null : Log.TryGetValue(partition, out var range) ? range.End : 0;

    /// <summary>Whether the ledger shows that a bounded run has dealt with all that was in the log, whoever did it.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="ledger">Its ledger.</param>
    /// <param name="own">The numbers of the partitions whose lanes have ended here, for which nothing needs to be shown.</param>
    public bool IsDone(Pipeline pipeline, IReadOnlyList<LedgerRow> ledger, IReadOnlyCollection<int> own)
    {
        var rows = ledger.ToDictionary(r => r.Partition);
        return Log!.All(p => own.Contains(p.Key.Partition)
            || (rows.TryGetValue(p.Key, out var row) ? row.NextOffset >= p.Value.End && IsClosed(pipeline, row) : p.Value.Start >= p.Value.End));
    }

    // A lane that closes its windows goes to the end of an era, and leaves its partitions out of the watermark.
    private static bool IsClosed(Pipeline pipeline, LedgerRow row)
        => pipeline.Options.Until != RunUntil.EndOfLogClosed || row.Watermark is null || (row.Watermark == row.EraStart && row.Idle)
            || !pipeline.Plan.Inputs.First(i => i.Topic == row.Partition.Topic).HasEventTime;
}
