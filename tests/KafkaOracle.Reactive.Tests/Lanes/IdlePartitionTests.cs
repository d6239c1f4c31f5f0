namespace KafkaOracle.Reactive.Tests.Lanes;

public sealed class IdlePartitionTests
{
    [Fact]
    public void A_quiet_partition_holds_the_watermark_until_it_is_left_out()
    {
        using var rig = Rig();
        rig.SendTo(0, "a@10", "b@20");
        rig.Engine.Watermark.Should().BeNull();

        rig.Engine.GoIdle(1);
        rig.Engine.Cut();

        rig.Rows.Should().Equal("a@10");
        rig.Engine.Watermark.Should().Be(Beat.Origin.AddSeconds(20));
        rig.Ledger(1).Idle.Should().BeTrue();
        rig.Ledger(1).Floors.Should().Equal(new LateFloor(0, Beat.Origin.AddSeconds(20)));
        rig.Ledger(0).Idle.Should().BeFalse();
    }

    [Fact]
    public void A_restart_repeats_the_decision()
    {
        using var rig = Rig();
        rig.SendTo(0, "a@10", "b@20");
        rig.Engine.GoIdle(1);
        rig.Engine.Cut();

        rig.Restart();
        rig.SendTo(0, "c@30");
        rig.Engine.Cut();

        rig.Rows.Should().Equal("a@10", "b@20");
    }

    [Fact]
    public void Back_again_it_is_late_for_what_the_lane_has_passed_and_holds_the_watermark()
    {
        using var rig = Rig();
        rig.SendTo(0, "a@10", "b@20");
        rig.Engine.GoIdle(1);
        rig.Engine.Cut();

        rig.SendTo(1, "late@19", "just@20", "later@25");
        rig.SendTo(0, "c@40");
        rig.Engine.Cut();
        rig.Restart();
        rig.SendTo(1, "end@50");
        rig.SendTo(0, "d@60");
        rig.Engine.Cut();

        rig.Rows.Should().Equal("a@10", "b@20", "just@20", "later@25", "c@40");
        rig.Store.Rejects.Should().ContainSingle().Which.Position.Should().Be(new Position("a", 1, 0));
        rig.Ledger(1).Idle.Should().BeFalse();
    }

    [Fact]
    public void A_decision_that_was_not_committed_is_not_repeated()
    {
        using var rig = Rig();
        rig.SendTo(0, "a@10", "b@20");
        rig.Engine.GoIdle(1);

        rig.Restart();
        rig.SendTo(1, "old@5", "x@30");
        rig.Engine.Cut();

        rig.Rows.Should().Equal("old@5", "a@10");
        rig.Store.Rejects.Should().BeEmpty();
    }

    [Fact]
    public void A_partition_that_joins_is_late_for_what_was_committed()
    {
        using var rig = Rig(known: 1);
        rig.SendTo(0, "a@10", "b@20");
        rig.Engine.Cut();
        rig.SendTo(1, "old@5", "new@20", "x@40");

        rig.Restart(known: 2);
        rig.SendTo(0, "c@40");
        rig.Engine.Cut();

        rig.Rows.Should().Equal("a@10", "b@20", "new@20");
        rig.Store.Rejects.Should().ContainSingle().Which.Should().Match<Reject>(r => r.Kind == RejectKind.Late && r.Position == new Position("a", 1, 0));
    }

    [Fact]
    public void Closing_windows_twice_adds_nothing()
    {
        using var rig = new LaneRig(Queries.CountByMinute, Queries.Eras(120, 90));
        rig.Send("a@10", "b@20", "c@70");
        rig.Rows.Should().BeEmpty();

        rig.Engine.CloseWindows();
        rig.Engine.Cut();
        rig.Rows.Should().Equal("2 from 0", "1 from 60");
        var watermark = rig.Engine.Watermark;
        watermark.Should().Be(Beat.Origin.AddSeconds(240), "the era that holds the last record's time plus the lead-in ends there");
        rig.Engine.CloseWindows();
        rig.Engine.Cut();
        rig.Restart();
        rig.Engine.CloseWindows();
        rig.Engine.Cut();

        rig.Rows.Should().Equal("2 from 0", "1 from 60");
        rig.Engine.Watermark.Should().Be(watermark);
        rig.Send("late@239", "d@240", "e@300");
        rig.Engine.CloseWindows();
        rig.Engine.Cut();
        rig.Rows.Should().Equal("2 from 0", "1 from 60", "1 from 240", "1 from 300");
        rig.Store.Rejects.Should().ContainSingle();
    }

    [Fact]
    public void Closing_what_never_began_does_nothing()
    {
        using var rig = Rig();
        rig.Engine.CloseWindows();

        rig.Engine.HasUnsavedProgress.Should().BeFalse();
    }

    private static LaneRig Rig(int known = 2) => new(Queries.Copy(), Queries.Eras(), LaneRig.PartitionsOfA(2), known);
}
