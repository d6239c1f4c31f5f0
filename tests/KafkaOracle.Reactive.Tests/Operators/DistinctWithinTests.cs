using KafkaOracle.Reactive.Testing;
using static KafkaOracle.Reactive.Testing.ReactiveTest;

namespace KafkaOracle.Reactive.Tests.Operators;

public sealed class DistinctWithinTests
{
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Lets_the_first_of_equal_elements_pass()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "a"), OnNext(220, "b"), OnNext(230, "a"), OnCompleted<string>(400));

        var output = _clock.Start(() => input.DistinctWithin(TimeSpan.FromTicks(100), _clock));

        output.Messages.AssertEqual(OnNext(210, "a"), OnNext(220, "b"), OnCompleted<string>(400));
        input.Subscriptions.AssertEqual(Subscribe(200, 400));
    }

    [Fact]
    public void Forgets_a_key_when_its_expiry_has_passed_since_it_last_occurred()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "a"), OnNext(250, "a"), OnNext(349, "a"), OnNext(449, "a"), OnNext(448 + 99, "a"));

        var output = _clock.Start(() => input.DistinctWithin(x => x, TimeSpan.FromTicks(100), _clock));

        output.Messages.AssertEqual(OnNext(210, "a"), OnNext(449, "a"));
    }

    [Fact]
    public void Passes_an_error_of_the_key_on()
    {
        var fault = new InvalidOperationException("no key");
        var input = _clock.CreateHotObservable(OnNext(210, "a"));

        var output = _clock.Start(() => input.DistinctWithin<string, string>(_ => throw fault, TimeSpan.FromTicks(100), _clock));

        output.Messages.AssertEqual(OnError<string>(210, fault));
    }

    [Fact]
    public void Remembers_what_a_list_of_all_elements_would()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var clock = new TestScheduler();
            var expiry = random.Next(1, 60);
            var time = 200L;
            var elements = Enumerable.Range(0, 80).Select(_ => (At: time += random.Next(1, 12), Key: random.Next(6))).ToArray();
            var expected = elements.Where((e, i) => !elements.Take(i).Any(x => x.Key == e.Key && e.At - x.At < expiry));

            var output = clock.Start(() => clock.CreateHotObservable([.. elements.Select(e => OnNext(e.At, e.Key))]).DistinctWithin(TimeSpan.FromTicks(expiry), clock), 10_000);

            output.Messages.Select(m => (m.Time, m.Value.Value)).Should().Equal(expected, $"seed {seed}, expiry {expiry}");
        }
    }

    [Fact]
    public void Refuses_an_expiry_that_is_not_positive()
        => FluentActions.Invoking(() => System.Reactive.Linq.Observable.Empty<int>().DistinctWithin(TimeSpan.Zero, _clock)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("expiry");
}
