using CsCheck;
using KafkaOracle.Reactive.Testing;
using static KafkaOracle.Reactive.Testing.ReactiveTest;
using static KafkaOracle.Reactive.Tests.Operators.OnLane;

namespace KafkaOracle.Reactive.Tests.Patterns;

public sealed class NotFollowedByTests
{
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Lets_pass_what_was_not_answered_in_time()
    {
        var orders = _clock.CreateHotObservable(OnNext(210, "a1"), OnNext(220, "b1"), OnNext(230, "a2"), OnNext(400, "b2"));
        var payments = _clock.CreateHotObservable(OnNext(205, "b"), OnNext(310, "a"), OnNext(321, "b"), OnNext(400, "b"));

        var output = _clock.Start(() => orders.NotFollowedBy(payments, x => x[0], x => x[0], TimeSpan.FromTicks(100), _clock));

        output.Messages.AssertEqual(OnNext(321, "b1"));
    }

    [Fact]
    public void Agrees_with_a_list()
        => Agrees(Gen.Int[0, 30], within => (left, right, clock) => left.NotFollowedBy(right, l => l.Key, r => r.Key, Ticks(within), clock),
            (within, events) => events.Where(l => !l.IsRight && !events.Any(r => r.IsRight && r.Key == l.Key && r.At >= l.At && r.At <= l.At + within)).Select(l => (l.At + within + 1, l)));
}
