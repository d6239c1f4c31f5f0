namespace KafkaOracle.Reactive;

/// <summary>A group that was joined, and, for bounded runs, the log as it was then.</summary>
/// <param name="Member">The membership.</param>
/// <param name="Log">All partitions of the topics, in any order; null for runs without an end.</param>
internal sealed record JoinedGroup(IGroupMember Member, IReadOnlyDictionary<LogPartition, PartitionRange>? Log)
{
    /// <summary>Where a bounded run ends: what came later, a partition perhaps, is not in it.</summary>
    public long? EndOf(LogPartition partition) => Log is null ? null : Log.TryGetValue(partition, out var range) ? range.End : 0;

    /// <summary>Whether all that was in the log is committed or on its way into windows, whoever did it.</summary>
    public bool IsRead(IReadOnlyList<LedgerRow> ledger)
    {
        var rows = ledger.ToDictionary(r => r.Partition);
        return Log!.All(p => (rows.TryGetValue(p.Key, out var row) ? row.NextOffset : p.Value.Start) >= p.Value.End);
    }
}
