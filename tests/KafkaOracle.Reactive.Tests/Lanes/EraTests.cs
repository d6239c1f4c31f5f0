using System.Reactive.Linq;

namespace KafkaOracle.Reactive.Tests.Lanes;

public sealed class EraTests
{
    [Fact]
    public void A_record_at_a_boundary_belongs_to_the_era_that_begins_and_its_timers_to_the_one_that_ends()
    {
        using var rig = new LaneRig(Tagged);

        rig.Send("a@10", "b@60", "c@61", "d@99");
        rig.Engine.Cut();

        rig.Rows.Should().Equal("era 0: a@10", "era 0: tick@20", "era 0: tick@40", "era 0: tick@60", "era 60: b@60", "era 60: c@61", "era 60: tick@80");
        rig.Ledger().EraRows.Should().Be(3);
    }

    [Fact]
    public void A_restart_right_after_a_boundary_repeats_nothing()
    {
        using var rig = new LaneRig(Tagged);

        rig.Send("a@10", "b@60");
        rig.Engine.Cut();
        rig.Ledger().EraStart.Should().Be(Beat.Origin.AddSeconds(60));
        rig.Ledger().EraRows.Should().Be(0);
        rig.Ledger().RewindOffset.Should().Be(1, "the record at the boundary is not out yet");
        rig.Restart();
        rig.Send("c@61");
        rig.Engine.Cut();

        rig.Rows.Should().Equal("era 0: a@10", "era 0: tick@20", "era 0: tick@40", "era 0: tick@60", "era 60: b@60");
    }

    [Fact]
    public void Eras_without_records_have_their_timers()
    {
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, Minutes(lane).Merge(lane.Beats().Select(b => b.Value.ToString()))));

        rig.Send("a@10", "z@250");
        rig.Engine.Cut();

        rig.Rows.Should().Equal("a@10", "era 0 at 60", "era 60 at 120", "era 120 at 180", "era 180 at 240");

        static IObservable<string> Minutes(Lane lane)
        {
            var era = lane.Clock.Second();
            return Observable.Interval(TimeSpan.FromMinutes(1), lane.Clock).Select(_ => $"era {era} at {lane.Clock.Second()}");
        }
    }

    [Fact]
    public void A_lead_in_of_two_and_a_half_eras_gives_each_row_that_much_history_with_or_without_restarts()
    {
        double[] times = [.. Enumerable.Range(0, 41).Select(i => i * 15.0)];
        var expected = times[..^1].Select(t => $"{t}: {times.Count(x => x >= (Math.Floor(t / 60) * 60) - 150 && x <= t)}").ToList();
        foreach (var restarts in new[] { false, true })
        {
            using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Beats().Scan(0, (n, _) => n + 1).Select(n => $"{lane.Clock.Second()}: {n}")), Queries.Eras(60, 150));
            foreach (var t in times)
            {
                rig.Send($"x@{t}");
                if (!restarts) continue;
                rig.Engine.Cut();
                rig.Restart();
            }
            rig.Engine.Cut();

            rig.Rows.Should().Equal(expected, "restarts: {0}", restarts);
        }
    }

    [Fact]
    public void As_many_instances_are_alive_as_lead_ins_overlap()
    {
        var (alive, most) = (0, 0);
        using var rig = new LaneRig(lane =>
        {
            most = Math.Max(most, ++alive);
            lane.Into(Queries.Rows, lane.Beats().Select(b => b.Value.ToString()).Finally(() => alive--));
        }, Queries.Eras(60, 150));
        var outside = alive - 1;                                // those that planned, and not the one for side outputs

        rig.Send([.. Enumerable.Range(0, 100).Select(i => $"x@{i * 10}")]);

        (most - outside - 1).Should().BeInRange(3, 5);          // ceil(2.5) + 1, at a boundary one more
        rig.Dispose();
        alive.Should().Be(outside, "all of them were disposed");
    }

    [Fact]
    public void An_era_ends_without_completing_its_query()
    {
        var completed = false;
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Beats().Select(b => b.Value.ToString()).Do(_ => { }, () => completed = true)));

        rig.Send("a@10", "b@200");
        rig.Engine.Dispose();

        completed.Should().BeFalse();
    }

    private static void Tagged(Lane lane)
    {
        var era = lane.Clock.Second();
        lane.Into(Queries.Rows, lane.Beats().Select(b => b.Value.ToString())
            .Merge(Observable.Interval(TimeSpan.FromSeconds(20), lane.Clock).Select(_ => $"tick@{lane.Clock.Second()}"))
            .Select(text => $"era {era}: {text}"));
    }
}
