using System.Reactive.Linq;
using System.Reactive.Subjects;
using KafkaOracle.Reactive.Testing;

namespace KafkaOracle.Reactive.Tests.Lanes;

/// <summary>Rows know the era that they belong to; those of side outputs belong to none.</summary>
public sealed class EraColumnTests
{
    private static readonly MemoryTable<string> Kept = new MemoryTable<string>("kept").EraColumn();

    [Fact]
    public void A_row_knows_its_era_and_a_timers_row_at_the_boundary_the_one_that_ends()
    {
        using var rig = new LaneRig(lane => lane.Into(Kept, lane.Beats().Select(b => b.Value.Name)
            .Merge(Observable.Interval(TimeSpan.FromMinutes(1), lane.Clock).Select(_ => "tick"))), Queries.Eras(60, 30));

        rig.Send("a@10", "b@60", "c@61", "d@125");
        rig.Engine.Cut();

        rig.Store.Rows.Select(r => (r.Text, Beat.SecondOf(r.Origin.EraStart!.Value)))
            .Should().Equal(("a", 0), ("tick", 0), ("b", 60), ("c", 60), ("tick", 60));
    }

    [Fact]
    public void Rows_of_side_outputs_have_no_era()
    {
        using var rig = new LaneRig(lane =>
        {
            var beats = lane.Beats();
            lane.Into(Queries.Rows, beats.Late.Select(b => b.Value.Name));
            lane.Into(Kept, beats.Select(b => b.Value.Name));
        });

        rig.Send("a@10", "late@5");
        rig.Engine.Cut();

        rig.Store.Rows.Single().Origin.EraStart.Should().BeNull();
    }

    [Fact]
    public void A_table_that_keeps_the_era_takes_no_side_output()
    {
        Defining(lane => lane.Into(Kept, lane.Beats().Late.Select(b => b.Value.Name))).Should().Throw<InvalidOperationException>().WithMessage("*kept keeps each row's era*own*");
        Defining(lane =>
        {
            var beats = lane.Beats();
            lane.Into(Kept, beats.Merge(beats.Late).Select(b => b.Value.Name));
        }).Should().Throw<InvalidOperationException>();
        Defining(lane =>
        {
            var beats = lane.Beats();
            lane.Into(Queries.Rows, beats.Late.Select(b => b.Value.Name));
            lane.Into(Kept, beats.Select(b => b.Value.Name));
        }).Should().NotThrow();
    }

    [Fact]
    public void A_side_output_that_shows_itself_only_later_stops_the_lane()
    {
        var hidden = new Subject<string>();
        using var rig = new LaneRig(lane =>
        {
            var beats = lane.Beats();
            lane.Into(Queries.Rows, beats.Late.Select(b => b.Value.Name).Do(hidden.OnNext));
            lane.Into(Kept, beats.Select(b => b.Value.Name).Merge(hidden));
        });

        rig.Send("a@10");
        rig.Invoking(r => r.Send("late@5")).Should().Throw<QueryException>().WithMessage("*kept keeps each row's era*");
    }

    [Fact]
    public void A_pipeline_without_event_time_writes_no_table_that_keeps_the_era()
        => Defining(lane => lane.Into(Kept, lane.Topic("a", Beat.Decoder).Select(b => b.Value.Name))).Should().Throw<InvalidOperationException>().WithMessage("*kept keeps each row's era*");

    private static Action Defining(Action<Lane> query) => () => Pipeline.Define("eras", query);
}
