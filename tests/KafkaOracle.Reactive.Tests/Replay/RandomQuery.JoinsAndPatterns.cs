using System.Reactive.Linq;

namespace KafkaOracle.Reactive.Tests.Replay;

internal sealed partial class RandomQuery
{
    private static (string Name, Step Step) JoinOrPattern(Random random, int a, int b, int m) => random.Next(16) switch
    {
        0 => ($"DistinctUntilChangedWithin({a})", (q, s) => s.DistinctUntilChangedWithin(r => r.Key, r => r.Value % m, q.T(a), q.Clock)),
        1 => ($"DistinctWithin({a}, last)", (q, s) => s.DistinctWithin(r => (r.Key, r.Value % m), q.T(a), q.Clock, Keep.Last)),
        2 => ($"ThrottlePerKey({a})", (q, s) => s.ThrottlePerKey(r => r.Key, q.T(a), q.Clock)),
        3 => ($"Debounce({a},{b})", (q, s) => s.Debounce(r => r.Key, q.T(a), q.T(b), q.Clock)),
        4 => ($"SamplePerKey({a})", (q, s) => s.SamplePerKey(r => r.Key, q.T(a), q.Clock)),
        5 => ($"RateLimitPerKey({m},{a})", (q, s) => s.RateLimitPerKey(r => r.Key, m, q.T(a), q.Clock)),
        6 => ($"ScanBy({a})", (q, s) => s.ScanBy(r => r.Key, 0, Fold, q.T(a), q.Clock).Select(x => Made(x.Key, x.Value, q.Clock.Clock))),
        7 => ($"DetectGaps({a})", (q, s) => s.DetectGaps(r => r.Key, q.T(a), q.Clock).Select(g => Made(g.Key, 0, g.Since.UtcTicks))),
        8 => ($"Funnel({a})", (q, s) => s.Funnel(r => r.Key, q.T(a), q.Clock, r => r.Value % m == 0, r => r.Value % m == 1).Select(f => Made(f.Key, f.Reached, f.Start.UtcTicks))),
        9 => ($"LatestAtEach({a},{a + b})", (q, s) => s.LatestAtEach(r => r.Key, q.T(a), q.T(a + b), q.Clock).Select(x => x.Value with { At = x.At.UtcTicks })),
        10 => ($"Merge(Heartbeats({a}))", (q, s) => s.Merge(EventTimeObservable.Heartbeats(q.T(a), q.Clock).Select(at => Made("h", 0, at.UtcTicks)))),
        11 => ($"JoinWithin({a},{b})", (q, s) => s.JoinWithin(q.A, l => l.Key, r => r.Key, q.T(a), q.T(b), Both, q.Clock).Where(r => r.Value % 3 == 0)),
        12 => ($"OuterJoinWithin({a},{b})", (q, s) => s.OuterJoinWithin(q.B, l => (l.Key, l.Value % m), r => (r.Key, r.Value % m), q.T(a), q.T(b), Both, l => l, r => r, q.Clock).Where(r => r.Value % 3 != 0)),
        13 => ($"LeftJoinAsOf({a})", (q, s) => s.LeftJoinAsOf(q.A, l => l.Key, r => r.Key, q.T(a), Both, l => l, q.Clock)),
        14 => ($"LeftJoinTable({a})", (q, s) => s.LeftJoinTable(q.B.Select(r => new TableVersion<string, Sample>(r.Key, r, EventTime.At(r.At) + q.T((r.Value % m) - 1), r.Value % 7 == 0)), l => l.Key, q.T(a + b), Both, l => l, q.Clock)),
        _ => ($"NotFollowedBy({a})", (q, s) => s.NotFollowedBy(q.A, l => l.Key, r => r.Key, q.T(a), q.Clock)),
    };
}
