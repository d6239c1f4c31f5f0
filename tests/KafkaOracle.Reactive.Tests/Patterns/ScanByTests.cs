using CsCheck;
using KafkaOracle.Reactive.Testing;
using static KafkaOracle.Reactive.Testing.ReactiveTest;
using static KafkaOracle.Reactive.Tests.Operators.OnLane;

namespace KafkaOracle.Reactive.Tests.Patterns;

public sealed class ScanByTests
{
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Folds_each_key_by_itself_and_forgets_one_that_was_silent()
    {
        var input = _clock.CreateHotObservable(OnNext(210, 1), OnNext(220, -1), OnNext(230, 2), OnNext(329, 3), OnNext(429, 4), OnCompleted<int>(440));

        var output = _clock.Start(() => input.ScanBy(Math.Sign, 0, (sum, x) => sum + x, TimeSpan.FromTicks(100), _clock));

        output.Messages.AssertEqual(OnNext(210, Of(1, 1)), OnNext(220, Of(-1, -1)), OnNext(230, Of(1, 3)), OnNext(329, Of(1, 6)), OnNext(429, Of(1, 4)), OnCompleted<KeyValuePair<int, int>>(440));

        static KeyValuePair<int, int> Of(int key, int sum) => new(key, sum);
    }

    [Fact]
    public void Passes_an_error_of_the_fold_on()
    {
        var fault = new InvalidOperationException("no sum");
        var input = _clock.CreateHotObservable(OnNext(210, 1));

        _clock.Start(() => input.ScanBy<int, int, int>(x => x, 0, (_, _) => throw fault, TimeSpan.FromTicks(100), _clock)).Messages.AssertEqual(OnError<KeyValuePair<int, int>>(210, fault));
    }

    [Fact]
    public void Agrees_with_a_list()
        => Agrees(Gen.Int[1, 25], expiry => (left, _, clock) => left.ScanBy(e => e.Key, "", (text, e) => text + e.Value, Ticks(expiry), clock), (expiry, events) =>
        {
            var left = events.Where(e => !e.IsRight).ToArray();
            return left.Select((e, i) =>
            {
                var (text, next) = (e.Value.ToString(), e.At);
                foreach (var before in left.Take(i).Reverse().Where(x => x.Key == e.Key).TakeWhile(x => Reaches(x.At))) text = before.Value + text;
                return (e.At, new KeyValuePair<string, string>(e.Key, text));

                bool Reaches(long at)
                {
                    var reaches = next - at < expiry;
                    next = at;
                    return reaches;
                }
            });
        });

    [Fact]
    public void Refuses_an_expiry_that_is_not_positive()
        => FluentActions.Invoking(() => System.Reactive.Linq.Observable.Empty<int>().ScanBy(x => x, 0, (n, _) => n, TimeSpan.Zero, _clock)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("expiry");
}
