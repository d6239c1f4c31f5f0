using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>
/// What a lane goes on from where the log no longer holds what a restart has to read, and the options allow that: the era under way ends
/// with the rows that it has, and what comes of it later is late.
/// </summary>
internal sealed class LogGap
{
    private LogGap(IReadOnlyList<LedgerRow> ledger, IReadOnlyList<Reject> rejects) => (Ledger, Rejects) = (ledger, rejects);

    /// <summary>The lane's rows as they are when the next era begins, where the log does.</summary>
    public IReadOnlyList<LedgerRow> Ledger { get; }

    /// <summary>What is gone, for the rejects of the first epoch: until that is committed a restart finds the same.</summary>
    public IReadOnlyList<Reject> Rejects { get; }

    /// <summary>Compares a lane's ledger with the log; null where nothing is missing.</summary>
    /// <exception cref="LedgerMismatchException">The rows do not agree.</exception>
    public static async Task<LogGap?> FindAsync(IMessageSource source, Pipeline pipeline, IReadOnlyList<LedgerRow> ledger, ILogger logger, CancellationToken stop)
    {
        if (LedgerState.Of(pipeline.Name, ledger) is not { } known) return null;
        LogPartition[] read = [.. ledger.Select(r => r.Partition).Where(p => pipeline.Topics.Contains(p.Topic))];
        var ranges = await source.FindAsync([.. read.Select(p => new PartitionTime(p, DateTimeOffset.UnixEpoch))], stop);
        var first = read.Zip(ranges, (p, r) => (p, r.First)).ToDictionary();
        var length = (QueryIdentity.EraOf(known.Query) ?? pipeline.Options.Era).Ticks;
        var era = known.EraStart is { } start ? new EraSpan(start, EventTime.At(EventTime.Next(start.UtcTicks, length))) : (EraSpan?)null;
        Reject[] rejects = [.. ledger.Where(r => first.GetValueOrDefault(r.Partition) > r.RewindOffset).Select(r => Lost(r, first[r.Partition], era))];
        if (rejects.Length == 0) return null;
        foreach (var reject in rejects) Log.MessagesAreLost(logger, pipeline.Name, reject.Reason);
        return new([.. ledger.Select(r => From(r, first.GetValueOrDefault(r.Partition), era?.End))], rejects);
    }

    private static LedgerRow From(LedgerRow row, long first, DateTimeOffset? nextEra)
    {
        var next = Math.Max(row.NextOffset, first);
        return row with
        {
            NextOffset = next,
            RewindOffset = Math.Max(row.RewindOffset, first),
            EraStart = nextEra,
            EraRows = 0,
            EraSum = 0,
            EraTables = [],
            Floors = nextEra is { } before ? [.. row.Floors, new LateFloor(next, before)] : row.Floors,
        };
    }

    private static Reject Lost(LedgerRow row, long first, EraSpan? era)
    {
        var (from, when) = first > row.NextOffset ? (row.NextOffset, "they were read") : (row.RewindOffset, "the era under way was done");
        var given = era is null ? "" : $" The era from {era.Value.Start:O} ends with the {row.EraRows} rows that it has.";
        return new(RejectKind.Lost, $"The log of {row.Partition} lost the messages {from} to {first - 1} before {when}.{given}", new(row.Partition.Topic, row.Partition.Partition, from), null, null, null);
    }
}
