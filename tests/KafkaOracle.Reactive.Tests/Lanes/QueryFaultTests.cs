using System.Reactive.Linq;

namespace KafkaOracle.Reactive.Tests.Lanes;

public sealed class QueryFaultTests
{
    private sealed class BoomException() : Exception("boom");

    [Fact]
    public void A_throw_on_a_record_names_its_position_and_time()
    {
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Beats().Select(b => b.Value.Name == "x" ? throw new BoomException() : b.Value.ToString())));

        var fault = rig.Invoking(r => r.Send("a@10", "x@20", "c@30")).Should().Throw<QueryException>().Which;

        fault.Message.Should().Be("The query of pipeline 'rig' threw on record a[0]@1 (event time 2024-01-01T00:00:20.0000000+00:00): boom Nothing of the open epoch was written.");
        fault.InnerException.Should().BeOfType<BoomException>();
        rig.Store.Ledger.Should().BeEmpty();
    }

    [Fact]
    public void A_throw_in_an_observers_own_code_is_told_the_same_way()
    {
        using var rig = new LaneRig(lane =>
        {
            var beats = lane.Beats();
            beats.Subscribe(b => throw new BoomException());
            lane.Into(Queries.Rows, beats.Select(b => b.Value.ToString()));
        });

        rig.Invoking(r => r.Send("a@10", "b@20")).Should().Throw<QueryException>().WithMessage("*a[0]@0*").WithInnerException<BoomException>();
    }

    [Fact]
    public void A_throw_in_a_timer_names_its_time()
    {
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Beats().Select(b => b.Value.ToString())
            .Merge(Observable.Timer(TimeSpan.FromSeconds(15), lane.Clock).Select<long, string>(_ => throw new BoomException()))));

        rig.Invoking(r => r.Send("a@10", "b@20")).Should().Throw<QueryException>()
            .WithMessage("*in a timer, at event time 2024-01-01T00:00:15*").WithInnerException<BoomException>();
    }

    [Fact]
    public void A_throw_on_an_arrival_or_a_late_record_names_it()
    {
        using var rig = new LaneRig(lane =>
        {
            var beats = lane.Beats();
            lane.Into(Queries.Rows, beats.Select(b => b.Value.ToString()));
            lane.Into(Queries.Others, beats.Late.Select<Record<Beat>, string>(_ => throw new BoomException()));
        });

        rig.Invoking(r => r.Send("a@10", "late@9")).Should().Throw<QueryException>().WithMessage("*a[0]@1*").WithInnerException<BoomException>();
    }

    [Fact]
    public void A_throw_when_the_query_is_built_says_so()
    {
        var calls = 0;

        FluentActions.Invoking(() => new LaneRig(lane =>
        {
            if (++calls > 1) throw new BoomException();
            lane.Into(Queries.Rows, lane.Beats().Select(b => b.Value.ToString()));
        })).Should().Throw<QueryException>().WithMessage("*when it was subscribed*").WithInnerException<BoomException>();
    }

    [Fact]
    public void An_error_that_a_sequence_ends_with_stops_the_lane()
    {
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Beats().Select(b => b.Value.ToString()).Timeout(TimeSpan.FromSeconds(5), lane.Clock)));

        rig.Invoking(r => r.Send("a@10", "b@20")).Should().Throw<QueryException>().WithInnerException<TimeoutException>();
    }

    [Fact]
    public void The_end_of_a_sequence_is_ignored()
    {
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Beats().Select(b => b.Value.ToString()).Take(1)));

        rig.Send("a@10", "b@20", "c@61", "d@70");
        rig.Engine.Cut();

        rig.Rows.Should().Equal("a@10", "c@61");
    }
}
