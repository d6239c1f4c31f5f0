using System.Reactive.Linq;

namespace KafkaOracle.Reactive.Tests.Lanes;

public sealed class ArrivalOrderTests
{
    [Fact]
    public void The_ledger_holds_offsets_only_and_nothing_is_read_again()
    {
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Topic("a", Beat.Decoder).Where(b => b.Value.Name != "x").Select(b => b.Value.ToString())));

        rig.Send("a@10", "x@5", "b@3", "broken");
        rig.Rows.Should().BeEmpty("nothing was cut");
        rig.Engine.Cut();
        rig.Ledger().Should().BeEquivalentTo(new { NextOffset = 4, RewindOffset = 4, EraStart = (DateTimeOffset?)null, EraRows = 0, Watermark = (DateTimeOffset?)null });
        rig.Restart();
        rig.Engine.Counts.Read.Should().Be(0);
        rig.Send("c@1");
        rig.Engine.Cut();

        rig.Rows.Should().Equal("a@10", "b@3", "c@1");
        rig.Store.Rejects.Should().ContainSingle();
    }

    [Fact]
    public void A_crash_before_the_cut_loses_and_doubles_nothing()
    {
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Topic("a", Beat.Decoder).Select(b => b.Value.ToString())));

        rig.Send("a@1");
        rig.Engine.Cut();
        rig.Send("b@2", "c@3");
        rig.Restart();
        rig.Engine.Cut();

        rig.Rows.Should().Equal("a@1", "b@2", "c@3");
    }

    [Fact]
    public void The_rows_of_one_record_are_never_parted()
    {
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Topic("a", Beat.Decoder).SelectMany(b => new[] { b.Value.Name + 1, b.Value.Name + 2, b.Value.Name + 3 })),
            new() { EpochRows = 1 });

        rig.Send("a@1", "b@2");

        rig.Rows.Should().Equal("a1", "a2", "a3", "b1", "b2", "b3");
        rig.Engine.EpochNumber.Should().Be(2);
    }

    [Fact]
    public void The_clock_refuses_a_timer_and_says_what_to_declare()
    {
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Topic("a", Beat.Decoder).Delay(TimeSpan.FromSeconds(1), lane.Clock).Select(b => b.Value.ToString())));

        rig.Invoking(r => r.Send("a@1")).Should().Throw<QueryException>().WithMessage("*on record a[0]@0*no event time*InEventTime*");
    }

    [Fact]
    public void A_timer_at_subscription_is_refused_before_anything_is_read()
        => FluentActions.Invoking(() => new LaneRig(lane => lane.Into(Queries.Rows, lane.Topic("a", Beat.Decoder).Buffer(TimeSpan.FromSeconds(1), lane.Clock).Select(b => $"{b.Count}"))))
            .Should().Throw<QueryException>().WithMessage("*when it was subscribed*no event time*");

    [Fact]
    public void A_row_without_a_record_is_refused_as_it_could_not_be_written_once()
        => FluentActions.Invoking(() => new LaneRig(lane => lane.Into(Queries.Rows, lane.Topic("a", Beat.Decoder).Select(b => b.Value.ToString()).StartWith("head"))))
            .Should().Throw<QueryException>().WithMessage("*table rows came without a record*");

    [Fact]
    public void Arrivals_beside_event_time_are_written_once_and_in_the_order_of_the_log()
    {
        using var rig = new LaneRig(lane =>
        {
            var topic = lane.Topic("a", Beat.Decoder);
            lane.Into(Queries.Rows, topic.InEventTime(b => b.At, TimeSpan.FromSeconds(10)).Select(b => b.Value.ToString()));
            lane.Into(Queries.Others, topic.Select(b => b.Value.ToString()));
        });

        rig.Send("b@15", "a@10", "c@40");
        rig.Engine.Cut();
        rig.Restart();
        rig.Send("d@80");
        rig.Engine.Cut();

        rig.Store.RowsOf(Queries.Others).Should().Equal("b@15", "a@10", "c@40", "d@80");
        rig.Store.RowsOf(Queries.Rows).Should().Equal("a@10", "b@15", "c@40");
    }
}
