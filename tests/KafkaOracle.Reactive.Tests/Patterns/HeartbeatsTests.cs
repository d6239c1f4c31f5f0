using System.Reactive.Linq;
using KafkaOracle.Reactive.Testing;
using KafkaOracle.Reactive.Tests.Lanes;
using static KafkaOracle.Reactive.Testing.ReactiveTest;

namespace KafkaOracle.Reactive.Tests.Patterns;

public sealed class HeartbeatsTests
{
    [Fact]
    public void Beat_at_multiples_of_the_period()
    {
        var clock = new TestScheduler();

        var output = clock.Start(() => EventTimeObservable.Heartbeats(TimeSpan.FromTicks(150), clock), 700);

        output.Messages.AssertEqual(OnNext(300, At(300)), OnNext(450, At(450)), OnNext(600, At(600)));

        static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);
    }

    [Fact]
    public void Stop_when_one_of_them_disposes_the_subscription()
    {
        var clock = new TestScheduler();

        clock.Start(() => EventTimeObservable.Heartbeats(TimeSpan.FromTicks(150), clock).Take(1)).Messages.Should().HaveCount(2);

        clock.Clock.Should().BeLessThan(1001, "no timer is left after the test's own");
    }

    [Fact]
    public void Beat_on_a_lane_for_the_time_in_which_no_record_came()
    {
        using var rig = new LaneRig(lane =>
        {
            lane.Into(Queries.Others, lane.Beats().Select(b => b.Value.ToString()));
            lane.Into(Queries.Rows, EventTimeObservable.Heartbeats(TimeSpan.FromSeconds(40), lane.Clock).Select(at => Beat.SecondOf(at).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        });

        rig.Send("a@10", "b@170");
        rig.Engine.Cut();
        rig.Restart();
        rig.Send("c@210");
        rig.Engine.Cut();

        rig.Store.RowsOf(Queries.Rows).Should().Equal("40", "80", "120", "160", "200");
    }
}
