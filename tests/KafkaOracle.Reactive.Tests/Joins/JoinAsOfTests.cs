using System.Reactive.Linq;
using CsCheck;
using KafkaOracle.Reactive.Testing;
using KafkaOracle.Reactive.Tests.Lanes;
using KafkaOracle.Reactive.Tests.Operators;
using static KafkaOracle.Reactive.Testing.ReactiveTest;
using static KafkaOracle.Reactive.Tests.Operators.OnLane;

namespace KafkaOracle.Reactive.Tests.Joins;

public sealed class JoinAsOfTests
{
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Finds_the_latest_at_or_before_each_element_within_the_tolerance()
    {
        var quotes = _clock.CreateHotObservable(OnNext(210, "a1"), OnNext(220, "b1"), OnNext(230, "a2"));
        var trades = _clock.CreateHotObservable(OnNext(205, "a-"), OnNext(225, "ax"), OnNext(330, "ay"), OnNext(331, "az"), OnCompleted<string>(340));

        var output = _clock.Start(() => trades.JoinAsOf(quotes, x => x[0], x => x[0], TimeSpan.FromTicks(100), (t, q) => t + q, _clock));

        output.Messages.AssertEqual(OnNext(226, "axa1"), OnNext(331, "aya2"), OnCompleted<string>(340));
    }

    [Fact]
    public void Counts_an_element_of_the_same_instant_that_comes_after_it()
    {
        using var rig = new LaneRig(lane =>
        {
            var (orders, prices) = (lane.Beats(topic: "a"), lane.Beats(topic: "b"));
            lane.Into(Queries.Rows, orders.LeftJoinAsOf(prices, _ => 0, _ => 0, TimeSpan.FromSeconds(30), (o, p) => $"{o.Value} {p.Value}", o => $"{o.Value}", lane.Clock));
        }, Queries.Eras(), [new("a", 0), new("b", 0)]);

        rig.SendTo(0, "early@5", "order@10", "end@50");
        rig.SendTo(1, "old@8", "price@10", "end@50");
        rig.Engine.Cut();

        rig.Rows.Should().Equal("early@5", "order@10 price@10");
    }

    [Fact]
    public void Emits_what_waits_and_completes_with_the_left_source_alone()
    {
        var quotes = _clock.CreateHotObservable(OnNext(210, "a1"), OnCompleted<string>(215));
        var trades = _clock.CreateHotObservable(OnNext(220, "ax"), OnNext(230, "bx"), OnCompleted<string>(230));

        _clock.Start(() => trades.LeftJoinAsOf(quotes, x => x[0], x => x[0], TimeSpan.FromTicks(100), (t, q) => t + q, t => t, _clock)).Messages
            .AssertEqual(OnNext(221, "axa1"), OnNext(230, "bx"), OnCompleted<string>(230));
    }

    [Fact]
    public void Passes_an_error_of_the_result_on()
    {
        var fault = new InvalidOperationException("no result");
        var trades = _clock.CreateHotObservable(OnNext(220, "ax"));

        _clock.Start(() => trades.LeftJoinAsOf(Observable.Never<string>(), x => x[0], x => x[0], TimeSpan.FromTicks(100), (t, q) => t + q, _ => throw fault, _clock)).Messages
            .AssertEqual(OnError<string>(221, fault));
    }

    [Fact]
    public void Agrees_with_a_list()
        => Agrees(Gen.Int[0, 30], tolerance => (left, right, clock) => left.JoinAsOf(right, l => l.Key, r => r.Key, Ticks(tolerance), (l, r) => $"{l} {r}", clock),
            (tolerance, events) => Reference(tolerance, events).Where(r => r.Right != default).Select(r => (r.Left.At + 1, $"{r.Left} {r.Right}")));

    [Fact]
    public void Left_join_agrees_with_a_list()
        => Agrees(Gen.Int[0, 30], tolerance => (left, right, clock) => left.LeftJoinAsOf(right, l => l.Key, r => r.Key, Ticks(tolerance), (l, r) => $"{l} {r}", l => $"{l}", clock),
            (tolerance, events) => Reference(tolerance, events).Select(r => (r.Left.At + 1, r.Right == default ? $"{r.Left}" : $"{r.Left} {r.Right}")));

    [Fact]
    public void Refuses_a_tolerance_that_is_negative()
        => FluentActions.Invoking(() => Observable.Empty<int>().JoinAsOf(Observable.Empty<int>(), x => x, x => x, TimeSpan.FromTicks(-1), (l, r) => l + r, _clock)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("tolerance");

    private static IEnumerable<(Event Left, Event Right)> Reference(int tolerance, Event[] events)
        => events.Where(e => !e.IsRight).Select(l => (l, events.LastOrDefault(r => r.IsRight && r.Key == l.Key && r.At <= l.At && r.At >= l.At - tolerance)));
}
