using KafkaOracle.Reactive.Testing;

namespace KafkaOracle.Reactive.Tests.Replay;

/// <summary>What was decided by wall time and then committed: all floors, also those that the ledger has forgotten since.</summary>
internal sealed class Decisions : Dictionary<LogPartition, HashSet<(long Offset, long Before)>>
{
    public void Add(LogPartition partition, IEnumerable<(long, long)> floors)
    {
        if (!TryGetValue(partition, out var all)) this[partition] = all = [];
        all.UnionWith(floors);
    }
}

/// <summary>A log, a query and options, run undisturbed, and run through crashes, zombies, idle decisions and joining partitions.</summary>
internal sealed class Simulation
{
    private readonly int _seed;
    private readonly RandomLog _log;
    private readonly Action<Lane> _query;
    private readonly QueryPlan _plan;
    private readonly PipelineOptions _options;
    private readonly string _text;
    private readonly bool _idle, _zombies, _grows, _closes, _isDivided;

    public Simulation(int seed) : this(seed, RandomLog.Of(seed)) { }

    private Simulation(int seed, RandomLog log) : this(seed, log, new RandomQuery(seed ^ 0x1234567, log)) { }

    private Simulation(int seed, RandomLog log, RandomQuery query) : this(seed, log, query.Build, query.ToString()) { }

    public Simulation(int seed, RandomLog log, Action<Lane> query, string text)
    {
        (_seed, _log, _query, _text) = (seed, log, query, text);
        var random = new Random(seed ^ 0x5bd1e995);
        _isDivided = new Random(seed ^ 0x2545f491).Next(3) == 0;
        _options = new PipelineOptions
        {
            Lanes = _isDivided ? Reactive.Lanes.PerPartition : Reactive.Lanes.Single,
            Era = new[] { 7, 20, 40, 100 }[random.Next(4)] * _log.Unit,
            LeadIn = new[] { 0, 0, 5, 20, 60 }[random.Next(5)] * _log.Unit,
            EpochRows = 10_000_000,
        }.Validated("simulation");
        (_idle, _zombies, _grows, _closes) = (random.Next(2) == 0, random.Next(2) == 0, random.Next(4) == 0 && !_isDivided, random.Next(3) == 0);
        _plan = QueryPlan.Of("simulation", _query);
    }

    public override string ToString() => $"seed {_seed}: {_text}; era {_options.Era}, lead-in {_options.LeadIn}, lateness {_log.Lateness}, {_log.Partitions.Length} partitions"
        + (_idle ? ", idle" : "") + (_zombies ? ", zombies" : "") + (_grows ? ", grows" : "") + (_closes ? ", closes" : "") + (_isDivided ? ", a lane for each partition" : "");

    /// <summary>Null where the disturbed run left exactly the rows of the undisturbed one.</summary>
    public string? Difference()
    {
        var (actual, decisions) = Disturbed();
        var expected = Undisturbed(actual, decisions);
        return Compare("row", Rows(expected), Rows(actual))
            ?? Compare("side row", Sides(expected), Sides(actual))
            ?? Compare("reject", Rejects(expected), Rejects(actual));
    }

    // Each lane has an order of its own, which its checksums guard.
    private List<string> Rows(MemoryStore store) => _isDivided ? [.. InOrder(store).Order(StringComparer.Ordinal)] : InOrder(store);

    private static List<string> InOrder(MemoryStore store) => [.. store.Rows.Where(r => !IsSide(r)).GroupBy(r => r.Table, (t, rows) => (t, rows)).OrderBy(g => g.t, StringComparer.Ordinal).SelectMany(g => g.rows.Select(r => $"{g.t}: {r.Text} from {r.Origin}"))];

    // The partitions' order among each other is chance, as they arrive; within a partition it is the log's.
    private static List<string> Sides(MemoryStore store) => [.. store.Rows.Where(IsSide).OrderBy(r => r.Table, StringComparer.Ordinal).ThenBy(r => (r.Origin.Position!.Value.Topic, r.Origin.Position!.Value.Partition)).Select(r => $"{r.Table}: {r.Text}")];

    private static List<string> Rejects(MemoryStore store) => [.. store.Rejects.OrderBy(r => (r.Position.Topic, r.Position.Partition)).Select(r => $"{r.Kind} {r.Position} {r.At}")];

    private static bool IsSide(MemoryRow row) => row.Table is "arrivals" or "late";

    private static string? Compare(string what, List<string> expected, List<string> actual)
    {
        for (var i = 0; i < Math.Max(expected.Count, actual.Count); i++)
            if (i >= expected.Count || i >= actual.Count || expected[i] != actual[i])
                return $"{what} {i}: expected {(i < expected.Count ? expected[i] : "nothing")}, got {(i < actual.Count ? actual[i] : "nothing")} ({expected.Count} expected, {actual.Count} got)";
        return null;
    }

    /// <summary>The partitions of each lane, as indexes into those of the log.</summary>
    private int[][] Lanes
        => _isDivided ? [.. Enumerable.Range(0, _log.Partitions.Length).GroupBy(p => _log.Partitions[p].Partition).Select(g => g.ToArray())] : [[.. Enumerable.Range(0, _log.Partitions.Length)]];

    private LaneEngine Engine(MemoryStore store, IEnumerable<int> partitions, Action<Epoch> onEpoch)
    {
        var ledger = store.Ledger.ToDictionary(r => r.Partition);
        return new("simulation", _query, _plan, _options,
            [.. partitions.Select(p => _log.Partitions[p]).Select(p => (p, ledger.GetValueOrDefault(p)?.RewindOffset ?? 0, ledger.GetValueOrDefault(p)))], onEpoch);
    }

    /// <summary>One partition after the other, in one epoch; what was decided by wall time is given.</summary>
    private MemoryStore Undisturbed(MemoryStore actual, Decisions decisions)
    {
        var store = new MemoryStore();
        foreach (var lane in Lanes)
        {
            using var engine = Engine(store, lane, epoch => store.TryCommit(epoch));
            for (var p = 0; p < lane.Length; p++)
                foreach (var floor in decisions.GetValueOrDefault(_log.Partitions[lane[p]]) ?? []) engine.Partition(p).AddFloor(floor.Offset, floor.Before);
            for (var p = 0; p < lane.Length; p++) Feed(engine, p, _log.Messages[lane[p]]);
            for (var p = 0; p < lane.Length; p++)
                if (actual.Ledger.Any(r => r.Idle && r.Partition == _log.Partitions[lane[p]])) engine.GoIdle(p);
            if (_closes) engine.CloseWindows();
            engine.Cut();
        }
        return store;
    }

    private (MemoryStore Store, Decisions Decisions) Disturbed()
    {
        var random = new Random(_seed);
        var store = new MemoryStore();
        var decisions = new Decisions();
        var visible = new int[_log.Partitions.Length];
        var count = _grows ? 1 : _log.Partitions.Length;
        var divided = Lanes;

        Attempt Start(int lane) => new(this, store, decisions, [.. divided[lane].Take(count)]);
        List<Attempt>[] owners = [.. divided.Select((_, lane) => new List<Attempt> { Start(lane) })];      // the first of each is the owner, the others do not know that they are none
        for (var budget = (_log.Count * 8) + 40; budget > 0; budget--)
        {
            var grown = random.Next(visible.Length);
            visible[grown] = Math.Min(_log.Messages[grown].Count, visible[grown] + random.Next(4));
            var lane = random.Next(owners.Length);
            var lanes = owners[lane];
            if (random.Next(25) == 0)                                              // the process dies, or seems to, or the lane moves
            {
                if (!_zombies || random.Next(2) == 0) lanes.RemoveAt(0);
                if (count < visible.Length && random.Next(2) == 0) count++;
                lanes.Insert(0, Start(lane));
                continue;
            }
            var which = lanes.Count > 1 && random.Next(3) == 0 ? random.Next(1, lanes.Count) : 0;
            if (lanes[which].Act(random, visible)) continue;
            lanes.RemoveAt(which);                                                 // fenced
            if (which == 0) lanes.Insert(0, Start(lane));
        }
        count = visible.Length;
        for (var p = 0; p < visible.Length; p++) visible[p] = _log.Messages[p].Count;
        for (var lane = 0; lane < owners.Length; lane++)
            while (!Start(lane).Finish(random, visible)) { }                       // calm: everything is there, read and committed
        return (store, decisions);
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
        private readonly int[] _read, _partitions;
        private readonly long? _joinedAt;

        public Attempt(Simulation simulation, MemoryStore store, Decisions decisions, int[] partitions)
        {
            (_simulation, _store, _decisions, _partitions) = (simulation, store, decisions, partitions);
            _engine = simulation.Engine(store, partitions, epoch => _pending.Enqueue((epoch, [.. epoch.Ledger.Select((_, p) => Floors(p))])));
            if (_engine.Watermark is { } watermark) _joinedAt = watermark.UtcTicks;
            _read = [.. partitions.Select((log, p) => simulation._log.Messages[log].FindIndex(m => m.Offset >= _engine.Partition(p).Next) is var i and >= 0 ? i : simulation._log.Messages[log].Count)];
        }

        /// <summary>Does one thing. False: the lane was fenced.</summary>
        public bool Act(Random random, int[] visible)
        {
            var partition = random.Next(_read.Length);
            switch (random.Next(10))
            {
                case <= 5:
                    Read(partition, Math.Min(visible[_partitions[partition]], _read[partition] + random.Next(1, 6)));
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
                    if (_read[partition] >= visible[_partitions[partition]] && _engine.Partition(partition).HasCaughtUp) _engine.GoIdle(partition);
                    return true;
            }
        }

        public bool Finish(Random random, int[] visible)
        {
            while (Enumerable.Range(0, _read.Length).Where(p => _read[p] < visible[_partitions[p]]).ToArray() is { Length: > 0 } readable)
            {
                var partition = readable[random.Next(readable.Length)];
                Read(partition, Math.Min(visible[_partitions[partition]], _read[partition] + random.Next(1, 6)));
            }
            if (_simulation._closes) _engine.CloseWindows();
            _engine.Cut();
            while (_pending.Count > 0)
                if (!Commit()) return false;
            return true;
        }

        private (long, long)[] Floors(int partition)
            => [.. _engine.Partition(partition).Floors, .. _joinedAt is { } at && _engine.Partition(partition).Committed is null ? new[] { (0L, at) } : []];

        private void Read(int partition, int until)
        {
            Feed(_engine, partition, _simulation._log.Messages[_partitions[partition]][_read[partition]..until]);
            _read[partition] = until;
        }

        private bool Commit()
        {
            if (!_pending.TryDequeue(out var next)) return true;
            if (!_store.TryCommit(next.Epoch)) return false;
            foreach (var (advance, floors) in next.Epoch.Ledger.Zip(next.Floors)) _decisions.Add(advance.Row.Partition, floors);
            return true;
        }
    }
}
