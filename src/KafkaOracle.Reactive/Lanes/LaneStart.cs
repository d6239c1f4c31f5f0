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
        CheckReplaceable(pipeline, known, ledger);
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

    /// <summary>Refuses to compute an era anew whose rows could not all be told apart from others.</summary>
    private static void CheckReplaceable(Pipeline pipeline, LedgerRow known, IReadOnlyList<LedgerRow> ledger)
    {
        var isDivided = pipeline.Options.Lanes == Lanes.PerPartition;
        if (isDivided && QueryIdentity.LanesOf(known.Query) == Lanes.Single)
            throw Refused("rows of it in a single lane, and no lane can tell which of them are its own. Go on in a single lane, and end it by run.FinishEraAsync() at an era's end");
        // Tables without rows of the era, those of side outputs among them, have nothing to replace. The partitions of a lane have its epoch in common.
        foreach (var committed in ledger.DistinctBy(r => r.Epoch).SelectMany(r => r.EraTables).Where(t => t.Rows > 0).GroupBy(t => t.Table))
        {
            var (name, table) = (committed.Key, pipeline.Tables.FirstOrDefault(t => t.Name == committed.Key));
            if (table is { KeepsEra: true } && (table.KeepsLane || !isDivided)) continue;
            var why = $"the query no longer names table {name}, so those would stay. Let it name the table for this era";
            if (table is not null)
            {
                var what = table.KeepsEra ? "lane its rows come from" : "era its rows belong to";
                var columns = isDivided ? "an era column and one for the lane (OracleTable.EraColumn(lane: …)" : "an era column (OracleTable.EraColumn";
                why = $"table {name} does not say which {what}, so those cannot be told apart. Give it {columns}; the next start names the statements that add it)";
            }
            throw Refused($"{committed.Sum(t => t.Rows)} rows of it to table {name}, and {why}, or let the change wait for the era's end: Pipeline.Replacing");
        }

        LedgerMismatchException Refused(string what)
            => new($"Pipeline '{pipeline.Name}' cannot compute the era from {known.EraStart:O} anew: '{known.Query}' has committed {what}. Nothing was written.");
    }
}
