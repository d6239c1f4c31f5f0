using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>Reprocesses a range of eras: checks what can be checked before anything is read, and hands stretches of eras to lanes that run side by side.</summary>
internal sealed class Reprocessing(
    Pipeline pipeline, IMessageSource source, IEraStore store, ReprocessOptions options, IProgress<ReprocessedEra>? progress, ILogger logger)
{
    private const int MostAttempts = 2;                         // an era that the query is not to blame for is tried once more, at the end

    private readonly ConcurrentQueue<EraSpan[]> _stretches = new();
    private readonly ConcurrentDictionary<EraSpan, ReprocessedEra> _done = new();
    private readonly ConcurrentDictionary<EraSpan, int> _attempts = new();
    private int _failures;

    public async Task<ReprocessResult> RunAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken stop)
    {
        EraSpan[] eras = [.. Eras(from, to)];
        EraTable[] tables = [.. Tables()];
        LogPartition[] partitions = [.. (await source.PartitionsAsync(pipeline.Topics, stop)).Where(p => Input(p).HasEventTime).Order()];
        await using (var writer = await store.OpenErasAsync(pipeline.Name, tables, stop))
        {
            var ledger = writer.Ledger.Where(r => pipeline.Topics.Contains(r.Partition.Topic) && Input(r.Partition).HasEventTime).ToDictionary(r => r.Partition);
            if (pipeline.Options.Lanes == Lanes.PerPartition) partitions = await BegunAsync(partitions, ledger, stop);
            CheckFinished(ledger.Values, to);
            if (options.SkipReplaced)
                foreach (var era in await writer.FindReplacedAsync(pipeline.Options.Identity, from, to, stop)) Tell(new(era, EraOutcome.Skipped));
        }
        EraSpan[] left = [.. eras.Where(e => !_done.ContainsKey(e))];
        if (left.Length > 0) await CheckLogAsync(partitions, left[0], stop);
        foreach (var stretch in Stretches(left)) _stretches.Enqueue(stretch);
        await Task.WhenAll(Enumerable.Range(0, options.Degree).Select(_ => WorkAsync(tables, partitions, stop)));
        var result = new ReprocessResult([.. eras.Select(e => _done.GetValueOrDefault(e) ?? new(e, EraOutcome.NotBegun))]);
        return result.Eras.Any(e => e.Outcome == EraOutcome.Failed) ? throw new ReprocessException(pipeline.Name, result) : result;
    }

    private async Task WorkAsync(EraTable[] tables, LogPartition[] partitions, CancellationToken stop)
    {
        while (Volatile.Read(ref _failures) < options.MostFailures && _stretches.TryDequeue(out var stretch))
        {
            var done = 0;
            try
            {
                await new EraLane(pipeline, source, store, tables, partitions, logger, stop).RunAsync(stretch, (era, rows) =>
                {
                    done++;
                    Log.Reprocessed(logger, pipeline.Name, era.Start, rows.Deleted, rows.Written, rows.Refused);
                    Tell(new(era, EraOutcome.Replaced, rows));
                });
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                throw new OperationCanceledException($"Reprocessing of pipeline '{pipeline.Name}' was stopped; the eras told of are done.", stop);
            }
            catch (Exception fault)
            {
                if (stretch[(done + 1)..] is { Length: > 0 } rest) _stretches.Enqueue(rest);
                Fail(stretch[done], fault);
            }
        }
    }

    private void Fail(EraSpan era, Exception fault)
    {
        Log.NotReprocessed(logger, fault, pipeline.Name, era.Start);
        if (fault is not (QueryException or NotDeterministicException or ForeignThreadException) && _attempts.AddOrUpdate(era, 1, (_, n) => n + 1) < MostAttempts)
        {
            _stretches.Enqueue([era]);
            return;
        }
        Interlocked.Increment(ref _failures);
        Tell(new(era, EraOutcome.Failed, Error: fault));
    }

    private void Tell(ReprocessedEra era)
    {
        _done[era.Era] = era;
        progress?.Report(era);
    }

    private IEnumerable<EraSpan> Eras(DateTimeOffset from, DateTimeOffset to)
    {
        for (var start = from.ToUniversalTime(); start < to; start += pipeline.Options.Era) yield return new(start, start + pipeline.Options.Era);
    }

    // As few as there are lanes, since each begins with a lead-in that is read for it alone; but none that is not of one piece.
    private IEnumerable<EraSpan[]> Stretches(EraSpan[] eras)
    {
        var most = (eras.Length + options.Degree - 1) / options.Degree;
        for (var first = 0; first < eras.Length;)
        {
            var next = first + 1;
            while (next < eras.Length && next - first < most && eras[next].Start == eras[next - 1].End) next++;
            yield return eras[first..next];
            first = next;
        }
    }

    private IEnumerable<EraTable> Tables()
    {
        var sides = QueryPlan.SideTablesOf(pipeline.Query);
        var names = new HashSet<string>();
        foreach (var table in pipeline.Tables.Where(t => !sides.Contains(t.Name)))
        {
            if (options.Tables is null && !table.KeepsEra)
                throw new InvalidOperationException(
                    $"Pipeline '{pipeline.Name}' cannot replace the rows of eras in table {table.Name}: they do not say which era they belong to. Give it an era column (OracleTable.EraColumn), or have the rows written to other tables: ReprocessOptions.Tables. Nothing was written.");
            var name = options.Tables?.Invoke(table.Name) ?? table.Name;
            if (!names.Add(name)) throw new ArgumentException($"Two tables of pipeline '{pipeline.Name}' would be written to table {name}.");
            if (options.Tables is not null && pipeline.Tables.Any(t => t.Name == name))
                throw new ArgumentException($"The rows of table {table.Name} would be written to {name}, a live table of pipeline '{pipeline.Name}'. Name another, or leave ReprocessOptions.Tables out.");
            yield return new(table, name);
        }
    }

    private void CheckFinished(Dictionary<LogPartition, LedgerRow>.ValueCollection ledger, DateTimeOffset to)
    {
        if (ledger.Count == 0 || ledger.Any(r => r.EraStart is null))
            throw new LedgerMismatchException($"Pipeline '{pipeline.Name}' has not finished an era yet, so there is nothing to reprocess. Nothing was written.");
        var finished = ledger.Min(r => r.EraStart)!.Value;
        if (to > finished)
            throw new LedgerMismatchException($"Pipeline '{pipeline.Name}' has finished the eras before {finished:O}, and was asked to reprocess those before {to:O}: the live run may still write rows of them. Nothing was written.");
    }

    /// <summary>The partitions whose lanes have begun an era. The others are taken out of the ledger: they have no rows, and hold up nothing unless there is something to read.</summary>
    private async Task<LogPartition[]> BegunAsync(LogPartition[] partitions, Dictionary<LogPartition, LedgerRow> ledger, CancellationToken stop)
    {
        LogPartition[] idle = [.. partitions.Where(p => ledger.GetValueOrDefault(p)?.EraStart is null)];
        foreach (var (partition, range) in idle.Zip(await source.FindAsync([.. idle.Select(p => new PartitionTime(p, DateTimeOffset.MinValue))], stop)))
        {
            if (range.End > (ledger.GetValueOrDefault(partition)?.NextOffset ?? range.First))
                throw new LedgerMismatchException($"Pipeline '{pipeline.Name}' has not finished an era of partition {partition} yet, which has messages. Nothing was written.");
            ledger.Remove(partition);
        }
        return [.. partitions.Except(idle)];
    }

    private async Task CheckLogAsync(LogPartition[] partitions, EraSpan first, CancellationToken stop)
    {
        if (options.AllowLostMessages) return;
        foreach (var (partition, range) in partitions.Zip(await source.FindAsync(EraLane.Times(pipeline, partitions, first), stop)))
            if (range.HasLostMessages)
                throw new LedgerMismatchException(
                    $"Pipeline '{pipeline.Name}' cannot reprocess the era from {first.Start:O}: it needs the messages of {partition} from {Input(partition).ReadFrom(first.Start.UtcTicks - pipeline.Options.LeadIn.Ticks):O} on, and the log now begins at offset {range.First}, perhaps after some of them. Begin with a later era, or set ReprocessOptions.AllowLostMessages. Nothing was written.");
    }

    private TopicInput Input(LogPartition partition) => pipeline.Plan.Inputs.First(i => i.Topic == partition.Topic);
}
