using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>A lane over the log as it is now, or all lanes in turn where each partition has one, for eras that follow each other: their rows are replaced, each era in one transaction.</summary>
/// <remarks>
/// The engine is that of a live run. To it the whole log has been read before, so that what is committed by offset, side outputs and
/// rejects, is not produced again.
/// </remarks>
internal sealed class EraLane(Pipeline pipeline, IMessageSource source, IEraStore store, IReadOnlyList<EraTable> tables, LogPartition[] partitions, ILogger logger, CancellationToken stop)
{
    /// <summary>Where an era's messages begin: no record of it or of its lead-in has a time stamp before.</summary>
    public static PartitionTime[] Times(Pipeline pipeline, IEnumerable<LogPartition> partitions, EraSpan era)
        => [.. partitions.Select(p => new PartitionTime(p, pipeline.Plan.Inputs.First(i => i.Topic == p.Topic).ReadFrom(era.Start.UtcTicks - pipeline.Options.LeadIn.Ticks)))];

    /// <summary>Replaces the eras in their order, and tells of each when it is committed. A failure leaves those that were told of.</summary>
    public async Task RunAsync(IReadOnlyList<EraSpan> eras, Action<EraSpan, EraRows> onReplaced)
    {
        await using var writer = await store.OpenErasAsync(pipeline.Name, tables, stop);
        if (pipeline.Options.Lanes == Lanes.PerPartition)
        {
            foreach (var era in eras) await ReplaceAsync(era);
            return;
        }
        await BeginAsync(eras[0]);
        await ComputeAsync(partitions, eras, writer, async done =>
        {
            onReplaced(eras[done], await writer.CommitAsync(stop));
            if (done + 1 < eras.Count) await BeginAsync(eras[done + 1]);
        });

        // The rows of an era are those of all lanes: one computes it after the other, with a lead-in of its own.
        async Task ReplaceAsync(EraSpan era)
        {
            await BeginAsync(era);
            foreach (var lane in partitions.GroupBy(p => p.Partition)) await ComputeAsync([.. lane], [era], writer, _ => Task.CompletedTask);
            onReplaced(era, await writer.CommitAsync(stop));
        }

        Task BeginAsync(EraSpan era) => writer.BeginAsync(era, pipeline.Options.Identity, stop);
    }

    private async Task ComputeAsync(LogPartition[] lane, IReadOnlyList<EraSpan> eras, IEraWriter writer, Func<int, Task> onEraEnd)
    {
        var found = await source.FindAsync(Times(pipeline, lane, eras[0]), stop);
        await using var reader = await source.OpenAsync(pipeline.Name, [.. found.Zip(lane, (range, p) => new PartitionStart(p, range.Start))], stop);
        await Task.Factory.StartNew(() => Compute(lane, eras, reader, writer, onEraEnd), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    // A table was taken for one of side outputs alone, since nothing says that it is not until a row comes.
    private IReadOnlyList<RowBatch> Checked(IReadOnlyList<RowBatch> batches)
        => batches.FirstOrDefault(b => !tables.Any(t => t.Table == b.Table)) is { } stranger
            ? throw new LaneStoppedException(new InvalidOperationException($"Rows of an era came to table {stranger.Table.Name}, which takes side outputs, too: those could not be told apart. Write them to tables of their own."))
            : batches;

    private void Compute(LogPartition[] lane, IReadOnlyList<EraSpan> eras, IMessageReader reader, IEraWriter writer, Func<int, Task> onEraEnd)
    {
        var done = 0;
        using var engine = new LaneEngine(pipeline.Name, pipeline.Query, pipeline.Plan, pipeline.Options,
            [.. lane.Select((p, i) => (p, reader.Ranges[i].Start, (LedgerRow?)AllRead(p, reader.Ranges[i], eras[0].Start)))],
            epoch => Wait(writer.WriteAsync(Checked(epoch.Batches), stop)), logger: logger, stop: stop);
        engine.OnEraEnd = () =>
        {
            Wait(onEraEnd(done));
            if (++done == eras.Count) engine.EndsWithEra = true;
        };
        try
        {
            Follow(engine, reader, eras[^1].End.UtcTicks);
        }
        catch (EraEndedException)
        {
            // The last one is committed.
        }
        catch (LaneStoppedException stopped) when (stopped.InnerException is { } cause)
        {
            ExceptionDispatchInfo.Throw(cause);
        }
    }

    /// <summary>Reads what the eras need: until every partition has passed their end, or is at the log's.</summary>
    private void Follow(LaneEngine engine, IMessageReader reader, long end)
    {
        long[] ends = [.. reader.Ranges.Select(r => r.End)];
        var readAhead = new ReadAhead(pipeline.Options, reader, ends.Length);
        while (true)
        {
            var isOver = true;
            for (var i = 0; i < ends.Length; i++)
            {
                var partition = engine.Partition(i);
                if (partition.Watermark >= end) ends[i] = Math.Min(ends[i], partition.Next);        // what follows belongs to later eras, or is late
                if (partition.Next < ends[i]) isOver = false;
                else engine.GoIdle(i);
            }
            if (isOver) engine.CloseAt(end);
            readAhead.Adjust(engine, ends);
            using var slab = Take(reader);
            engine.Process(slab, ends);
        }
    }

    private Slab Take(IMessageReader reader)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            if (reader.Slabs.TryRead(out var slab)) return slab;
            if (!Wait(reader.Slabs.WaitToReadAsync(stop).AsTask())) throw new EndOfStreamException($"The source of pipeline '{pipeline.Name}' has ended before its log.");
        }
    }

    private LedgerRow AllRead(LogPartition partition, PartitionRange range, DateTimeOffset era) => new()
    {
        Partition = partition,
        Epoch = Guid.Empty,
        EpochNumber = 0,
        NextOffset = range.End,
        RewindOffset = range.Start,
        EraStart = era,
        EraRows = 0,
        EraSum = 0,
        EraTables = [],
        Watermark = null,
        Idle = false,
        Floors = [],
        Query = pipeline.Options.Identity,
    };

    private static void Wait(Task task)
    {
        Wait(Awaited());

        async Task<bool> Awaited()
        {
            await task;
            return true;
        }
    }

    // What the store or the source throws passes through the query, and is not the query's.
    private static T Wait<T>(Task<T> task)
    {
        try
        {
            return task.GetAwaiter().GetResult();
        }
        catch (Exception cause)
        {
            throw new LaneStoppedException(cause);
        }
    }
}
