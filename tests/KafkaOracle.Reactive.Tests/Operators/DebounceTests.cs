using System.Reactive.Linq;
using CsCheck;
using KafkaOracle.Reactive.Testing;
using static KafkaOracle.Reactive.Testing.ReactiveTest;
using static KafkaOracle.Reactive.Tests.Operators.OnLane;

namespace KafkaOracle.Reactive.Tests.Operators;

public sealed class DebounceTests
{
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Lets_the_last_of_a_burst_pass_when_it_has_been_quiet()
    {
        var input = _clock.CreateHotObservable(OnNext(210, 1), OnNext(230, 2), OnNext(350, 3));

        var output = _clock.Start(() => input.Debounce(TimeSpan.FromTicks(50), TimeSpan.FromTicks(1000), _clock));

        output.Messages.AssertEqual(OnNext(280, 2), OnNext(400, 3));
    }

    [Fact]
    public void Cuts_a_burst_that_goes_on_at_multiples_of_the_limit()
    {
        var input = _clock.CreateHotObservable(OnNext(210, 1), OnNext(250, 2), OnNext(290, 3), OnNext(330, 4), OnNext(370, 5), OnNext(400, 6));

        var output = _clock.Start(() => input.Debounce(TimeSpan.FromTicks(50), TimeSpan.FromTicks(100), _clock));

        output.Messages.AssertEqual(OnNext(300, 3), OnNext(400, 5), OnNext(450, 6));
    }

    [Fact]
    public void Agrees_with_a_list()
        => Agrees(Gen.Select(Gen.Int[1, 30], Gen.Int[1, 50]), p => (left, _, clock) => left.Debounce(e => e.Key, Ticks(p.Item1), Ticks(p.Item2), clock), (p, events) =>
        {
            var left = events.Where(e => !e.IsRight).ToArray();
            return left.Select(e => (At: Math.Min(e.At + p.Item1, (e.At / p.Item2 * p.Item2) + p.Item2), e))
                .Where((r, i) => !left.Skip(i + 1).Any(x => x.Key == r.e.Key && x.At < r.At)).OrderBy(r => r.At);
        });

    [Fact]
    public void Refuses_spans_that_are_not_positive()
    {
        FluentActions.Invoking(() => Observable.Empty<int>().Debounce(TimeSpan.Zero, TimeSpan.FromTicks(1), _clock)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("quiet");
        FluentActions.Invoking(() => Observable.Empty<int>().Debounce(TimeSpan.FromTicks(1), TimeSpan.Zero, _clock)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("atMost");
    }
}
