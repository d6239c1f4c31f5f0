using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>What a lane begins with: whose rows the era under way holds, and what becomes of them where the query was changed.</summary>
internal sealed class LaneStart
{
    private readonly LedgerRow? _known;

    private LaneStart(Pipeline pipeline, PipelineOptions options, IReadOnlyList<LedgerRow> ledger, LedgerRow? known)
        => (Pipeline, Options, Ledger, _known) = (pipeline, options, ledger.ToDictionary(r => r.Partition), known);

    /// <summary>Whose query runs: the pipeline's own, or that of a former one.</summary>
    public Pipeline Pipeline { get; }

    public PipelineOptions Options { get; }

    /// <summary>The ledger's rows as the lane takes them.</summary>
    public IReadOnlyDictionary<LogPartition, LedgerRow> Ledger { get; }

    /// <summary>Whether it is a former query, which ends with the era under way.</summary>
    public bool EndsWithEra { get; private init; }

    /// <summary>The era under way where it is computed anew, so that its rows must go first; else null.</summary>
    public DateTimeOffset? ReplacedEra { get; private init; }

    /// <exception cref="LedgerMismatchException">The era under way was to be computed anew, and its rows cannot be replaced.</exception>
    public static LaneStart Of(Pipeline pipeline, IReadOnlyList<LedgerRow> ledger)
    {
        var known = ledger.MaxBy(r => r.EpochNumber);
        if (known is not { EraRows: > 0 } || known.Query == pipeline.Options.Identity) return new(pipeline, pipeline.Options, ledger, known);
        if (pipeline.Formers.FirstOrDefault(f => f.Options.Identity == known.Query) is { } former)
            return new(former, pipeline.Options.As(former.Options), ledger, known) { EndsWithEra = true };
        if (pipeline.Options.OnChange != VersionChange.RerunEra) return new(pipeline, pipeline.Options, ledger, known);    // which the lane refuses
        CheckTables(pipeline, known);
        LedgerRow[] cleared = [.. ledger.Select(r => r with { EraRows = 0, EraSum = 0, EraTables = [] })];
        return new(pipeline, pipeline.Options, cleared, known) { ReplacedEra = known.EraStart };
    }

    /// <summary>Where to read from: where the ledger says; earlier where the lead-in is longer than the one with which it was written.</summary>
    public async Task<PartitionStart[]> PositionsAsync(IMessageSource source, IReadOnlyList<LogPartition> partitions, ILogger logger, CancellationToken stop)
    {
        PartitionStart[] positions = [.. partitions.Select(p => new PartitionStart(p, Ledger.GetValueOrDefault(p)?.RewindOffset))];
        if (_known is not { EraStart: { } era } || QueryIdentity.LeadInOf(_known.Query) is var known && known >= Options.LeadIn) return positions;
        int[] earlier = [.. Enumerable.Range(0, positions.Length).Where(i => positions[i].Offset is not null && Input(partitions[i]) is { HasEventTime: true })];
        var found = await source.FindAsync([.. earlier.Select(i => new PartitionTime(partitions[i], Input(partitions[i])!.ReadFrom(era.UtcTicks - Options.LeadIn.Ticks)))], stop);
        foreach (var (i, range) in earlier.Zip(found))
        {
            positions[i] = new(partitions[i], Math.Min(positions[i].Offset!.Value, range.Start));
            if (range.HasLostMessages) Log.LeadInIsCutOff(logger, Pipeline.Name, Options.LeadIn, known, partitions[i], range.First);
        }
        return positions;
    }

    /// <summary>Tells what becomes of a changed query.</summary>
    public void Tell(ILogger logger, Pipeline successor)
    {
        if (EndsWithEra) Log.FormerEndsEra(logger, Pipeline.Name, _known!.EraStart, Options.Identity, successor.Options.Identity);
        if (ReplacedEra is not null) Log.ReplacesEra(logger, Pipeline.Name, ReplacedEra, _known!.Query, Options.Identity);
    }

    private TopicInput? Input(LogPartition partition) => Pipeline.Plan.Inputs.FirstOrDefault(i => i.Topic == partition.Topic);

    // Tables without rows of the era, those of side outputs among them, have nothing to replace.
    private static void CheckTables(Pipeline pipeline, LedgerRow known)
    {
        foreach (var (name, rows, _) in known.EraTables)
        {
            if (pipeline.Tables.FirstOrDefault(t => t.Name == name) is { KeepsEra: true } || rows == 0) continue;
            var what = pipeline.Tables.Any(t => t.Name == name)
                ? $"table {name} does not say which era its rows belong to, so those cannot be told apart. Give it an era column (OracleTable.EraColumn; the next start names the statements that add it)"
                : $"the query no longer names table {name}, so those would stay. Let it name the table for this era";
            throw new LedgerMismatchException(
                $"Pipeline '{pipeline.Name}' cannot compute the era from {known.EraStart:O} anew: '{known.Query}' has committed {rows} rows of it to table {name}, and {what}, or let the change wait for the era's end: Pipeline.Replacing. Nothing was written.");
        }
    }
}
