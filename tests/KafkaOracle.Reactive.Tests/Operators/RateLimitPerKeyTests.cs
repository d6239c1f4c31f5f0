using CsCheck;
using KafkaOracle.Reactive.Testing;
using static KafkaOracle.Reactive.Testing.ReactiveTest;
using static KafkaOracle.Reactive.Tests.Operators.OnLane;

namespace KafkaOracle.Reactive.Tests.Operators;

public sealed class RateLimitPerKeyTests
{
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Lets_the_first_of_each_key_and_period_pass_at_once_and_tells_of_the_others()
    {
        var dropped = new List<string>();
        var input = _clock.CreateHotObservable(OnNext(210, "a1"), OnNext(220, "a2"), OnNext(230, "a3"), OnNext(240, "b1"), OnNext(299, "a4"), OnNext(300, "a5"));

        var output = _clock.Start(() => input.RateLimitPerKey(x => x[0], 2, TimeSpan.FromTicks(100), _clock, dropped.Add));

        output.Messages.AssertEqual(OnNext(210, "a1"), OnNext(220, "a2"), OnNext(240, "b1"), OnNext(300, "a5"));
        dropped.Should().Equal("a3", "a4");
    }

    [Fact]
    public void Agrees_with_a_list()
        => Agrees(Gen.Select(Gen.Int[1, 3], Gen.Int[1, 60]), p => (left, _, clock) => left.RateLimitPerKey(e => e.Key, p.Item1, Ticks(p.Item2), clock), (p, events) =>
        {
            var left = events.Where(e => !e.IsRight).ToArray();
            return left.Where((e, i) => left.Take(i).Count(x => x.Key == e.Key && x.At / p.Item2 == e.At / p.Item2) < p.Item1).Select(e => (e.At, e));
        });

    [Fact]
    public void Needs_no_lead_in_where_the_period_divides_the_era()
    {
        LookBackOf(20).Should().Be(TimeSpan.Zero);
        LookBackOf(25).Should().Be(TimeSpan.FromTicks(20), "of an era of 60 and periods of 25, one begins at most 20 before the era does");

        static TimeSpan LookBackOf(int period) => Run([], (left, _, clock) => left.RateLimitPerKey(e => e.Key, 1, Ticks(period), clock), Ever, Ever + 1).LookBack.Span;
    }

    [Fact]
    public void Refuses_a_count_or_a_period_that_is_not_positive()
    {
        Limiting(0, 1).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("count");
        Limiting(1, 0).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("period");

        Action Limiting(int count, long period) => () => System.Reactive.Linq.Observable.Empty<int>().RateLimitPerKey(x => x, count, TimeSpan.FromTicks(period), _clock);
    }
}
