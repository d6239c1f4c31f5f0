using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive.Tests.Time;

public sealed class EventClockTests
{
    private readonly EventClock _clock = new(1000, new LaneThread());
    private readonly List<string> _seen = [];

    [Fact]
    public void Work_due_now_runs_in_the_step_that_scheduled_it()
    {
        _clock.Schedule(() => _seen.Add("first"));
        _clock.RunTo(1000);

        _seen.Should().Equal("first");
    }

    [Fact]
    public void Work_of_one_instant_runs_in_the_order_of_scheduling_and_before_time_passes()
    {
        _clock.Schedule(TimeSpan.FromTicks(5), () => { _seen.Add("a"); _clock.Schedule(() => _seen.Add($"a's own @{_clock.Clock}")); });
        _clock.Schedule(TimeSpan.FromTicks(5), () => _seen.Add("b"));
        _clock.Schedule(TimeSpan.FromTicks(6), () => _seen.Add("c"));
        _clock.RunTo(1010);

        _seen.Should().Equal("a", "b", "a's own @1005", "c");
        _clock.Clock.Should().Be(1010);
    }

    [Fact]
    public void Periodic_work_ticks_on_multiples_of_its_period()
    {
        using var beat = Observable.Interval(TimeSpan.FromTicks(300), _clock).Subscribe(n => _seen.Add($"{n}@{_clock.Clock}"));
        _clock.RunTo(1800);

        _seen.Should().Equal("0@1200", "1@1500", "2@1800");
    }

    [Fact]
    public void Disposed_work_does_not_run()
    {
        _clock.Schedule(TimeSpan.FromTicks(5), () => _seen.Add("a")).Dispose();
        _clock.RunTo(2000);

        _seen.Should().BeEmpty();
    }

    [Fact]
    public void A_timer_that_schedules_itself_for_now_for_ever_is_stopped()
    {
        void Again() => _clock.Schedule(Again);
        Again();

        FluentActions.Invoking(() => _clock.RunTo(1000)).Should().Throw<InvalidOperationException>().WithMessage("*without time passing*");
    }

    [Fact]
    public async Task Scheduling_from_a_foreign_thread_throws_and_says_what_to_do()
        => await FluentActions.Awaiting(() => Task.Factory.StartNew(() => _clock.Schedule(() => { }), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            .Should().ThrowAsync<ForeignThreadException>().WithMessage("*lane.Clock*");
}
