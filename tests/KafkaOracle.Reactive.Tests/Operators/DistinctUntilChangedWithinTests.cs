using CsCheck;
using KafkaOracle.Reactive.Testing;
using static KafkaOracle.Reactive.Testing.ReactiveTest;
using static KafkaOracle.Reactive.Tests.Operators.OnLane;

namespace KafkaOracle.Reactive.Tests.Operators;

public sealed class DistinctUntilChangedWithinTests
{
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Lets_changes_of_a_key_pass_and_what_comes_after_a_silence()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "a1"), OnNext(220, "b1"), OnNext(230, "a1"), OnNext(240, "a2"), OnNext(250, "a1"), OnNext(349, "a1"), OnNext(449, "a1"), OnCompleted<string>(460));

        var output = _clock.Start(() => input.DistinctUntilChangedWithin(x => x[0], x => x[1], TimeSpan.FromTicks(100), _clock));

        output.Messages.AssertEqual(OnNext(210, "a1"), OnNext(220, "b1"), OnNext(240, "a2"), OnNext(250, "a1"), OnNext(449, "a1"), OnCompleted<string>(460));
    }

    [Fact]
    public void Compares_values_as_it_is_told()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "x"), OnNext(220, "X"), OnNext(230, "y"));

        var output = _clock.Start(() => input.DistinctUntilChangedWithin(_ => 0, x => x, TimeSpan.FromTicks(100), _clock, StringComparer.OrdinalIgnoreCase));

        output.Messages.AssertEqual(OnNext(210, "x"), OnNext(230, "y"));
    }

    [Fact]
    public void Passes_an_error_of_the_value_on()
    {
        var fault = new InvalidOperationException("no value");
        var input = _clock.CreateHotObservable(OnNext(210, "x"));

        _clock.Start(() => input.DistinctUntilChangedWithin<string, int, int>(_ => 0, _ => throw fault, TimeSpan.FromTicks(100), _clock)).Messages.AssertEqual(OnError<string>(210, fault));
    }

    [Fact]
    public void Agrees_with_a_list()
        => Agrees(Gen.Int[1, 40], expiry => (left, _, clock) => left.DistinctUntilChangedWithin(e => e.Key, e => e.Value / 2, Ticks(expiry), clock), (expiry, events) =>
        {
            var left = events.Where(e => !e.IsRight).ToArray();
            return left.Where((e, i) => left.Take(i).LastOrDefault(x => x.Key == e.Key) is var before && (before == default || e.At - before.At >= expiry || before.Value / 2 != e.Value / 2)).Select(e => (e.At, e));
        });

    [Fact]
    public void Refuses_an_expiry_that_is_not_positive()
        => FluentActions.Invoking(() => System.Reactive.Linq.Observable.Empty<int>().DistinctUntilChangedWithin(x => x, x => x, TimeSpan.Zero, _clock)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("expiry");
}
