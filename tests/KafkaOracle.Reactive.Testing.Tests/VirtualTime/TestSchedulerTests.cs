using System.Reactive.Concurrency;
using System.Reactive.Linq;
using static KafkaOracle.Reactive.Testing.ReactiveTest;

namespace KafkaOracle.Reactive.Testing.Tests;

public sealed class TestSchedulerTests
{
    private readonly TestScheduler _scheduler = new();

    [Fact]
    public void A_hot_observable_sends_at_its_own_times_whoever_listens()
    {
        var xs = _scheduler.CreateHotObservable(OnNext(150, 1), OnNext(210, 2), OnNext(240, 3), OnCompleted<int>(300));

        var output = _scheduler.Start(() => from x in xs where x > 1 select x * 10);

        output.Messages.AssertEqual(OnNext(210, 20), OnNext(240, 30), OnCompleted<int>(300));
        xs.Subscriptions.AssertEqual(Subscribe(200, 300));
    }

    [Fact]
    public void A_cold_observable_counts_from_each_subscription()
    {
        var xs = _scheduler.CreateColdObservable(OnNext(10, "a"), OnCompleted<string>(20));

        var output = _scheduler.Start(() => xs.Repeat(2));

        output.Messages.AssertEqual(OnNext(210, "a"), OnNext(230, "a"), OnCompleted<string>(240));
        xs.Subscriptions.AssertEqual(Subscribe(200, 220), Subscribe(220, 240));
    }

    [Fact]
    public void The_subscription_is_disposed_at_1000_unless_told_otherwise()
    {
        var xs = _scheduler.CreateHotObservable(OnNext(999, 1), OnNext(1001, 2));

        _scheduler.Start(() => xs).Messages.AssertEqual(OnNext(999, 1));

        xs.Subscriptions.AssertEqual(Subscribe(200, 1000));
    }

    [Fact]
    public void Creates_subscribes_and_disposes_at_the_times_given()
    {
        var xs = _scheduler.CreateHotObservable(OnNext(15, 1), OnNext(25, 2), OnNext(35, 3));
        long created = 0;

        var output = _scheduler.Start(
            () =>
            {
                created = _scheduler.Clock;
                return xs;
            },
            created: 10, subscribed: 20, disposed: 30);

        created.Should().Be(10);
        output.Messages.AssertEqual(OnNext(25, 2));
        xs.Subscriptions.AssertEqual(Subscribe(20, 30));
    }

    [Theory]
    [InlineData(201, 200, 1000)]
    [InlineData(100, 200, 199)]
    public void Times_out_of_order_are_refused(long created, long subscribed, long disposed) =>
        _scheduler.Invoking(s => s.Start(Observable.Never<int>, created, subscribed, disposed))
            .Should().Throw<ArgumentOutOfRangeException>();

    [Fact]
    public void Work_due_now_or_in_the_past_runs_one_tick_later()
    {
        var times = new List<long>();

        _scheduler.ScheduleAbsolute(50, () =>
        {
            _scheduler.ScheduleAbsolute(10, () => times.Add(_scheduler.Clock));
            _scheduler.Schedule(() => times.Add(_scheduler.Clock));
            times.Should().BeEmpty();
        });
        _scheduler.Start();

        times.Should().Equal(51, 51);
    }

    [Fact]
    public void Work_of_one_time_runs_in_the_order_it_was_scheduled()
    {
        var order = new List<int>();
        foreach (var i in Enumerable.Range(0, 20)) _scheduler.ScheduleAbsolute(7, () => order.Add(i));

        _scheduler.Start();

        order.Should().BeInAscendingOrder().And.HaveCount(20);
    }

    [Fact]
    public void Recursive_operators_take_a_tick_an_element()
    {
        _scheduler.Start(() => Observable.Range(1, 3, _scheduler))
            .Messages.AssertEqual(OnNext(201, 1), OnNext(202, 2), OnNext(203, 3), OnCompleted<int>(204));
    }

    [Fact]
    public void Time_based_operators_run_on_the_virtual_clock()
    {
        var xs = _scheduler.CreateHotObservable(OnNext(210, 1), OnNext(240, 2), OnNext(310, 3), OnCompleted<int>(420));

        var output = _scheduler.Start(() => xs.Buffer(TimeSpan.FromTicks(100), _scheduler).Select(b => string.Join(",", b)));

        output.Messages.AssertEqual(OnNext(300, "1,2"), OnNext(400, "3"), OnNext(420, ""), OnCompleted<string>(420));
    }

    [Fact]
    public void A_window_left_open_at_the_disposal_sends_nothing()
    {
        var xs = _scheduler.CreateHotObservable(OnNext(210, 1), OnNext(220, 2), OnNext(310, 5));

        var output = _scheduler.Start(
            () => from window in xs.Window(TimeSpan.FromTicks(100), _scheduler) from sum in window.Sum() select sum, disposed: 350);

        output.Messages.AssertEqual(OnNext(300, 3));
    }

    [Fact]
    public void The_clock_can_be_advanced_step_by_step()
    {
        var observer = _scheduler.CreateObserver<long>();
        using var subscription = Observable.Interval(TimeSpan.FromTicks(10), _scheduler).Subscribe(observer);

        _scheduler.AdvanceTo(25);
        observer.Messages.AssertEqual(OnNext(10, 0L), OnNext(20, 1L));
        _scheduler.AdvanceBy(5);

        observer.Messages.AssertEqual(OnNext(10, 0L), OnNext(20, 1L), OnNext(30, 2L));
        _scheduler.Now.Ticks.Should().Be(30);
    }

    [Fact]
    public void A_subscription_that_did_not_end_is_infinite()
    {
        var xs = _scheduler.CreateHotObservable<int>();
        _scheduler.ScheduleAbsolute(5, () => xs.Subscribe(_ => { }));

        _scheduler.Start();

        xs.Subscriptions.AssertEqual(Subscribe(5));
        xs.Subscriptions[0].ToString().Should().Be("(5, Infinite)");
    }

    [Fact]
    public void A_cold_observable_is_silent_after_its_observer_left_within_a_message()
    {
        var xs = _scheduler.CreateColdObservable(OnNext(10, 1), OnNext(10, 2), OnNext(11, 3));

        var output = _scheduler.Start(() => xs.Take(1));

        output.Messages.AssertEqual(OnNext(210, 1), OnCompleted<int>(210));
        xs.Subscriptions.AssertEqual(Subscribe(200, 210));
    }

    [Fact]
    public void What_a_query_throws_comes_out_of_Start() =>
        _scheduler.Invoking(s => s.Start<int>(() => throw new InvalidOperationException("broken query")))
            .Should().Throw<InvalidOperationException>().WithMessage("broken query");

    [Fact]
    public void An_expectation_cannot_be_sent()
    {
        _scheduler.Invoking(s => s.CreateHotObservable(OnNext<int>(10, x => x > 1)))
            .Should().Throw<ArgumentException>().WithMessage("*OnNext(where a condition holds)@10*");
        _scheduler.Invoking(s => s.CreateColdObservable(OnError<int>(10, _ => true)))
            .Should().Throw<ArgumentException>();
    }
}
