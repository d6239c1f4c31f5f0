using CsCheck;
using KafkaOracle.Reactive.Testing;
using static KafkaOracle.Reactive.Testing.ReactiveTest;
using static KafkaOracle.Reactive.Tests.Operators.OnLane;

namespace KafkaOracle.Reactive.Tests.Operators;

public sealed class SamplePerKeyTests
{
    [Fact]
    public void Emits_the_latest_of_each_key_at_multiples_of_the_period()
    {
        var clock = new TestScheduler();
        var input = clock.CreateHotObservable(OnNext(210, "b1"), OnNext(220, "a1"), OnNext(299, "b2"), OnNext(300, "a2"), OnNext(520, "c1"), OnCompleted<string>(530));

        var output = clock.Start(() => input.SamplePerKey(x => x[0], TimeSpan.FromTicks(100), clock));

        output.Messages.AssertEqual(OnNext(300, "b2"), OnNext(300, "a1"), OnNext(400, "a2"), OnNext(530, "c1"), OnCompleted<string>(530));
    }

    [Fact]
    public void Agrees_with_a_list()
        => Agrees(Gen.Int[1, 30], period => (left, _, clock) => left.SamplePerKey(e => e.Key, Ticks(period), clock), (period, events) => events
            .Where(e => !e.IsRight).GroupBy(e => e.At / period)
            .SelectMany(g => g.GroupBy(e => e.Key).Select(k => ((g.Key * period) + period, k.Last()))));

    [Fact]
    public void Refuses_a_period_that_is_not_positive()
        => FluentActions.Invoking(() => System.Reactive.Linq.Observable.Empty<int>().SamplePerKey(x => x, TimeSpan.Zero, new TestScheduler())).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("period");
}
