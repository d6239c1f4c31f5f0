using System.Reactive.Linq;
using KafkaOracle.Reactive.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace KafkaOracle.Reactive.Tests.Replay;

/// <summary>What was decided by wall time and then committed: all floors, also those that the ledger has forgotten since.</summary>
internal sealed class Decisions : Dictionary<LogPartition, HashSet<(long Offset, long Before)>>
{
    public void Add(LogPartition partition, IEnumerable<(long, long)> floors)
    {
        if (!TryGetValue(partition, out var all)) this[partition] = all = [];
        all.UnionWith(floors);
    }

    /// <summary>Records that the query goes without, and from which era on.</summary>
    public Dictionary<Position, long> Skips { get; } = [];

    public void Add(Position position, long fromEra) => Skips[position] = Math.Min(Skips.GetValueOrDefault(position, long.MaxValue), fromEra);
}

/// <summary>A log, a query and options, run undisturbed, and run through crashes, zombies, idle decisions, joining partitions and a changed version.</summary>
internal sealed partial class Simulation
{
    private readonly int _seed;
    private readonly RandomLog _log;
    private readonly Pipeline _pipeline;
    private readonly Pipeline? _changed;
    private readonly string _text;
    private readonly bool _idle, _zombies, _grows, _closes;
    private readonly int _poison;                               // every how manieth record the query throws on, if it makes a row of it; 0: none
    private readonly AsyncLocal<Func<Position?>?> _at = new();

    public Simulation(int seed) : this(seed, RandomLog.Of(seed)) { }

    private Simulation(int seed, RandomLog log) : this(seed, log, new RandomQuery(seed ^ 0x1234567, log)) { }

    private Simulation(int seed, RandomLog log, RandomQuery query) : this(seed, log, query.Build, query.ToString()) { }

    public Simulation(int seed, RandomLog log, Action<Lane> query, string text)
    {
        (_seed, _log, _text) = (seed, log, text);
        var random = new Random(seed ^ 0x5bd1e995);
        var options = new PipelineOptions
        {
            Era = new[] { 7, 20, 40, 100 }[random.Next(4)] * _log.Unit,
            LeadIn = new[] { 0, 0, 5, 20, 60 }[random.Next(5)] * _log.Unit,
            EpochRows = 10_000_000,
            MaxFailedRecords = (_poison = seed % 4 == 0 ? 2 + (seed / 4 % 9) : 0) > 0 ? 10_000 : 0,
        };
        var read = query;
        if (_poison > 0) query = lane => read(new PoisonedLane(lane, IsPoison));
        (_idle, _zombies, _grows, _closes) = (random.Next(2) == 0, random.Next(2) == 0, random.Next(4) == 0, random.Next(3) == 0);
        _pipeline = Pipeline.Define("simulation", query, options);
        if (random.Next(4) == 0 && _poison == 0) _changed = Changed(random, query, options);
    }

    public override string ToString() => $"seed {_seed}: {_text}; era {_pipeline.Options.Era}, lead-in {_pipeline.Options.LeadIn}, lateness {_log.Lateness}, {_log.Partitions.Length} partitions"
        + (_idle ? ", idle" : "") + (_zombies ? ", zombies" : "") + (_grows ? ", grows" : "") + (_closes ? ", closes" : "") + (_poison > 0 ? $", throws on each {_poison}th" : "")
        + (_changed is null ? "" : $", changes to era {_changed.Options.Era} with lead-in {_changed.Options.LeadIn} {(_changed.Formers.Count > 0 ? "at the era's end" : "and runs the era again")}");

    /// <summary>Null where the disturbed run left exactly the rows of the undisturbed one.</summary>
    public string? Difference()
    {
        try
        {
            var (actual, decisions, change) = Disturbed();
            var expected = Undisturbed(_pipeline, actual, decisions);
            var changed = change is null ? null : Undisturbed(_changed!, actual, decisions, change.Ledger(_changed!, _log.Partitions));
            return Compare("row", Joined(r => Rows(r.Rows), expected, changed, change), Rows(actual.Rows))
                ?? Compare("side row", Joined(r => Sides(r.Rows), expected, changed, change), Sides(actual.Rows))
                ?? Compare("reject", Joined(r => Rejects(r.Rejects), expected, changed, change), Rejects(actual.Rejects));
        }
        finally
        {
            _at.Value = null;                                   // else every case to come on this thread would carry it along
        }
    }

    private static List<string> Rows(IEnumerable<MemoryRow> rows) => [.. rows.Where(r => !IsSide(r)).GroupBy(r => r.Table, (t, rows) => (t, rows)).OrderBy(g => g.t, StringComparer.Ordinal).SelectMany(g => g.rows.Select(r => $"{g.t}: {r.Text} from {r.Origin}"))];

    // The partitions' order among each other is chance, as they arrive; within a partition it is the log's.
    private static List<string> Sides(IEnumerable<MemoryRow> rows) => [.. rows.Where(IsSide).OrderBy(r => r.Table, StringComparer.Ordinal).ThenBy(r => (r.Origin.Position!.Value.Topic, r.Origin.Position!.Value.Partition)).Select(r => $"{r.Table}: {r.Text}")];

    private static List<string> Rejects(IEnumerable<Reject> rejects) => [.. rejects.OrderBy(r => (r.Position.Topic, r.Position.Partition, r.Position.Offset)).Select(r => $"{r.Kind} {r.Position} {r.At}")];

    private static bool IsSide(MemoryRow row) => row.Table is "arrivals" or "late";

    private static string? Compare(string what, List<string> expected, List<string> actual)
    {
        for (var i = 0; i < Math.Max(expected.Count, actual.Count); i++)
            if (i >= expected.Count || i >= actual.Count || expected[i] != actual[i])
                return $"{what} {i}: expected {(i < expected.Count ? expected[i] : "nothing")}, got {(i < actual.Count ? actual[i] : "nothing")} ({expected.Count} expected, {actual.Count} got)";
        return null;
    }

    private bool IsPoison() => _at.Value?.Invoke() is { } at && (at.Offset + (7 * at.Partition) + at.Topic.Length) % _poison == 0;

    /// <summary>Throws when a row comes of a record that is poison: now and then, as that depends on what the query remembers.</summary>
    private sealed class PoisonedLane(Lane lane, Func<bool> isPoison) : Lane(lane.Clock)
    {
        public override TopicStream<T> Topic<T>(string name, Decoder<T> decoder) => lane.Topic(name, decoder);

        public override void Into<T>(ITable<T> table, IObservable<T> rows) => lane.Into(table, rows.Do(_ =>
        {
            if (isPoison()) throw new InvalidOperationException("poison");
        }));
    }

    private LaneEngine Engine(Pipeline pipeline, MemoryStore store, int partitions, IEnumerable<FailedRecord> failed, Action<Epoch> onEpoch)
    {
        var start = LaneStart.Of(pipeline, store.Ledger);
        LogPartition[] read = [.. _log.Partitions.Take(partitions)];
        var positions = start.PositionsAsync(new Finder(_log), read, NullLogger.Instance, CancellationToken.None).GetAwaiter().GetResult();
        _at.Value = null;
        LaneEngine engine = new("simulation", start.Pipeline.Query, start.Pipeline.Plan, start.Options,
            [.. positions.Select(p => (p.Partition, p.Offset ?? 0, start.Ledger.GetValueOrDefault(p.Partition)))], onEpoch)
        { EndsWithEra = start.EndsWithEra, ReplacedEra = start.ReplacedEra };
        engine.Skip(failed);
        return engine;
    }

    /// <summary>One partition after the other, in one epoch; what was decided by wall time is given.</summary>
    private MemoryStore Undisturbed(Pipeline pipeline, MemoryStore actual, Decisions decisions, IReadOnlyList<LedgerAdvance>? begin = null)
    {
        var store = new MemoryStore();
        if (begin is { Count: > 0 }) store.TryCommit(new() { Id = Guid.Empty, Number = 0, Ledger = begin, Batches = [], Rejects = [] });
        using var engine = Engine(pipeline, store, _log.Partitions.Length, decisions.Skips.Select(s => new FailedRecord(s.Key, s.Value, "", 0)), epoch => store.TryCommit(epoch));
        _at.Value = () => engine.At;
        for (var p = 0; p < _log.Partitions.Length; p++)
            foreach (var floor in decisions.GetValueOrDefault(_log.Partitions[p]) ?? []) engine.Partition(p).AddFloor(floor.Offset, floor.Before);
        for (var p = 0; p < _log.Partitions.Length; p++) Feed(engine, p, _log.Messages[p]);
        foreach (var row in actual.Ledger.Where(r => r.Idle)) engine.GoIdle(Array.IndexOf(_log.Partitions, row.Partition));
        if (_closes) engine.CloseWindows();
        engine.Cut();
        return store;
    }

    private (MemoryStore Store, Decisions Decisions, Change? Change) Disturbed()
    {
        var random = new Random(_seed);
        var store = new MemoryStore();
        var decisions = new Decisions();
        var visible = new int[_log.Partitions.Length];
        var lanes = new List<Attempt>();
        var count = _grows ? 1 : _log.Partitions.Length;

        var pipeline = _pipeline;
        Change? change = null;

        Attempt Start(Attempt? before = null) => new(this, pipeline, store, decisions, count, before);
        lanes.Add(Start());
        var most = (_log.Count * 8) + 40;
        var changesAt = _changed is null ? 0 : random.Next(1, most);
        for (var budget = most; budget > 0; budget--)
        {
            if (budget == changesAt)                                               // whose the era under way is depends on what is committed now
            {
                while (!lanes[0].CommitAll()) lanes[0] = Start();
                change = Change.At(_changed!, store.Ledger);
                pipeline = _changed!;
                lanes = [Start()];
            }
            var grown = random.Next(visible.Length);
            visible[grown] = Math.Min(_log.Messages[grown].Count, visible[grown] + random.Next(4));
            if (random.Next(25) == 0)                                              // the process dies, or seems to
            {
                if (!_zombies || random.Next(2) == 0) lanes.RemoveAt(0);
                if (count < visible.Length && random.Next(2) == 0) count++;
                lanes.Insert(0, Start());
                continue;
            }
            var which = lanes.Count > 1 && random.Next(3) == 0 ? random.Next(1, lanes.Count) : 0;
            if (lanes[which].Act(random, visible)) continue;
            var ended = lanes[which];
            lanes.RemoveAt(which);                                                 // fenced, or its query has thrown
            if (which == 0) lanes.Insert(0, Start(ended));
        }
        count = visible.Length;
        do
        {
            for (var p = 0; p < visible.Length; p++) visible[p] = _log.Messages[p].Count;
        }
        while (!(lanes[0] = Start(lanes[0])).Finish(random, visible));                                  // calm: everything is there, read and committed
        return (store, decisions, change is null || _takenOverAt is null ? null : change with { Offsets = _takenOverAt });   // the former version may not have come to its era's end
    }

    private static void Feed(LaneEngine engine, int partition, IEnumerable<Message> messages)
    {
        using var slab = new Slab(16, 1024);
        foreach (var message in messages)
        {
            slab.WriteValue(message.Value);
            slab.Add(partition, message.Offset, message.Timestamp);
        }
        engine.Process(slab);
    }

    /// <summary>One life of the lane, from a start to a crash.</summary>
    private sealed class Attempt
    {
        private readonly Simulation _simulation;
        private readonly MemoryStore _store;
        private readonly Decisions _decisions;
        private readonly Queue<(Epoch Epoch, (long, long)[][] Floors)> _pending = new();
        private readonly LaneEngine _engine;
        private readonly int[] _read;
        private readonly long? _joinedAt;
        private readonly FailedRecords _failed;
        private bool _hasEnded, _hasThrown;

        // Where the query of the life before has thrown, this one goes on without the record; else the process died, and forgot.
        public Attempt(Simulation simulation, Pipeline pipeline, MemoryStore store, Decisions decisions, int partitions, Attempt? before)
        {
            (_simulation, _store, _decisions) = (simulation, store, decisions);
            _failed = before is { _hasThrown: true } ? before._failed : new(pipeline.Options);
            _engine = simulation.Engine(pipeline, store, partitions, _failed.All, epoch => _pending.Enqueue((epoch, [.. epoch.Ledger.Select((_, p) => Floors(p))])));
            if (_engine.Watermark is { } watermark) _joinedAt = watermark.UtcTicks;
            _read = [.. Enumerable.Range(0, partitions).Select(p => simulation._log.Messages[p].FindIndex(m => m.Offset >= _engine.Partition(p).Next) is var i and >= 0 ? i : simulation._log.Messages[p].Count)];
        }

        /// <summary>Does one thing. False: the lane was fenced, or has ended the era of a former version.</summary>
        public bool Act(Random random, int[] visible)
        {
            if (_hasEnded) return _pending.Count > 0 && Commit();
            try
            {
                return Survives(() => ActOn(random, visible));
            }
            catch (EraEndedException)
            {
                return _hasEnded = true;
            }
        }

        // False: the query has thrown. What was sent before is committed, unless another is faster.
        private bool Survives(Func<bool> act)
        {
            _simulation._at.Value = () => _engine.At;
            try
            {
                return act();
            }
            catch (QueryException fault) when (_failed.TryAdd(fault))
            {
                while (_pending.Count > 0 && Commit()) { }
                return !(_hasThrown = true);
            }
        }

        /// <summary>Commits what is produced. False: the lane was fenced.</summary>
        public bool CommitAll()
        {
            if (!_hasEnded) _engine.Cut();
            while (_pending.Count > 0)
                if (!Commit()) return false;
            return true;
        }

        private bool ActOn(Random random, int[] visible)
        {
            var partition = random.Next(_read.Length);
            switch (random.Next(10))
            {
                case <= 5:
                    Read(partition, Math.Min(visible[partition], _read[partition] + random.Next(1, 6)));
                    return true;
                case 6:
                    _engine.Cut();
                    return true;
                case 7:
                    return Commit();
                case 8:
                    _engine.RowsUntilCut = random.Next(1, 5);                      // in the middle of a step
                    return true;
                default:
                    if (!_simulation._idle || random.Next(4) != 0) return true;
                    if (_read[partition] < visible[partition] || !_engine.Partition(partition).HasCaughtUp) return true;
                    if (_engine.Partition(partition).IsIdle) _engine.Await(partition);
                    else _engine.GoIdle(partition);
                    return true;
            }
        }

        public bool Finish(Random random, int[] visible) => Survives(() => ReadAll(random, visible));

        private bool ReadAll(Random random, int[] visible)
        {
            try
            {
                while (Enumerable.Range(0, _read.Length).Where(p => _read[p] < visible[p]).ToArray() is { Length: > 0 } readable)
                {
                    var partition = readable[random.Next(readable.Length)];
                    Read(partition, Math.Min(visible[partition], _read[partition] + random.Next(1, 6)));
                }
                if (_simulation._closes) _engine.CloseWindows();
            }
            catch (EraEndedException)
            {
                _hasEnded = true;
            }
            return CommitAll() && !_hasEnded;
        }

        private (long, long)[] Floors(int partition)
            => [.. _engine.Partition(partition).Floors, .. _joinedAt is { } at && _engine.Partition(partition).Committed is null ? new[] { (0L, at) } : []];

        private void Read(int partition, int until)
        {
            Feed(_engine, partition, _simulation._log.Messages[partition][_read[partition]..until]);
            _read[partition] = until;
        }

        private bool Commit()
        {
            if (!_pending.TryDequeue(out var next)) return true;
            var before = _store.Ledger;
            if (!_store.TryCommit(next.Epoch)) return false;
            _simulation.SeeTakeover(before, _store.Ledger);
            foreach (var (advance, floors) in next.Epoch.Ledger.Zip(next.Floors)) _decisions.Add(advance.Row.Partition, floors);
            foreach (var reject in next.Epoch.Rejects.Where(r => r.Kind == RejectKind.Failed)) _decisions.Add(reject.Position, _failed.All.First(f => f.Position == reject.Position).FromEra);
            _failed.Settle(next.Epoch);
            return true;
        }
    }
}
