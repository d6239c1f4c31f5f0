using System.Reactive.Linq;
using System.Reactive.Subjects;
using CsCheck;
using KafkaOracle.Reactive.Testing;
using KafkaOracle.Reactive.Tests.Operators;
using static KafkaOracle.Reactive.Testing.ReactiveTest;
using static KafkaOracle.Reactive.Tests.Operators.OnLane;

namespace KafkaOracle.Reactive.Tests.Joins;

public sealed class JoinWithinTests
{
    private static readonly Gen<(int Before, int After)> Intervals = Gen.Select(Gen.Int[0, 20], Gen.Int[0, 20]);

    private readonly TestScheduler _clock = new();

    [Fact]
    public void Pairs_each_left_element_with_every_right_one_of_its_interval()
    {
        var left = _clock.CreateHotObservable(OnNext(300, "a1"), OnNext(310, "b1"));
        var right = _clock.CreateHotObservable(OnNext(249, "a-"), OnNext(250, "ax"), OnNext(290, "ay"), OnNext(320, "az"), OnNext(330, "a!"), OnNext(331, "a-"));

        var output = _clock.Start(() => left.JoinWithin(right, x => x[0], x => x[0], TimeSpan.FromTicks(50), TimeSpan.FromTicks(30), Pair, _clock));

        output.Messages.AssertEqual(OnNext(300, "a1ax"), OnNext(300, "a1ay"), OnNext(320, "a1az"), OnNext(330, "a1a!"));
        left.Subscriptions.AssertEqual(Subscribe(200, 1000));
        right.Subscriptions.AssertEqual(Subscribe(200, 1000));
    }

    [Fact]
    public void Completes_when_both_sources_have()
    {
        var left = _clock.CreateHotObservable(OnNext(300, "a1"), OnCompleted<string>(310));
        var right = _clock.CreateHotObservable(OnNext(320, "ax"), OnCompleted<string>(400));

        _clock.Start(() => left.JoinWithin(right, x => x[0], x => x[0], TimeSpan.Zero, TimeSpan.FromTicks(30), Pair, _clock)).Messages
            .AssertEqual(OnNext(320, "a1ax"), OnCompleted<string>(400));
    }

    [Fact]
    public void Emits_an_element_without_a_match_one_tick_after_its_interval()
    {
        var left = _clock.CreateHotObservable(OnNext(300, "a1"), OnNext(310, "b1"), OnNext(320, "c1"));
        var right = _clock.CreateHotObservable(OnNext(340, "b0"), OnNext(360, "d0"));

        var output = _clock.Start(() => Outer(left, right, before: 20, after: 30));

        output.Messages.AssertEqual(OnNext(331, "a1"), OnNext(340, "b1b0"), OnNext(351, "c1"), OnNext(381, "d0"));
    }

    [Fact]
    public void Emits_what_waits_when_both_sources_have_completed()
    {
        var left = _clock.CreateHotObservable(OnNext(300, "a1"), OnNext(310, "b1"), OnCompleted<string>(315));
        var right = _clock.CreateHotObservable(OnNext(305, "c0"), OnCompleted<string>(320));

        _clock.Start(() => Outer(left, right, before: 20, after: 30)).Messages.AssertEqual(OnNext(320, "c0"), OnNext(320, "a1"), OnNext(320, "b1"), OnCompleted<string>(320));
    }

    [Fact]
    public void Drops_what_waits_on_an_error_of_either_side()
    {
        var fault = new InvalidOperationException("broken");
        var left = _clock.CreateHotObservable(OnNext(300, "a1"));
        var right = _clock.CreateHotObservable(OnError<string>(310, fault));

        _clock.Start(() => Outer(left, right, before: 20, after: 30)).Messages.AssertEqual(OnError<string>(310, fault));
        left.Subscriptions.AssertEqual(Subscribe(200, 310));
    }

    [Theory]
    [InlineData("key")]
    [InlineData("pair")]
    [InlineData("left")]
    public void Passes_an_error_of_the_users_functions_on(string which)
    {
        var fault = new InvalidOperationException(which);
        var left = _clock.CreateHotObservable(OnNext(300, "a1"), OnNext(310, "b1"));
        var right = _clock.CreateHotObservable(OnNext(305, "a0"));

        var output = _clock.Start(() => left.LeftJoinWithin(right, x => which == "key" && x[0] == 'b' ? throw fault : x[0], x => x[0], TimeSpan.Zero, TimeSpan.FromTicks(30),
            (l, r) => which == "pair" ? throw fault : l + r, l => which == "left" ? throw fault : l, _clock));

        if (which == "pair") output.Messages.AssertEqual(OnError<string>(305, fault));
        else output.Messages.AssertEqual(OnNext(305, "a1a0"), OnError<string>(which == "key" ? 310 : 341, fault));
    }

    [Fact]
    public void Pairs_what_comes_back_as_an_element_exactly_once()
    {
        using Subject<string> back = new();
        var left = _clock.CreateHotObservable(OnNext(300, "a1"));
        var right = _clock.CreateHotObservable(OnNext(290, "ax"), OnNext(295, "ay")).Merge(back);

        var output = _clock.Start(() => left.JoinWithin(right, x => x[0], x => x[0], TimeSpan.FromTicks(50), TimeSpan.FromTicks(30), Pair, _clock)
            .Do(pair => { if (pair.Length < 6) back.OnNext(pair[2..] + "+"); }));

        output.Messages.Select(m => m.Value.Value).Should().BeEquivalentTo("a1ax", "a1ax+", "a1ax++", "a1ay", "a1ay+", "a1ay++");
    }

    [Fact]
    public void Agrees_with_a_list()
        => Agrees(Intervals, p => (left, right, clock) => left.JoinWithin(right, l => l.Key, r => r.Key, Ticks(p.Before), Ticks(p.After), (l, r) => $"{l} {r}", clock),
            (p, events) => Reference(p, events, leftOnly: false, rightOnly: false));

    [Fact]
    public void Left_join_agrees_with_a_list()
        => Agrees(Intervals, p => (left, right, clock) => left.LeftJoinWithin(right, l => l.Key, r => r.Key, Ticks(p.Before), Ticks(p.After), (l, r) => $"{l} {r}", l => $"{l}", clock),
            (p, events) => Reference(p, events, leftOnly: true, rightOnly: false));

    [Fact]
    public void Outer_join_agrees_with_a_list()
        => Agrees(Intervals, p => (left, right, clock) => left.OuterJoinWithin(right, l => l.Key, r => r.Key, Ticks(p.Before), Ticks(p.After), (l, r) => $"{l} {r}", l => $"{l}", r => $"{r}", clock),
            (p, events) => Reference(p, events, leftOnly: true, rightOnly: true));

    [Fact]
    public void Refuses_spans_that_are_negative()
    {
        Joining(-1, 0).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("before");
        Joining(0, -1).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("after");

        Action Joining(long before, long after) => () => Observable.Empty<int>().JoinWithin(Observable.Empty<int>(), x => x, x => x, TimeSpan.FromTicks(before), TimeSpan.FromTicks(after), (l, r) => l + r, _clock);
    }

    private IObservable<string> Outer(IObservable<string> left, IObservable<string> right, int before, int after)
        => left.OuterJoinWithin(right, x => x[0], x => x[0], TimeSpan.FromTicks(before), TimeSpan.FromTicks(after), Pair, x => x, x => x, _clock);

    private static string Pair(string left, string right) => left + right;

    private static IEnumerable<(long At, string Row)> Reference((int Before, int After) p, Event[] events, bool leftOnly, bool rightOnly)
    {
        bool Match(Event l, Event r) => l.Key == r.Key && r.At >= l.At - p.Before && r.At <= l.At + p.After;
        var alone = events.Where(e => e.IsRight ? rightOnly && !events.Any(l => !l.IsRight && Match(l, e)) : leftOnly && !events.Any(r => r.IsRight && Match(e, r)))
            .Select(e => (At: e.At + (e.IsRight ? p.Before : p.After) + 1, e.IsRight, Text: e.ToString())).OrderBy(e => e.At).ThenBy(e => e.IsRight);
        var pairs = events.SelectMany((e, i) => events.Take(i).Where(x => x.IsRight != e.IsRight && (e.IsRight ? Match(x, e) : Match(e, x))).Select(x => (e.At, IsRight: true, Text: e.IsRight ? $"{x} {e}" : $"{e} {x}")));
        return alone.Concat(pairs).OrderBy(r => r.At).Select(r => (r.At, r.Text));
    }
}
