using System.Reactive.Linq;
using System.Reflection;
using KafkaOracle.Reactive.Testing;
using KafkaOracle.Reactive.Tests.Lanes;
using Beats = System.IObservable<KafkaOracle.Reactive.Record<KafkaOracle.Reactive.Tests.Lanes.Beat>>;

namespace KafkaOracle.Reactive.Tests.Drills;

/// <summary>Every public operator in a whole pipeline that is crashed at every step. Another one does not get by without a case.</summary>
public sealed class OperatorDrillTests
{
    private static readonly MemoryTable<string> Rows = new("rows");

    private static readonly Aggregate<Record<Beat>, string> Names = Aggregates.Combine(
        Aggregates.Count<Record<Beat>>(), Aggregates.Collect<Record<Beat>>(), (count, all) => $"{count} {string.Concat(all.Select(r => r.Value.Name))}");

    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["AggregateBy, sessions with early results"] = new(30, (beats, _, clock) => Text(beats.AggregateBy(Key, Windows.Session(Seconds(8), Seconds(30)), Names, clock, Emit.Early(Seconds(5))))),
        ["AggregateBy, revisions of hopping windows"] = new(70, (beats, _, clock) => Text(beats.AggregateBy(Key, r => r.At.AddSeconds(-(r.Value.Name[0] * 7 % 40)), Windows.Hopping(Seconds(20), Seconds(10)), Names, clock, Emit.Revisions(Seconds(30))))),
        ["AggregateBy, local days"] = new(90_000, (beats, _, clock) => Text(beats.AggregateBy(Key, Windows.Calendar(CalendarUnit.Day, TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu")), Names, clock)), Second: 7_000),
        ["Check"] = new(0, (beats, _, _) => beats.Check([Rule.For<Beat>("odd", b => b.Name[0] % 2 == 1)]).Good.Select(Name)),
        ["Debounce"] = new(20, (beats, _, clock) => beats.Debounce(Key, Seconds(3), Seconds(9), clock).Select(Name)),
        ["Debounce without a key"] = new(20, (beats, _, clock) => beats.Debounce(Seconds(3), Seconds(9), clock).Select(Name)),
        ["DetectGaps"] = new(15, (beats, _, clock) => beats.DetectGaps(Key, Seconds(7), clock).Select(g => $"{g.Key} {Beat.SecondOf(g.Since)}")),
        ["DistinctUntilChangedWithin"] = new(12, (beats, _, clock) => beats.DistinctUntilChangedWithin(Key, r => r.Value.Name[0] % 2, Seconds(12), clock).Select(Name)),
        ["DistinctWithin"] = new(15, (beats, _, clock) => beats.DistinctWithin(Key, Seconds(5), clock).Select(Name)),
        ["DistinctWithin, last"] = new(15, (beats, _, clock) => beats.DistinctWithin(Key, Seconds(5), clock, Keep.Last).Select(Name)),
        ["DistinctWithin of elements"] = new(15, (beats, _, clock) => beats.Select(Key).DistinctWithin(Seconds(5), clock).Select(k => $"{k}")),
        ["Funnel"] = new(60, (beats, _, clock) => beats.Funnel(Key, Seconds(9), clock, r => r.Value.Name[0] % 2 == 0, r => r.Value.Name[0] % 2 == 1).Select(f => $"{f.Key} {f.Reached} {Beat.SecondOf(f.Start)}")),
        ["Heartbeats"] = new(15, (beats, _, clock) => beats.Select(Name).Merge(EventTimeObservable.Heartbeats(Seconds(15), clock).Select(at => $"beat {Beat.SecondOf(at)}"))),
        ["JoinAsOf"] = new(20, (beats, others, clock) => beats.JoinAsOf(others, Key, Key, Seconds(20), Both, clock)),
        ["JoinTable"] = new(60, (beats, others, clock) => beats.JoinTable(Versions(others), Key, Seconds(30), Both, clock)),
        ["JoinWithin"] = new(20, (beats, others, clock) => beats.JoinWithin(others, Key, Key, Seconds(5), Seconds(3), Both, clock)),
        ["LatestAtEach"] = new(40, (beats, _, clock) => beats.LatestAtEach(Key, Seconds(10), Seconds(25), clock).Select(s => $"{s.Key} {s.Value.Value} {Beat.SecondOf(s.At)}")),
        ["LeftJoinAsOf"] = new(20, (beats, others, clock) => beats.LeftJoinAsOf(others, Key, Key, Seconds(4), Both, Name, clock)),
        ["LeftJoinTable"] = new(60, (beats, others, clock) => beats.LeftJoinTable(Versions(others), Key, Seconds(30), Both, Name, clock)),
        ["LeftJoinWithin"] = new(20, (beats, others, clock) => beats.LeftJoinWithin(others, Key, Key, Seconds(2), Seconds(3), Both, Name, clock)),
        ["NotFollowedBy"] = new(20, (beats, others, clock) => beats.NotFollowedBy(others, Key, Key, Seconds(4), clock).Select(Name)),
        ["OuterJoinWithin"] = new(20, (beats, others, clock) => beats.OuterJoinWithin(others, Key, Key, Seconds(2), Seconds(3), Both, Name, r => $"only {r.Value}", clock)),
        ["RateLimitPerKey"] = new(60, (beats, _, clock) => beats.RateLimitPerKey(Key, 2, Seconds(15), clock).Select(Name)),
        ["SamplePerKey"] = new(20, (beats, _, clock) => beats.SamplePerKey(Key, Seconds(10), clock).Select(Name)),
        ["ScanBy"] = new(60, (beats, _, clock) => beats.ScanBy(Key, 0, (n, r) => n + r.Value.Name[0], Seconds(9), clock).Select(s => $"{s.Key} {s.Value}")),
        ["SlidingWindow of time"] = new(20, (beats, _, clock) => beats.SlidingWindow(Key, Seconds(20), Names, (r, names) => $"{r.Value}: {names}", clock)),
        ["SlidingWindow of a count"] = new(100, (beats, _, _) => beats.SlidingWindow(Key, 2, Names, (r, names) => $"{r.Value}: {names}")),
        ["ThrottlePerKey"] = new(10, (beats, _, clock) => beats.ThrottlePerKey(Key, Seconds(5), clock).Select(Name)),
        ["TumblingWindow"] = new(0, (beats, _, clock) => beats.TumblingWindow(Key, Seconds(20), "", (names, r) => names + r.Value.Name, clock).Select(w => $"{w.Key} {Beat.SecondOf(w.Start)} {w.Value}")),
        ["Window"] = new(20, (beats, _, clock) => beats.Window(Windows.Hopping(Seconds(20), Seconds(10)), clock).SelectMany(w => w.Count().Select(n => $"{Beat.SecondOf(w.Start)} {n}"))),
    };

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void Survives_crashes_at_every_step(string name)
    {
        var (leadIn, query, second) = Cases[name];
        using var test = new PipelineTest(
            Pipeline.Define("p", lane => lane.Into(Rows, query(lane.Beats(second * 3), lane.Beats(second * 3, "b"), lane.Clock)), Queries.Eras(second == 1 ? 60 : 86_400, leadIn)), partitions: 2);
        var random = new Random(1);
        for (var i = 0; i < 24; i++)
        {
            var at = ((i * 4) + random.Next(4)) * second;
            test.Send(i % 3 == 2 ? "b" : "a", Beat.Origin.AddSeconds(at), null, $"{(char)('a' + random.Next(26))}@{at}", partition: i % 2);
        }
        test.Rows(Rows).Should().NotBeEmpty();

        test.Drill(new() { RandomRuns = 5 });
    }

    [Fact]
    public void Every_operator_has_a_case()
    {
        var operators = typeof(EventTimeObservable).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(m => m.Name).Distinct();

        operators.Where(name => !Cases.Keys.Any(c => c == name || c.StartsWith(name + ",", StringComparison.Ordinal) || c.StartsWith(name + " ", StringComparison.Ordinal)))
            .Should().BeEmpty();
    }

    private static int Key(Record<Beat> record) => record.Value.Name[0] % 3;

    private static string Name(Record<Beat> record) => record.Value.ToString();

    private static string Both(Record<Beat> left, Record<Beat> right) => $"{left.Value} {right.Value}";

    private static IObservable<TableVersion<int, Record<Beat>>> Versions(Beats others) => others.Select(r => new TableVersion<int, Record<Beat>>(Key(r), r, r.At, r.Value.Name[0] % 7 == 0));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static IObservable<string> Text(IObservable<KeyedWindow<int, string>> windows) => windows.Select(w => $"{w.Key} {Beat.SecondOf(w.Start)}-{Beat.SecondOf(w.End)} {w.Value} {w.Revision} {w.IsRetraction}");

    private sealed record Case(double LeadIn, Func<Beats, Beats, EventClock, IObservable<string>> Query, double Second = 1);
}
