using System.Reactive.Concurrency;
using System.Reactive.Linq;
using KafkaOracle.Reactive.Tests.Lanes;

namespace KafkaOracle.Reactive.Tests.Time;

public sealed class LookBackTests
{
    [Fact]
    public void A_query_without_memory_looks_back_nothing()
        => SeenBy((beats, clock) => beats.Merge(Observable.Interval(Seconds(20), clock).Select(_ => 0d))).Should().Be(new LookBack(TimeSpan.Zero, ""));

    [Fact]
    public void What_operators_declare_is_known_before_the_first_record_and_adds_up_along_a_chain()
    {
        using var rig = Rig((beats, clock) => Remembering(Remembering(beats, "first", 10, clock).Where(x => x > 0), "second", 25, clock));

        rig.Engine.LookBack.Should().Be(new LookBack(Seconds(35), "first > second"));
    }

    [Fact]
    public void Branches_beside_each_other_do_not_add_up()
        => SeenBy((beats, clock) => Remembering(beats, "a", 10, clock).Merge(Remembering(beats, "b", 25, clock))).Should().Be(new LookBack(Seconds(25), "b"));

    [Fact]
    public void An_operator_that_begins_anew_at_boundaries_counts_only_below_one_that_looks_back()
    {
        SeenBy((beats, clock) => Aligned(beats, clock)).Span.Should().Be(TimeSpan.Zero);
        SeenBy((beats, clock) => Remembering(Aligned(beats, clock), "second", 25, clock)).Should().Be(new LookBack(Seconds(85), "aligned > second"));
        SeenBy((beats, clock) => Aligned(Remembering(beats, "first", 25, clock), clock)).Should().Be(new LookBack(Seconds(25), "first"));

        static IObservable<double> Aligned(IObservable<double> source, EventClock clock) => Remembering(source, "aligned", 60, clock, atBoundary: 0);
    }

    [Fact]
    public void A_timer_of_a_stock_operator_that_falls_due_in_a_later_era_shows_how_far_ahead_it_was_set()
    {
        using var rig = Rig((beats, clock) => beats.Delay(Seconds(15), clock));

        rig.Send("a@10", "b@45", "c@61");
        rig.Engine.LookBack.Span.Should().Be(TimeSpan.Zero, "15 seconds after 45 the era ends, and that timer belongs to it");
        rig.Send("d@106", "e@107");

        rig.Engine.LookBack.Span.Should().Be(Seconds(15));
        rig.Engine.LookBack.By.Should().StartWith("a timer set at 2024-01-01T00:01:46");
    }

    [Fact]
    public void Periodic_timers_show_a_period_that_does_not_divide_the_era()
    {
        SeenBy((beats, clock) => beats.Sample(Seconds(30), clock)).Span.Should().Be(TimeSpan.Zero);
        SeenBy((beats, clock) => beats.Sample(Seconds(25), clock)).Span.Should().Be(Seconds(25));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static IObservable<T> Remembering<T>(IObservable<T> source, string name, double span, IScheduler clock, double? atBoundary = null)
        => Observable.Create<T>(observer =>
        {
            using (clock.LooksBack(name, Seconds(span), Seconds(atBoundary ?? span))) return source.Subscribe(observer);
        });

    private static LookBack SeenBy(Func<IObservable<double>, EventClock, IObservable<double>> query)
    {
        using var rig = Rig(query);
        rig.Send("a@10", "b@100", "c@200");
        return rig.Engine.LookBack;
    }

    private static LaneRig Rig(Func<IObservable<double>, EventClock, IObservable<double>> query)
        => new(lane => lane.Into(Queries.Rows, query(lane.Beats().Select(b => b.Value.Second), lane.Clock).Select(s => $"{s}")));
}
