using CsCheck;
using KafkaOracle.Reactive.Testing;
using KafkaOracle.Reactive.Tests.Operators;
using static KafkaOracle.Reactive.Testing.ReactiveTest;
using static KafkaOracle.Reactive.Tests.Operators.OnLane;

namespace KafkaOracle.Reactive.Tests.Patterns;

public sealed class FunnelTests
{
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Tells_how_far_a_session_got_when_it_has_ended()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "ann:view"), OnNext(220, "bob:pay"), OnNext(230, "ann:other"), OnNext(240, "ann:cart"), OnNext(300, "ann:pay"), OnNext(310, "ann:pay"));

        var output = _clock.Start(() => Funnel(input));

        output.Messages.AssertEqual(OnNext(320, Session("bob", 220, 220)), OnNext(410, Session("ann", 210, 310, 210, 240, 300)));
        output.Messages[1].Value.Value.Reached.Should().Be(3);
    }

    [Fact]
    public void Counts_a_step_only_after_the_one_before_it_and_in_the_same_session()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "ann:cart"), OnNext(220, "ann:view"), OnNext(320, "ann:cart"), OnCompleted<string>(330));

        var output = _clock.Start(() => Funnel(input));

        output.Messages.AssertEqual(OnNext(320, Session("ann", 210, 220, 220)), OnNext(330, Session("ann", 320, 320)), OnCompleted<FunnelSession<string>>(330));
    }

    [Fact]
    public void Passes_an_error_of_a_step_on()
    {
        var fault = new InvalidOperationException("no step");
        var input = _clock.CreateHotObservable(OnNext(210, "ann:view"));

        _clock.Start(() => input.Funnel(x => x, TimeSpan.FromTicks(100), _clock, _ => throw fault)).Messages.AssertEqual(OnError<FunnelSession<string>>(210, fault));
    }

    [Fact]
    public void Agrees_with_a_list()
        => Agrees(Gen.Int[1, 25], silence => (left, _, clock) => left.Funnel(e => e.Key, Ticks(silence), clock, e => e.Value == 0, e => e.Value >= 2, e => e.Value == 1), (silence, events) =>
        {
            Func<int, bool>[] steps = [v => v == 0, v => v >= 2, v => v == 1];
            var sessions = new List<List<Event>>();
            foreach (var e in events.Where(e => !e.IsRight))
            {
                var session = sessions.FindLast(s => s[0].Key == e.Key);
                if (session is null || e.At - session[^1].At >= silence) sessions.Add([e]);
                else session.Add(e);
            }
            return sessions.OrderBy(s => Array.LastIndexOf(events, s[^1])).Select(s =>
            {
                var reached = new List<long>();
                foreach (var e in s)
                    if (reached.Count < steps.Length && steps[reached.Count](e.Value)) reached.Add(e.At);
                return (s[^1].At + silence, Session(s[0].Key, s[0].At, s[^1].At, [.. reached]));
            }).OrderBy(r => r.Item1);
        });

    [Fact]
    public void Refuses_a_funnel_without_steps_and_a_silence_that_is_not_positive()
    {
        FluentActions.Invoking(() => System.Reactive.Linq.Observable.Empty<int>().Funnel(x => x, TimeSpan.Zero, _clock, _ => true)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("silence");
        FluentActions.Invoking(() => System.Reactive.Linq.Observable.Empty<int>().Funnel(x => x, TimeSpan.FromTicks(1), _clock)).Should().Throw<ArgumentException>().WithParameterName("steps");
    }

    private IObservable<FunnelSession<string>> Funnel(IObservable<string> input)
        => input.Funnel(x => x.Split(':')[0], TimeSpan.FromTicks(100), _clock, x => x.EndsWith("view", StringComparison.Ordinal), x => x.EndsWith("cart", StringComparison.Ordinal), x => x.EndsWith("pay", StringComparison.Ordinal));

    private static FunnelSession<string> Session(string key, long start, long last, params long[] steps)
        => new(key, new(start, TimeSpan.Zero), new(last, TimeSpan.Zero), [.. steps.Select(s => new DateTimeOffset(s, TimeSpan.Zero))]);
}
