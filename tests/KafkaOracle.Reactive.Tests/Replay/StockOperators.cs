using System.Reactive.Linq;
using System.Reactive.Subjects;
using KafkaOracle.Reactive.Testing;

namespace KafkaOracle.Reactive.Tests.Replay;

/// <summary>What lead-in makes an operator's rows those of an endless run.</summary>
internal readonly record struct LeadIn(LeadInKind Kind, int Units = 0, string Why = "");

internal enum LeadInKind
{
    None,
    Span,
    Data,
    Never,
}

/// <summary>A stock operator of Rx on a lane's clock, and what is claimed of it. Times are in units; an era has sixty.</summary>
internal sealed record StockOperator(string Text, LeadIn Claim, Func<StockOperators.Query, IObservable<string>> Build);

internal static class StockOperators
{
    public const int Era = 60;

    private static readonly MemoryTable<string> Rows = new("rows");

    public sealed record Query(Lane Lane, TimeSpan Unit, IObservable<Sample> A, IObservable<Sample> B)
    {
        public EventClock Clock => Lane.Clock;
        public TimeSpan T(int units) => units * Unit;
        public string Now(object? value) => $"{value} @{Clock.Clock}";
        public IObservable<string> Fold(IObservable<Sample> samples, string name = "") => samples.Aggregate(0, StockOperators.Fold).Select(x => Now($"{name} {x}"));
    }

    public static Action<Lane> QueryOf(StockOperator stock, RandomLog log) => lane =>
    {
        var (a, b) = (In("a"), In("b"));
        lane.Into(Rows, stock.Build(new(lane, log.Unit, a, b)));

        IObservable<Sample> In(string topic) => lane.Topic(topic, Sample.Decoder).InEventTime(s => EventTime.At(s.At), log.Lateness, log.Bounds).Select(r => r.Value);
    };

    private static int Fold(int sum, Sample s) => unchecked((sum * 31) + s.Value + 7);

    private static LeadIn None => new(LeadInKind.None);
    private static LeadIn Span(int units, string why) => new(LeadInKind.Span, units, why);
    private static LeadIn Data(string why) => new(LeadInKind.Data, 0, why);
    private static LeadIn Never(string why) => new(LeadInKind.Never, 0, why);

    public static readonly StockOperator[] All =
    [
        new("Where, Select, SelectMany of a list", None, q => q.A.Where(s => s.Value % 3 != 0).SelectMany(s => new[] { s, s }).Select(s => q.Now(s))),
        new("Merge", None, q => q.A.Merge(q.B).Select(s => q.Now(s))),
        new("Window(t), t divides the era", None, q => q.A.Window(q.T(15), q.Clock).SelectMany(w => q.Fold(w))),
        new("Buffer(t), t divides the era", None, q => q.A.Buffer(q.T(20), q.Clock).Select(b => q.Now(string.Join('+', b)))),
        new("Sample(t), t divides the era", None, q => q.A.Sample(q.T(6), q.Clock).Select(s => q.Now(s))),
        new("Interval(t) as heart beat, t divides the era", None, q => Observable.Interval(q.T(12), q.Clock).Select(_ => q.Now("beat"))),
        new("GroupByUntil(Timer at an aligned time)", None, q => q.A.GroupByUntil(s => s.Key, _ => Observable.Timer(q.Clock.StartOf(q.T(20)) + q.T(20), q.Clock)).SelectMany(g => q.Fold(g, g.Key))),
        new("Timestamp(clock)", None, q => q.A.Timestamp(q.Clock).Select(s => q.Now(s.Timestamp.Ticks))),
        new("Distinct, Scan, Zip, Take inside Window(t)", None, q => q.A.Window(q.T(20), q.Clock).SelectMany(w => w.Distinct(s => s.Key).Scan(0, Fold).Zip(w, (x, s) => q.Now($"{x} {s}")).Take(3))),
        new("ObserveOn(clock), Return(x, clock), StartWith(clock, x)", None, q => q.A.ObserveOn(q.Clock).SelectMany(s => Observable.Return(s, q.Clock).StartWith(q.Clock, s)).Select(s => q.Now(s))),
        new("SkipUntil, TakeUntil a point in time", None, q => q.A.SkipUntil(Origin + q.T(180), q.Clock).TakeUntil(Origin + q.T(300), q.Clock).Select(s => q.Now(s))),
        new("Delay(t)", Span(9, "t"), q => q.A.Delay(q.T(9), q.Clock).Select(s => q.Now(s))),
        new("Throttle(t)", Span(7, "t"), q => q.A.Throttle(q.T(7), q.Clock).Select(s => q.Now(s))),
        new("GroupBy, then Throttle(t)", Span(9, "t"), q => q.A.GroupBy(s => s.Key).SelectMany(g => g.Throttle(q.T(9), q.Clock)).Select(s => q.Now(s))),
        new("Window(t), t does not divide the era", Span(25, "t"), q => q.A.Window(q.T(25), q.Clock).SelectMany(w => q.Fold(w))),
        new("Sample(t), t does not divide the era", Span(7, "t"), q => q.A.Sample(q.T(7), q.Clock).Select(s => q.Now(s))),
        new("Buffer(Interval(t)) as closing, t does not divide the era", Span(13, "t"), q => q.A.Buffer(Observable.Interval(q.T(13), q.Clock)).Select(b => q.Now(string.Join('+', b)))),
        new("Select(Timer(t)).Switch()", Span(8, "t"), q => q.A.Select(s => Observable.Timer(q.T(8), q.Clock).Select(_ => q.Now(s))).Switch()),
        new("SelectMany(Timer(up to t))", Span(11, "t"), q => q.A.SelectMany(s => Observable.Timer(q.T(3 + (s.Value % 9)), q.Clock).Select(_ => q.Now(s)))),
        new("Join(Timer(t), Timer(u))", Span(8, "the longer of t and u"), q => q.A.Join(q.B, _ => Observable.Timer(q.T(8), q.Clock), _ => Observable.Timer(q.T(5), q.Clock), (x, y) => q.Now($"{x}/{y}"))),
        new("GroupJoin(Timer(t), Timer(u))", Span(13, "t + u"), q => q.A.GroupJoin(q.B, _ => Observable.Timer(q.T(8), q.Clock), _ => Observable.Timer(q.T(5), q.Clock), (x, ys) => q.Fold(ys, x.Key)).Merge()),
        new("Timer(t, period)", Span(5, "t; after it the beats are multiples of the period"), q => Observable.Timer(q.T(5), q.T(11), q.Clock).Select(_ => q.Now("beat"))),
        new("Delay(t), then Window(u), u divides the era", Span(9, "t"), q => q.A.Delay(q.T(9), q.Clock).Window(q.T(15), q.Clock).SelectMany(w => q.Fold(w))),
        new("Delay(t), then Throttle(u)", Span(13, "t + u"), q => q.A.Delay(q.T(9), q.Clock).Throttle(q.T(4), q.Clock).Select(s => q.Now(s))),
        new("Feedback through a Subject and Delay(t), values halved until 4", Span(25, "the longest chain"), q =>
        {
            var back = new Subject<Sample>();
            return q.A.Merge(back).Publish(all => all.Merge(all.Where(s => s.Value >= 4).Select(s => s with { Value = s.Value / 2 }).Delay(q.T(4), q.Clock).Do(back.OnNext).Where(_ => false))).Select(s => q.Now(s));
        }),
        new("GroupByUntil(Throttle(t)): sessions", Data("the longest session and t"), q => q.A.GroupByUntil(s => s.Key, g => g.Throttle(q.T(7), q.Clock)).SelectMany(g => q.Fold(g, g.Key))),
        new("GroupByUntil(Timer(t) from the first element)", Data("a silence of t for each key"), q => q.A.GroupByUntil(s => s.Key, _ => Observable.Timer(q.T(12), q.Clock)).SelectMany(g => q.Fold(g, g.Key))),
        new("Timeout(t, other).Repeat()", Data("a silence of t"), q => q.A.Timeout(q.T(9), Observable.Return(new Sample("silent", 0, 0)), q.Clock).Repeat().Select(s => q.Now(s))),
        new("Select(Timer(t)).Concat(): a queue", Data("a silence in which the queue empties"), q => q.A.Select(s => Observable.Timer(q.T(2), q.Clock).Select(_ => q.Now(s))).Concat()),
        new("Select(Timer(t)).Merge(n): a queue", Data("a silence in which the queue empties"), q => q.A.Select(s => Observable.Timer(q.T(5), q.Clock).Select(_ => q.Now(s))).Merge(2)),
        new("DistinctUntilChanged", Data("the distance to the element before"), q => q.A.DistinctUntilChanged(s => s.Key).Select(s => q.Now(s))),
        new("CombineLatest", Data("the distance to the latest of each source"), q => q.A.CombineLatest(q.B, (x, y) => q.Now($"{x}/{y}"))),
        new("WithLatestFrom", Data("the distance to the latest of each source"), q => q.A.WithLatestFrom(q.B, (x, y) => q.Now($"{x}/{y}"))),
        new("TimeInterval(clock)", Data("the distance to the element before"), q => q.A.TimeInterval(q.Clock).Skip(1).Select(s => q.Now(s.Interval.Ticks))),
        new("Buffer(2, 1): pairs of neighbours", Data("the distance to the element before"), q => q.A.Buffer(2, 1).Where(b => b.Count == 2).Select(b => q.Now($"{b[0]}+{b[1]}"))),
        new("Take(n): n elements once, not in each era", Data("n elements"), q => q.A.Take(5).Select(s => q.Now(s))),
        new("Scan without end", Never("counts from where the instance began"), q => q.A.Scan(0, Fold).Select(n => q.Now(n))),
        new("Distinct without end", Never("remembers from where the instance began"), q => q.A.Distinct(s => (s.Key, s.Value % 7)).Select(s => q.Now(s))),
        new("Zip", Never("pairs from where the instance began"), q => q.A.Zip(q.B, (x, y) => q.Now($"{x}/{y}"))),
        new("Buffer(n)", Never("counts from where the instance began"), q => q.A.Buffer(3).Select(b => q.Now(string.Join('+', b)))),
        new("Window(n)", Never("counts from where the instance began"), q => q.A.Window(3).SelectMany(w => q.Fold(w))),
        new("Select with an index", Never("counts from where the instance began"), q => q.A.Select((s, i) => q.Now($"{i} {s}"))),
        new("Interval(t) as counter", Never("counts from where the instance began"), q => Observable.Interval(q.T(12), q.Clock).Select(n => q.Now(n))),
        new("Buffer(t, n)", Never("a period begins where the one before was filled"), q => q.A.Buffer(q.T(22), 3, q.Clock).Where(b => b.Count > 0).Select(b => q.Now(string.Join('+', b)))),
        new("Buffer(t, shift)", Never("its buffers begin where the instance began"), q => q.A.Buffer(q.T(20), q.T(8), q.Clock).Select(b => q.Now(string.Join('+', b)))),
        new("Window(t, shift)", Never("its windows begin where the instance began"), q => q.A.Window(q.T(20), q.T(8), q.Clock).SelectMany(w => q.Fold(w))),
    ];

    /// <summary>The first time of every log.</summary>
    private static DateTimeOffset Origin => new(RandomLog.Origin, TimeSpan.Zero);
}
