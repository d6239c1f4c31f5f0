using System.Reactive.Linq;
using KafkaOracle.Reactive.Testing;

namespace KafkaOracle.Reactive.Tests.Replay;

// A changed version: the same query, which marks its rows, with another era and lead-in.
internal sealed partial class Simulation
{
    /// <summary>From which era on, and from which offsets on for side outputs and rejects, rows are the changed version's.</summary>
    private sealed record Change(DateTimeOffset Era, IReadOnlyDictionary<LogPartition, long> Offsets)
    {
        public static Change At(Pipeline changed, IReadOnlyList<LedgerRow> ledger)
        {
            var known = ledger.MaxBy(r => r.EpochNumber);
            var era = known?.EraStart ?? DateTimeOffset.MinValue;
            if (changed.Formers.Count > 0 && known is { EraRows: > 0 }) era += changed.Formers[0].Options.Era;
            return new(era, new Dictionary<LogPartition, long>());
        }

        /// <summary>Where the changed version begins: with the era, and nothing of it committed.</summary>
        public IReadOnlyList<LedgerAdvance> Ledger(Pipeline changed, LogPartition[] partitions)
            => Era == DateTimeOffset.MinValue ? [] : [.. partitions.Select(p => new LedgerAdvance(new()
            {
                Partition = p,
                Epoch = Guid.Empty,
                EpochNumber = 0,
                NextOffset = 0,
                RewindOffset = 0,
                EraStart = Era,
                EraRows = 0,
                EraSum = 0,
                EraTables = [],
                Watermark = null,
                Idle = false,
                Floors = [],
                Query = changed.Options.Identity,
            }, null))];

        public bool Has(MemoryRow row) => row.Origin.EraStart is { } era ? era >= Era : Has(row.Origin.Position!.Value);

        public bool Has(Position position) => position.Offset >= Offsets.GetValueOrDefault(new(position.Topic, position.Partition));
    }

    private Dictionary<LogPartition, long>? _takenOverAt;

    // The former version reads on to its era's end, and beyond: what it has read is committed by it.
    private void SeeTakeover(IReadOnlyList<LedgerRow> before, IReadOnlyList<LedgerRow> after)
    {
        if (_changed is not null && after[0].Query == _changed.Options.Identity) _takenOverAt ??= before.ToDictionary(r => r.Partition, r => r.NextOffset);
    }

    private Pipeline Changed(Random random, Action<Lane> query, PipelineOptions options)
    {
        // Floors that the former lead-in had no more use for are forgotten: a longer one is exact without them only.
        var longest = _idle || _grows ? options.LeadIn / _log.Unit : 80;
        var changed = new PipelineOptions { Era = new[] { 7, 20, 40, 100 }[random.Next(4)] * _log.Unit, LeadIn = random.Next((int)longest + 1) * _log.Unit, EpochRows = options.EpochRows, Version = "2" };
        var again = random.Next(2) == 0 && _pipeline.Tables.All(t => t.KeepsEra || t.Name is "arrivals" or "late");
        if (again) changed.OnChange = VersionChange.RerunEra;
        var pipeline = Pipeline.Define("simulation", lane => query(new MarkingLane(lane)), changed);
        return again ? pipeline : pipeline.Replacing(_pipeline);
    }

    /// <summary>What the two versions leave together.</summary>
    private static List<string> Joined(Func<(IEnumerable<MemoryRow> Rows, IEnumerable<Reject> Rejects), List<string>> text, MemoryStore former, MemoryStore? changed, Change? change)
        => change is null ? text((former.Rows, former.Rejects)) : text((
            former.Rows.Where(r => !change.Has(r)).Concat(changed!.Rows.Where(change.Has)),
            former.Rejects.Where(r => !change.Has(r.Position)).Concat(changed.Rejects.Where(r => change.Has(r.Position)))));

    private sealed class MarkingLane(Lane lane) : Lane(lane.Clock)
    {
        public override TopicStream<T> Topic<T>(string name, Decoder<T> decoder) => lane.Topic(name, decoder);

        public override void Into<T>(ITable<T> table, IObservable<T> rows) => lane.Into(table, rows is IObservable<string> texts ? (IObservable<T>)texts.Select(t => $"2: {t}") : rows);
    }

    /// <summary>Finds messages by their time, and does nothing else.</summary>
    private sealed class Finder(RandomLog log) : IMessageSource
    {
        public Task<IReadOnlyList<PartitionRange>> FindAsync(IReadOnlyList<PartitionTime> times, CancellationToken stop)
            => Task.FromResult<IReadOnlyList<PartitionRange>>([.. times.Select(time =>
            {
                var messages = log.Messages[Array.IndexOf(log.Partitions, time.Partition)];
                var end = messages.Count == 0 ? 0 : messages[^1].Offset + 1;
                var found = messages.FindIndex(m => m.Timestamp >= time.At.ToUnixTimeMilliseconds());
                return new PartitionRange(0, found < 0 ? end : messages[found].Offset, end);
            })]);

        public Task<IReadOnlyList<LogPartition>> PartitionsAsync(IReadOnlyCollection<string> topics, CancellationToken stop) => throw new NotSupportedException();

        public Task<IMessageReader> OpenAsync(string group, IReadOnlyList<PartitionStart> starts, CancellationToken stop) => throw new NotSupportedException();
    }
}
