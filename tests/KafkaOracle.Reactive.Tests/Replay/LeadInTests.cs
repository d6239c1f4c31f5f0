using System.Reactive.Linq;
using KafkaOracle.Reactive.Tests.Lanes;

namespace KafkaOracle.Reactive.Tests.Replay;

/// <summary>With a lead-in as long as the look-back that operators declare, the rows of all eras together are those of one endless run.</summary>
public sealed class LeadInTests
{
    private static readonly Aggregate<Beat, string> Names = Aggregates.Collect<Beat>().Select(all => string.Join("", all.Select(b => b.Name)));

    private static readonly Dictionary<string, (Func<IObservable<Beat>, EventClock, IObservable<string>> Query, double Declares)> Queries = new()
    {
        ["tumbling that divides the era"] = ((s, c) => By(s, Windows.Tumbling(Seconds(20)), c), 0),
        ["tumbling that does not"] = ((s, c) => By(s, Windows.Tumbling(Seconds(25)), c), 20),
        ["tumbling of two eras"] = ((s, c) => By(s, Windows.Tumbling(Seconds(120)), c), 60),
        ["tumbling with an offset"] = ((s, c) => By(s, Windows.Tumbling(Seconds(20), Seconds(5)), c), 15),
        ["tumbling with early results"] = ((s, c) => By(s, Windows.Tumbling(Seconds(25)), c, Emit.Early(Seconds(4))), 20),
        ["hopping"] = ((s, c) => By(s, Windows.Hopping(Seconds(60), Seconds(20)), c), 40),
        ["hopping that does not divide"] = ((s, c) => By(s, Windows.Hopping(Seconds(50), Seconds(14)), c), 48),
        ["hopping with gaps"] = ((s, c) => By(s, Windows.Hopping(Seconds(10), Seconds(60)), c), 0),
        ["revisions"] = ((s, c) => s.AggregateBy(_ => 0, b => b.At.AddSeconds(-b.Name[0] % 30), Windows.Tumbling(Seconds(20)), Names, c, Emit.Revisions(Seconds(15))).Select(Text), 35),
        ["sliding by time"] = ((s, c) => s.SlidingWindow(_ => 0, Seconds(33), Names, (b, names) => $"{b.Second}: {names}", c), 33),
        ["Rx windows"] = ((s, c) => s.Window(Windows.Hopping(Seconds(60), Seconds(20)), c).SelectMany(w => w.Aggregate("", (text, b) => text + b.Name).Select(text => $"{w.Start:T} {text}")), 40),
        ["tumbling before hopping"] = ((s, c) => By(By(s, Windows.Tumbling(Seconds(20)), c).Select(text => new Beat(text, c.Second())), Windows.Hopping(Seconds(60), Seconds(20)), c), 60),
        ["sliding before hopping"] = ((s, c) => By(s.SlidingWindow(_ => 0, Seconds(13), Names, (b, names) => b with { Name = names }, c), Windows.Hopping(Seconds(60), Seconds(20)), c), 53),
    };

    public static TheoryData<string> Names_of_queries => [.. Queries.Keys];

    [Theory]
    [MemberData(nameof(Names_of_queries))]
    public void Gives_the_rows_of_an_endless_run(string name)
    {
        var (query, declares) = Queries[name];
        using (var rig = Rig(query, 60, 0)) rig.Engine.LookBack.Span.Should().Be(Seconds(declares));
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var second = 0;
            int Later() => second += random.Next(4) == 0 ? 0 : random.Next(random.Next(5) == 0 ? 60 : 8);
            string[] beats = [.. Enumerable.Range(0, 150).Select(_ => $"{(char)('a' + random.Next(26))}@{Later()}"), "z@5000"];

            RowsOf(60, declares).Should().NotBeEmpty().And.Equal(RowsOf(86_400 * 366, 0), "seed {0}", seed);

            List<string?> RowsOf(double era, double leadIn)
            {
                using var rig = Rig(query, era, leadIn);
                rig.Send(beats);
                rig.Engine.Cut();
                return [.. rig.Rows];
            }
        }
    }

    [Fact]
    public void Two_seconds_less_lose_rows()
    {
        foreach (var name in new[] { "tumbling that does not", "tumbling of two eras", "tumbling with an offset", "hopping", "hopping that does not divide", "sliding by time" })
        {
            var (query, declares) = Queries[name];
            using var exact = Rig(query, 60, declares);
            using var shorter = Rig(query, 60, declares - 2);
            foreach (var rig in new[] { exact, shorter })
            {
                rig.Send([.. Enumerable.Range(0, 1200).Select(i => $"{(char)('a' + (i % 26))}@{i}")]);
                rig.Engine.Cut();
            }
            shorter.Rows.Should().NotEqual(exact.Rows, name);
        }
    }

    [Fact]
    public void A_session_longer_than_the_lead_in_shows()
    {
        using var rig = Rig((s, c) => By(s, Windows.Session(Seconds(10)), c), 60, 20);

        rig.Send("a@45", "b@52", "c@58", "d@100");
        rig.Engine.LookBack.Should().Be(new LookBack(Seconds(23), "AggregateBy(Session(00:00:10))"), "from 45 to 68 it lay across a boundary");
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static IObservable<string> By(IObservable<Beat> source, Windows windows, EventClock clock, Emit? emit = null)
        => source.AggregateBy(_ => 0, windows, Names, clock, emit).Select(Text);

    private static string Text(KeyedWindow<int, string> window) => $"{Beat.SecondOf(window.Start)}-{Beat.SecondOf(window.End)} {window.Value} {window.Revision}";

    private static LaneRig Rig(Func<IObservable<Beat>, EventClock, IObservable<string>> query, double era, double leadIn)
        => new(lane => lane.Into(Lanes.Queries.Rows, query(lane.Beats().Select(r => r.Value), lane.Clock)), Lanes.Queries.Eras(era, leadIn));
}
