using System.Reactive.Linq;
using KafkaOracle.Reactive.Testing;

namespace KafkaOracle.Reactive.Tests.Replay;

/// <summary>A query out of random operators, stock and own, nested, some that never forget; and side outputs beside it.</summary>
internal sealed partial class RandomQuery
{
    private readonly List<(MemoryTable<string> Table, string Text, Func<Sources, IObservable<Sample>> Build)> _chains = [];
    private readonly MemoryTable<string> _arrivals = new("arrivals"), _late = new("late");
    private readonly bool _sides, _looksUp;
    private readonly RandomLog _log;

    public RandomQuery(int seed, RandomLog log)
    {
        var random = new Random(seed);
        _log = log;
        for (var table = random.Next(1, 4); table > 0; table--)
        {
            var (text, build) = Chain(random, random.Next(1, 4));
            _chains.Add((new MemoryTable<string>("t" + table).EraColumn(), text, build));
        }
        _sides = random.Next(3) == 0;
        _looksUp = random.Next(6) == 0;
    }

    public override string ToString() => string.Join(" | ", _chains.Select(c => c.Text)) + (_sides ? " | sides" : "") + (_looksUp ? " | looks up" : "");

    public void Build(Lane lane)
    {
        var (a, b) = (lane.Topic("a", Sample.Decoder), lane.Topic("b", Sample.Decoder));
        var (eventsA, eventsB) = (InEventTime(a), InEventTime(b));
        var valuesA = _looksUp ? eventsA.SelectAsync(LookUp, degree: 3).Select(r => r.Value) : eventsA.Select(r => r.Value);
        var sources = new Sources(lane, _log.Unit, valuesA, eventsB.Select(r => r.Value));
        foreach (var (table, _, build) in _chains) lane.Into(table, build(sources).Select(s => $"{s.Key}={s.Value}@{lane.Clock.Clock}"));
        if (!_sides) return;
        lane.Into(_arrivals, a.Where(r => r.Value.Value % 3 != 0).Select(r => r.Position.ToString()));
        lane.Into(_late, eventsA.Late.Merge(eventsB.Late).Select(r => r.Position.ToString()));
    }

    private static async Task<Sample> LookUp(Record<Sample> record, CancellationToken stop)
    {
        if (record.Value.Value % 3 == 0) await Task.Yield();
        return record.Value with { Value = record.Value.Value + 1 };
    }

    private EventStream<Sample> InEventTime(TopicStream<Sample> topic) => topic.InEventTime(s => EventTime.At(s.At), _log.Lateness, _log.Bounds);

    private sealed record Sources(Lane Lane, TimeSpan Unit, IObservable<Sample> A, IObservable<Sample> B)
    {
        public EventClock Clock => Lane.Clock;
        public TimeSpan T(int n) => n * Unit;
    }

    private delegate IObservable<Sample> Step(Sources q, IObservable<Sample> s);

    private static (string Text, Func<Sources, IObservable<Sample>> Build) Chain(Random random, int length)
    {
        var first = random.Next(2) == 0;
        var text = first ? "a" : "b";
        Func<Sources, IObservable<Sample>> build = q => first ? q.A : q.B;
        for (var i = 0; i < length; i++)
        {
            var (name, step) = Operator(random);
            var before = build;
            build = q => step(q, before(q));
            text += " > " + name;
        }
        return (text, build);
    }

    private static int Fold(int sum, Sample s) => unchecked((sum * 31) + s.Value + 7);

    private static Sample Made(string key, int value, long at) => new(key, value & 0xffff, at);

    private static Sample Both(Sample x, Sample y) => Made(x.Key, unchecked((x.Value * 31) + y.Value), y.At);

    private static IObservable<Sample> Folded(Sources q, IObservable<Sample> s, string key) => s.Aggregate(0, Fold).Select(h => Made(key, h, q.Clock.Clock));

    private static (string Name, Step Step) Operator(Random random)
    {
        int a = random.Next(2, 15), b = random.Next(2, 15), m = random.Next(2, 5);
        if (random.Next(4) == 0) return Windowed(random, a, b, m);
        if (random.Next(3) == 0) return JoinOrPattern(random, a, b, m);
        return random.Next(35) switch
        {
            0 => ($"Where%{m}", (q, s) => s.Where(r => r.Value % m != 0)),
            1 => ($"Rekey%{m}", (q, s) => s.Select(r => r with { Key = "m" + (r.Value % m) })),
            2 => ($"Delay({a})", (q, s) => s.Delay(q.T(a), q.Clock)),
            3 => ($"Throttle({a})", (q, s) => s.Throttle(q.T(a), q.Clock)),
            4 => ($"GroupBy.Throttle({a})", (q, s) => s.GroupBy(r => r.Key).SelectMany(g => g.Throttle(q.T(a), q.Clock))),
            5 => ($"Sample({a})", (q, s) => s.Sample(q.T(a), q.Clock)),
            6 => ($"Window({a})", (q, s) => s.Window(q.T(a), q.Clock).SelectMany(w => Folded(q, w, "w"))),
            7 => ($"Buffer({a}).Flatten", (q, s) => s.Buffer(q.T(a), q.Clock).SelectMany(x => x)),
            8 => ($"SelectMany(Timer({a}+))", (q, s) => s.SelectMany(r => Observable.Timer(q.T(1 + (r.Value % a)), q.Clock).Select(_ => r))),
            9 => ($"Switch(Timer({a}))", (q, s) => s.Select(r => Observable.Timer(q.T(a), q.Clock).Select(_ => r)).Switch()),
            10 or 11 => ($"TumblingWindow({a})", (q, s) => s.TumblingWindow(r => r.Key, q.T(a), 0, Fold, q.Clock).Select(w => Made(w.Key, w.Value, w.Start.UtcTicks))),
            12 or 13 => ($"DistinctWithin({a})", (q, s) => s.DistinctWithin(r => r.Key, q.T(a), q.Clock)),
            14 => ($"Join({a},{b})", (q, s) => s.Join(q.A, _ => Observable.Timer(q.T(a), q.Clock), _ => Observable.Timer(q.T(b), q.Clock), Both).Where(r => r.Value % 3 == 0)),
            15 => ($"GroupJoin({a},{b})", (q, s) => s.GroupJoin(q.B, _ => Observable.Timer(q.T(a), q.Clock), _ => Observable.Timer(q.T(b), q.Clock), (x, ys) => Folded(q, ys, x.Key)).Merge()),
            16 => ("DistinctUntilChanged", (q, s) => s.DistinctUntilChanged(r => r.Key)),
            17 => ("Scan", (q, s) => s.Scan(Both)),
            18 => ("Distinct", (q, s) => s.Distinct(r => (r.Key, r.Value % 7))),
            19 => ("Zip", (q, s) => s.Zip(q.B, Both)),
            20 => ($"Skip({m}).Take({a})", (q, s) => s.Skip(m).Take(a)),
            21 => ($"Buffer({m})", (q, s) => s.Buffer(m).Select(l => Made(l[0].Key, l.Aggregate(0, Fold), l[0].At))),
            22 => ($"Buffer({a},{m})", (q, s) => s.Buffer(q.T(a), m, q.Clock).Select(l => Made("b", l.Aggregate(l.Count, Fold), q.Clock.Clock))),
            23 => ($"Window({a + b},{b})", (q, s) => s.Window(q.T(a + b), q.T(b), q.Clock).SelectMany(w => Folded(q, w, "w"))),
            24 => ($"GroupByUntil(Timer {a})", (q, s) => s.GroupByUntil(r => r.Key, _ => Observable.Timer(q.T(a), q.Clock)).SelectMany(g => Folded(q, g, g.Key))),
            25 => ($"GroupByUntil(Throttle {a})", (q, s) => s.GroupByUntil(r => r.Key, g => g.Throttle(q.T(a), q.Clock)).SelectMany(g => Folded(q, g, g.Key))),
            26 => ($"Merge(max {m})", (q, s) => s.Select(r => Observable.Timer(q.T(1 + (r.Value % a)), q.Clock).Select(_ => r)).Merge(m)),
            27 => ("Concat", (q, s) => s.Select(r => Observable.Timer(q.T(m), q.Clock).Select(_ => r)).Concat()),
            28 => ("CombineLatest", (q, s) => s.CombineLatest(q.A, Both).Where(r => r.Value % 3 == 0)),
            29 => ($"Merge(Interval({a}))", (q, s) => s.Merge(Observable.Interval(q.T(a), q.Clock).Select(n => Made("i", (int)n, q.Clock.Clock)))),
            30 => ($"GroupBy.Window({a}).Scan", (q, s) => s.GroupBy(r => r.Key).SelectMany(g => g.Window(q.T(a), q.Clock).SelectMany((w, i) => w.Scan((x, y) => Made(g.Key, unchecked((x.Value * 31) + y.Value + i), y.At))))),
            31 => ($"Timeout({a}).Repeat", (q, s) => s.Timeout(q.T(a), Observable.Return(Made("silent", 0, 0)), q.Clock).Repeat()),
            32 => ($"Expand(Delay {m})", (q, s) => s.Expand(r => r.Value < 4 ? Observable.Empty<Sample>() : Observable.Return(r with { Value = r.Value / 2 }).Delay(q.T(m), q.Clock))),
            33 => ("Publish", (q, s) => s.Publish(p => p.Merge(p.Delay(q.T(a), q.Clock)).Scan(Both))),
            _ => ($"GroupByUntil(aligned {a})", (q, s) => s.GroupByUntil(r => r.Key, _ => Observable.Timer(q.Clock.StartOf(q.T(a)) + q.T(a), q.Clock)).SelectMany(g => Folded(q, g, g.Key))),
        };
    }
}
