using System.Reactive.Linq;
using CsCheck;
using KafkaOracle.Reactive.Testing;
using static KafkaOracle.Reactive.Testing.ReactiveTest;
using static KafkaOracle.Reactive.Tests.Operators.OnLane;

namespace KafkaOracle.Reactive.Tests.Operators;

public sealed class ThrottlePerKeyTests
{
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Lets_the_last_of_a_burst_pass_when_its_key_has_fallen_silent()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "a1"), OnNext(250, "b1"), OnNext(290, "a2"), OnNext(600, "a3"));

        var output = _clock.Start(() => Throttle(input));

        output.Messages.AssertEqual(OnNext(350, "b1"), OnNext(390, "a2"), OnNext(700, "a3"));
        input.Subscriptions.AssertEqual(Subscribe(200, 1000));
    }

    [Fact]
    public void Begins_a_new_burst_when_the_silence_has_just_been_reached()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "a1"), OnNext(309, "a2"), OnNext(409, "a3"));

        var output = _clock.Start(() => Throttle(input));

        output.Messages.AssertEqual(OnNext(409, "a2"), OnNext(509, "a3"));
    }

    [Fact]
    public void Lets_pass_what_waits_when_the_source_completes()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "b1"), OnNext(220, "a1"), OnNext(230, "b2"), OnCompleted<string>(240));

        var output = _clock.Start(() => Throttle(input));

        output.Messages.AssertEqual(OnNext(240, "a1"), OnNext(240, "b2"), OnCompleted<string>(240));
    }

    [Fact]
    public void Drops_what_waits_on_an_error()
    {
        var fault = new InvalidOperationException("broken");
        var input = _clock.CreateHotObservable(OnNext(210, "a1"), OnError<string>(240, fault));

        var output = _clock.Start(() => Throttle(input));

        output.Messages.AssertEqual(OnError<string>(240, fault));
    }

    [Fact]
    public void Passes_an_error_of_the_key_on()
    {
        var fault = new InvalidOperationException("no key");
        var input = _clock.CreateHotObservable(OnNext(210, "a1"));

        var output = _clock.Start(() => input.ThrottlePerKey<string, string>(_ => throw fault, TimeSpan.FromTicks(100), _clock));

        output.Messages.AssertEqual(OnError<string>(210, fault));
    }

    [Fact]
    public void Has_no_timer_left_when_it_is_disposed()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "a1"));

        _clock.Start(() => Throttle(input), 250).Messages.AssertEqual();
    }

    [Fact]
    public void Takes_what_it_emits_back_as_an_element()
    {
        using var back = new System.Reactive.Subjects.Subject<string>();
        var input = _clock.CreateHotObservable(OnNext(210, "a1"), OnNext(220, "b1")).Merge(back);

        var output = _clock.Start(() => Throttle(input).Do(x => { if (x[1] < '3') back.OnNext($"{x[0]}{(char)(x[1] + 1)}"); }));

        output.Messages.AssertEqual(OnNext(310, "a1"), OnNext(320, "b1"), OnNext(410, "a2"), OnNext(420, "b2"), OnNext(510, "a3"), OnNext(520, "b3"));
    }

    [Fact]
    public void Agrees_with_a_list()
        => Agrees(Gen.Int[1, 30], due => (left, _, clock) => left.ThrottlePerKey(e => e.Key, Ticks(due), clock), (due, events) =>
        {
            var left = events.Where(e => !e.IsRight).ToArray();
            return left.Where((e, i) => !left.Skip(i + 1).Any(x => x.Key == e.Key && x.At < e.At + due)).Select(e => (e.At + due, e));
        });

    [Fact]
    public void Does_what_grouping_and_stock_throttle_do()
        => Gen.Select(Gen.Int[1, 30], Events).Sample((due, events) =>
        {
            var own = Run(events, (left, _, clock) => left.ThrottlePerKey(e => e.Key, Ticks(due), clock), Ever, EndOf(events)).Rows;
            var stock = Run(events, (left, _, clock) => left.GroupBy(e => e.Key).SelectMany(g => g.Throttle(Ticks(due), clock)), 0, EndOf(events)).Rows;
            return own.SequenceEqual(stock);
        }, iter: 300);

    private IObservable<string> Throttle(IObservable<string> input) => input.ThrottlePerKey(x => x[0], TimeSpan.FromTicks(100), _clock);
}
