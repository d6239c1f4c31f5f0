using CsCheck;
using KafkaOracle.Reactive.Testing;
using static KafkaOracle.Reactive.Testing.ReactiveTest;
using static KafkaOracle.Reactive.Tests.Operators.OnLane;

namespace KafkaOracle.Reactive.Tests.Operators;

public sealed class DistinctWithinTests
{
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Lets_the_first_of_equal_elements_pass()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "a"), OnNext(220, "b"), OnNext(230, "a"), OnCompleted<string>(400));

        var output = _clock.Start(() => input.DistinctWithin(TimeSpan.FromTicks(100), _clock));

        output.Messages.AssertEqual(OnNext(210, "a"), OnNext(220, "b"), OnCompleted<string>(400));
        input.Subscriptions.AssertEqual(Subscribe(200, 400));
    }

    [Fact]
    public void Forgets_a_key_when_its_expiry_has_passed_since_it_last_occurred()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "a"), OnNext(250, "a"), OnNext(349, "a"), OnNext(449, "a"), OnNext(448 + 99, "a"));

        var output = _clock.Start(() => input.DistinctWithin(x => x, TimeSpan.FromTicks(100), _clock));

        output.Messages.AssertEqual(OnNext(210, "a"), OnNext(449, "a"));
    }

    [Fact]
    public void Passes_an_error_of_the_key_on()
    {
        var fault = new InvalidOperationException("no key");
        var input = _clock.CreateHotObservable(OnNext(210, "a"));

        var output = _clock.Start(() => input.DistinctWithin<string, string>(_ => throw fault, TimeSpan.FromTicks(100), _clock));

        output.Messages.AssertEqual(OnError<string>(210, fault));
    }

    [Fact]
    public void Tells_elements_apart_by_several_fields()
    {
        var input = _clock.CreateHotObservable(OnNext(210, (1, "a", 0)), OnNext(220, (1, "b", 0)), OnNext(230, (1, "a", 9)));

        var output = _clock.Start(() => input.DistinctWithin(x => (x.Item1, x.Item2), TimeSpan.FromTicks(100), _clock));

        output.Messages.AssertEqual(OnNext(210, (1, "a", 0)), OnNext(220, (1, "b", 0)));
    }

    [Fact]
    public void Keeps_the_last_of_equal_elements_where_that_is_asked_for()
    {
        var input = _clock.CreateHotObservable(OnNext(210, (1, "first")), OnNext(250, (1, "last")), OnNext(360, (1, "anew")));

        var output = _clock.Start(() => input.DistinctWithin(x => x.Item1, TimeSpan.FromTicks(100), _clock, Keep.Last));

        output.Messages.AssertEqual(OnNext(350, (1, "last")), OnNext(460, (1, "anew")));
    }

    [Fact]
    public void Remembers_for_ever_where_the_expiry_is_longer_than_any_time()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "a"), OnNext(990, "a"));

        _clock.Start(() => input.DistinctWithin(TimeSpan.MaxValue, _clock)).Messages.AssertEqual(OnNext(210, "a"));
    }

    [Fact]
    public void Agrees_with_a_list()
        => Agrees(Gen.Int[1, 60], expiry => (left, _, clock) => left.DistinctWithin(e => e.Key, Ticks(expiry), clock), (expiry, events) =>
        {
            var left = events.Where(e => !e.IsRight).ToArray();
            return left.Where((e, i) => !left.Take(i).Any(x => x.Key == e.Key && e.At - x.At < expiry)).Select(e => (e.At, e));
        });

    [Fact]
    public void Refuses_an_expiry_that_is_not_positive()
        => FluentActions.Invoking(() => System.Reactive.Linq.Observable.Empty<int>().DistinctWithin(TimeSpan.Zero, _clock)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("expiry");
}
