using CsCheck;
using KafkaOracle.Reactive.Testing;
using KafkaOracle.Reactive.Tests.Operators;
using static KafkaOracle.Reactive.Testing.ReactiveTest;
using static KafkaOracle.Reactive.Tests.Operators.OnLane;

namespace KafkaOracle.Reactive.Tests.Patterns;

public sealed class LatestAtEachTests
{
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Repeats_the_latest_of_each_key_until_it_has_stood_too_long()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "a1"), OnNext(250, "b1"), OnNext(260, "a2"), OnNext(480, "b2"), OnCompleted<string>(780));

        var output = _clock.Start(() => input.LatestAtEach(x => x[0], TimeSpan.FromTicks(100), TimeSpan.FromTicks(200), _clock));

        output.Messages.AssertEqual(
            OnNext(300, Standing(300, 250, "b1")), OnNext(300, Standing(300, 260, "a2")),
            OnNext(400, Standing(400, 250, "b1")), OnNext(400, Standing(400, 260, "a2")),
            OnNext(500, Standing(500, 480, "b2")), OnNext(600, Standing(600, 480, "b2")),
            OnCompleted<Standing<char, string>>(780));
    }

    [Fact]
    public void Agrees_with_a_list()
        => Agrees(Gen.Select(Gen.Int[1, 30], Gen.Int[0, 40]), p => (left, _, clock) => left.LatestAtEach(e => e.Key, Ticks(p.Item1), Ticks(p.Item1 + p.Item2), clock), (p, events) =>
        {
            var (period, expiry, left) = (p.Item1, p.Item1 + p.Item2, events.Where(e => !e.IsRight).ToArray());
            var rows = new List<(long, Standing<string, Event>)>();
            for (var at = Ever / period * period; at < EndOf(events) + period; at += period)
                rows.AddRange(left.Where((e, i) => e.At < at && e.At >= at - expiry && !left.Skip(i + 1).Any(x => x.Key == e.Key && x.At < at))
                    .Select(e => (at, new Standing<string, Event>(e.Key, new(at, TimeSpan.Zero), new(e.At, TimeSpan.Zero), e))));
            return rows;
        });

    [Fact]
    public void Refuses_a_period_that_is_not_positive_and_an_expiry_that_is_shorter()
    {
        Building(0, 1).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("period");
        Building(2, 1).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("expiry");

        Action Building(long period, long expiry) => () => System.Reactive.Linq.Observable.Empty<int>().LatestAtEach(x => x, TimeSpan.FromTicks(period), TimeSpan.FromTicks(expiry), _clock);
    }

    private static Standing<char, string> Standing(long at, long since, string value) => new(value[0], new(at, TimeSpan.Zero), new(since, TimeSpan.Zero), value);
}
