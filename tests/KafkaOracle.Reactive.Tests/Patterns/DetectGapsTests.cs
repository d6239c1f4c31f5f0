using CsCheck;
using KafkaOracle.Reactive.Testing;
using static KafkaOracle.Reactive.Testing.ReactiveTest;
using static KafkaOracle.Reactive.Tests.Operators.OnLane;

namespace KafkaOracle.Reactive.Tests.Patterns;

public sealed class DetectGapsTests
{
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Tells_of_a_key_once_when_its_silence_has_lasted_too_long()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "a"), OnNext(220, "b"), OnNext(300, "a"), OnNext(700, "a"));

        var output = _clock.Start(() => input.DetectGaps(x => x, TimeSpan.FromTicks(100), _clock));

        output.Messages.AssertEqual(OnNext(320, Gap("b", 220)), OnNext(400, Gap("a", 300)), OnNext(800, Gap("a", 700)));
    }

    [Fact]
    public void Says_nothing_of_what_it_can_no_longer_see()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "a"), OnCompleted<string>(250));

        _clock.Start(() => input.DetectGaps(x => x, TimeSpan.FromTicks(100), _clock)).Messages.AssertEqual(OnCompleted<Gap<string>>(250));
    }

    [Fact]
    public void Agrees_with_a_list()
        => Agrees(Gen.Int[1, 40], longest => (left, _, clock) => left.DetectGaps(e => e.Key, Ticks(longest), clock), (longest, events) =>
        {
            var left = events.Where(e => !e.IsRight).ToArray();
            return left.Where((e, i) => !left.Skip(i + 1).Any(x => x.Key == e.Key && x.At < e.At + longest)).Select(e => (e.At + longest, Gap(e.Key, e.At, longest)));
        });

    [Fact]
    public void Refuses_a_silence_that_is_not_positive()
        => FluentActions.Invoking(() => System.Reactive.Linq.Observable.Empty<int>().DetectGaps(x => x, TimeSpan.Zero, _clock)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("longest");

    private static Gap<string> Gap(string key, long since, long longest = 100) => new(key, new(since, TimeSpan.Zero), new(since + longest, TimeSpan.Zero));
}
