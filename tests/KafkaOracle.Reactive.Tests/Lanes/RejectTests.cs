using System.Reactive.Linq;
using System.Text;

namespace KafkaOracle.Reactive.Tests.Lanes;

public sealed class RejectTests
{
    [Fact]
    public void Wild_event_times_are_rejected_and_do_not_move_the_watermark()
    {
        using var rig = new LaneRig(Queries.Copy());

        rig.Send("a@10");
        rig.Append(0, "ahead@100000"u8.ToArray(), Beat.Milliseconds(11));
        rig.Append(0, "before@-3000000000"u8.ToArray(), Beat.Milliseconds(12));
        rig.Append(0, "after@9000000000"u8.ToArray(), Beat.Milliseconds(13));
        rig.Engine.Watermark.Should().Be(Beat.Origin.AddSeconds(10));
        rig.Send("b@20");
        rig.Engine.Cut();

        rig.Rows.Should().Equal("a@10");
        rig.Store.Rejects.Select(r => (r.Kind, r.Position.Offset)).Should().Equal((RejectKind.OutOfBounds, 1), (RejectKind.OutOfBounds, 2), (RejectKind.OutOfBounds, 3));
        rig.Store.Rejects[0].Reason.Should().Contain("1.00:00:00");
        rig.Store.Rejects[0].Payload.Should().Equal("ahead@100000"u8.ToArray());
        rig.Engine.Counts.Should().Be(new LaneCounts(Read: 5, Again: 0, Accepted: 2, Late: 0, Undecodable: 0, OutOfBounds: 3));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(1_700_000_000_000_000)]                         // microseconds
    [InlineData(1_704_067_200_000 + 1_844_674_407_370_956)]     // comes out in January 2024 where the multiplication overflows
    public void A_messages_own_time_stamp_in_the_wrong_unit_is_rejected(long timestamp)
    {
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Topic("a", Beat.Decoder).InEventTime(TimeSpan.Zero).Select(b => b.Value.ToString())));

        rig.Append(0, "wild@0"u8.ToArray(), timestamp);
        rig.Send("a@10", "b@20");
        rig.Engine.Cut();

        rig.Rows.Should().Equal("a@10");
        rig.Store.Rejects.Should().ContainSingle().Which.Kind.Should().Be(RejectKind.OutOfBounds);
    }

    [Fact]
    public void Late_is_what_a_record_is_by_its_own_partition_alone()
    {
        using var rig = new LaneRig(Queries.Copy(lateness: 10), Queries.Eras(), LaneRig.PartitionsOfA(2));

        rig.SendTo(0, "a@100", "late@89", "edge@90", "b@200");
        rig.SendTo(1, "c@65", "d@200");
        rig.Engine.Cut();

        rig.Rows.Should().Equal("c@65", "edge@90", "a@100");
        rig.Store.Rejects.Should().ContainSingle().Which.Position.Should().Be(new Position("a", 0, 1));
        rig.Store.Rejects[0].Should().Match<Reject>(r => r.Kind == RejectKind.Late && r.At == Beat.Origin.AddSeconds(89) && r.Reason.Contains("00:00:10"));
        rig.Engine.Counts.Late.Should().Be(1);
    }

    [Fact]
    public void Late_records_go_where_the_query_sends_them_once_and_with_their_origin()
    {
        using var rig = new LaneRig(lane =>
        {
            var beats = lane.Beats();
            lane.Into(Queries.Rows, beats.Select(b => b.Value.ToString()));
            lane.Into(Queries.Others, beats.Late.Select(b => b.Value.ToString()));
        });

        rig.Send("a@10", "late@5", "b@20");
        rig.Engine.Cut();
        rig.Restart();
        rig.Send("later@6", "c@30");
        rig.Engine.Cut();

        rig.Store.RowsOf(Queries.Others).Should().Equal("late@5", "later@6");
        rig.Store.Rows.First(r => r.Table == "others").Origin.Should().Be(new RowOrigin(new("a", 0, 1), Beat.Origin.AddSeconds(5)));
        rig.Store.RowsOf(Queries.Rows).Should().Equal("a@10", "b@20");
        rig.Store.Rejects.Should().BeEmpty();
    }

    [Fact]
    public void What_cannot_be_decoded_is_rejected_once_and_the_lane_goes_on()
    {
        using var rig = new LaneRig(Queries.Copy());

        rig.Send("a@10", "broken", "b@20");
        rig.Engine.Cut();
        rig.Restart();
        rig.Send("c@30");
        rig.Engine.Cut();

        rig.Rows.Should().Equal("a@10", "b@20");
        rig.Store.Rejects.Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { Kind = RejectKind.Undecodable, Reason = "'broken' is no beat", Position = new Position("a", 0, 1), At = (DateTimeOffset?)null, Key = (byte[]?)null });
        rig.Engine.Counts.Undecodable.Should().Be(1, "it was read again, and counted, but not written again");
    }

    [Fact]
    public void A_throwing_event_time_function_rejects_the_message()
    {
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Topic("a", Beat.Decoder)
            .InEventTime(b => b.Name == "x" ? throw new InvalidOperationException("no time in x") : b.At, TimeSpan.Zero).Select(b => b.Value.ToString())));

        rig.Send("a@10", "x@11", "b@20");
        rig.Engine.Cut();

        rig.Rows.Should().Equal("a@10");
        rig.Store.Rejects.Should().ContainSingle().Which.Reason.Should().Be("no time in x");
    }

    [Fact]
    public void A_tombstone_is_told_from_an_empty_value()
    {
        Decoder<string> decoder = (in RawMessage message) => message.IsTombstone ? "tombstone" : message.Value.IsEmpty ? throw new FormatException("empty") : Encoding.UTF8.GetString(message.Value);
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Topic("a", decoder).InEventTime(TimeSpan.Zero).Select(r => r.Value)));

        rig.Append(0, null, Beat.Milliseconds(1));
        rig.Append(0, [], Beat.Milliseconds(2));
        rig.Append(0, "x"u8.ToArray(), Beat.Milliseconds(3));
        rig.Engine.Cut();

        rig.Rows.Should().Equal("tombstone");
        rig.Store.Rejects.Should().ContainSingle().Which.Payload.Should().NotBeNull().And.BeEmpty();
    }

    [Fact]
    public void A_rejected_tombstone_has_no_payload()
    {
        using var rig = new LaneRig(Queries.Copy());

        rig.Append(0, null, Beat.Milliseconds(1));
        rig.Engine.Cut();

        rig.Store.Rejects.Should().ContainSingle().Which.Payload.Should().BeNull();
    }

    [Fact]
    public void A_log_of_nothing_but_rejects_is_not_read_again()
    {
        using var rig = new LaneRig(Queries.Copy());

        rig.Send("broken", "broken", "broken");
        rig.Engine.Cut();

        rig.Ledger().RewindOffset.Should().Be(3, "retention may remove them before the first good one comes");
    }

    [Fact]
    public void Looking_ahead_without_limit_can_be_allowed()
    {
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Beats(bounds: new() { MaxAhead = TimeSpan.MaxValue }).Select(b => b.Value.ToString())));

        rig.Append(0, "a@100000"u8.ToArray(), Beat.Milliseconds(0));
        rig.Append(0, "b@200000"u8.ToArray(), Beat.Milliseconds(0));
        rig.Engine.Cut();

        rig.Rows.Should().Equal("a@100000");
    }

    [Fact]
    public void Bounds_that_believe_nothing_are_refused()
    {
        FluentActions.Invoking(() => new EventTimeBounds { MaxAhead = TimeSpan.FromTicks(-1) }).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("MaxAhead");
        FluentActions.Invoking(() => Pipeline.Define("bounds", lane => lane.Beats(bounds: new() { Earliest = Beat.Origin, Latest = Beat.Origin })))
            .Should().Throw<ArgumentException>().WithParameterName("bounds").WithMessage("*2024-01-01*");
    }
}
