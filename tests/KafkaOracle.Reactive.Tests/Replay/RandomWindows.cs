using System.Reactive.Linq;
using System.Reactive.Subjects;

namespace KafkaOracle.Reactive.Tests.Replay;

internal sealed partial class RandomQuery
{
    // A value that depends on all elements, their order and their number.
    private static readonly Aggregate<Sample, int> Folds = Aggregates.Combine(
        Aggregates.Collect<Sample>().Select(all => all.Aggregate(0, Fold)), Aggregates.Sum((Sample s) => s.Value), Aggregates.DistinctCount((Sample s) => s.Key),
        (fold, sum, keys) => unchecked(fold + (int)sum + (int)keys));

    private static readonly Aggregate<Sample, int> Small = Aggregates.Combine(
        Aggregates.Sum((Sample s) => s.Value), Aggregates.Max((Sample s) => s.Value), Aggregates.First((Sample s) => s.Value), (sum, max, first) => unchecked((int)sum + (max * 7) + (first * 31)));

    private static IObservable<Sample> Rows(IObservable<KeyedWindow<string, int>> windows)
        => windows.Select(w => Made(w.Key, unchecked(w.Value + (w.Revision * 17) + (w.IsRetraction ? 5 : 0)), w.End.UtcTicks));

    private static (string Name, Step Step) Windowed(Random random, int a, int b, int m)
    {
        var aggregate = random.Next(2) == 0 ? Folds : Small;
        return random.Next(11) switch
        {
            0 => ($"AggregateBy(Hopping {a + b},{b})", (q, s) => Rows(s.AggregateBy(r => r.Key, Windows.Hopping(q.T(a + b), q.T(b), q.T(m)), aggregate, q.Clock))),
            1 => ($"AggregateBy(Session {a})", (q, s) => Rows(s.AggregateBy(r => r.Key, Windows.Session(q.T(a)), aggregate, q.Clock))),
            2 => ($"AggregateBy(Session {a},{a + b})", (q, s) => Rows(s.AggregateBy(r => r.Key, Windows.Session(q.T(a), q.T(a + b)), aggregate, q.Clock, Emit.Early(q.T(m))))),
            3 => ($"AggregateBy(Tumbling {a}, early {m})", (q, s) => Rows(s.AggregateBy(r => r.Key, Windows.Tumbling(q.T(a)), aggregate, q.Clock, Emit.Early(q.T(m))))),
            4 => ($"Delay.AggregateBy(at, Hopping {a},{m}, revisions {b})", (q, s) => Rows(s.Delay(q.T(m), q.Clock).AggregateBy(r => r.Key, r => EventTime.At(r.At), Windows.Hopping(q.T(a), q.T(m)), aggregate, q.Clock, Emit.Revisions(q.T(b))))),
            5 => ($"AggregateBy(at, Session {m}, early {a} and revisions {b})", (q, s) => Rows(s.AggregateBy(r => r.Key, r => EventTime.At(r.At - ((r.Value % a) * q.Unit.Ticks)), Windows.Session(q.T(m)), aggregate, q.Clock, Emit.Early(q.T(a), q.T(b))))),
            6 => ($"AggregateBy(at, Tumbling {a}) and its late ones", (q, s) => Observable.Using(() => new Subject<Sample>(), late => late.Merge(
                Rows(s.AggregateBy(r => r.Key, r => EventTime.At(r.At - ((r.Value % b) * q.Unit.Ticks)), Windows.Tumbling(q.T(a)), aggregate, q.Clock, Emit.FinalAfter(q.T(m)), late))))),
            7 => ($"SlidingWindow({a})", (q, s) => s.SlidingWindow(r => r.Key, q.T(a), aggregate, (r, value) => r with { Value = value & 0xffff }, q.Clock)),
            8 => ($"SlidingWindow({m} elements)", (_, s) => s.SlidingWindow(r => r.Key, m, aggregate, (r, value) => r with { Value = value & 0xffff })),
            9 => ($"Window(Session {a})", (q, s) => s.Window(Windows.Session(q.T(a)), q.Clock).SelectMany(w => Folded(q, w, "w"))),
            _ => ($"Window(Hopping {a + b},{b})", (q, s) => s.Window(Windows.Hopping(q.T(a + b), q.T(b)), q.Clock).SelectMany(w => Folded(q, w, "w"))),
        };
    }
}
