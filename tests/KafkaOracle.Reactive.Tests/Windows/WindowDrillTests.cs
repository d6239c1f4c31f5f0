using System.Reactive.Linq;
using KafkaOracle.Reactive.Testing;
using KafkaOracle.Reactive.Tests.Lanes;

namespace KafkaOracle.Reactive.Tests.WindowDrills;

/// <summary>Every kind of window through a whole pipeline that is crashed at every step.</summary>
public sealed class WindowDrillTests
{
    private static readonly MemoryTable<string> Rows = new("rows");

    private static readonly Aggregate<Record<Beat>, string> Names = Aggregates.Combine(
        Aggregates.Count<Record<Beat>>(), Aggregates.Collect<Record<Beat>>(), (count, all) => $"{count} {string.Concat(all.Select(r => r.Value.Name))}");

    [Fact]
    public void Sessions_with_early_results_survive_crashes()
        => Drill(60, 30, (beats, clock) => Text(beats.AggregateBy(r => r.Value.Name[0] % 3, Windows.Session(Seconds(8), Seconds(30)), Names, clock, Emit.Early(Seconds(5)))));

    [Fact]
    public void Revisions_survive_crashes()
        => Drill(60, 70, (beats, clock) => Text(beats.AggregateBy(r => r.Value.Name[0] % 3, r => r.At.AddSeconds(-(r.Value.Name[0] * 7 % 40)), Windows.Hopping(Seconds(20), Seconds(10)), Names, clock, Emit.Revisions(Seconds(30)))));

    [Fact]
    public void Local_days_survive_crashes()
        => Drill(86_400, 90_000, (beats, clock) => Text(beats.AggregateBy(r => r.Value.Name[0] % 3, Windows.Calendar(CalendarUnit.Day, TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu")), Names, clock)), second: 7_000);

    [Fact]
    public void Sliding_windows_survive_crashes()
        => Drill(60, 20, (beats, clock) => beats.SlidingWindow(r => r.Value.Name[0] % 3, Seconds(20), Names, (r, names) => $"{r.Value}: {names}", clock));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static IObservable<string> Text(IObservable<KeyedWindow<int, string>> windows) => windows.Select(w => $"{w.Key} {Beat.SecondOf(w.Start)}-{Beat.SecondOf(w.End)} {w.Value} {w.Revision} {w.IsRetraction}");

    private static void Drill(double era, double leadIn, Func<IObservable<Record<Beat>>, EventClock, IObservable<string>> query, double second = 1)
    {
        using var test = new PipelineTest(Pipeline.Define("p", lane => lane.Into(Rows, query(lane.Beats(second * 3), lane.Clock)), Queries.Eras(era, leadIn)), partitions: 2);
        var random = new Random(1);
        for (var i = 0; i < 24; i++)
        {
            var at = ((i * 4) + random.Next(4)) * second;
            test.Send("a", Beat.Origin.AddSeconds(at), null, $"{(char)('a' + random.Next(26))}@{at}", partition: i % 2);
        }
        test.Rows(Rows).Should().NotBeEmpty();

        test.Drill(new() { RandomRuns = 10 });
    }
}
