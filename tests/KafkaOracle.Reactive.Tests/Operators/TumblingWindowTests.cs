using KafkaOracle.Reactive.Testing;
using static KafkaOracle.Reactive.Testing.ReactiveTest;

namespace KafkaOracle.Reactive.Tests.Operators;

public sealed class TumblingWindowTests
{
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Emits_each_key_once_when_its_window_ends()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "b"), OnNext(220, "a"), OnNext(299, "b"), OnNext(310, "a"));

        var output = _clock.Start(() => Count(input, 100));

        output.Messages.AssertEqual(OnNext(300, Window("b", 200, 2)), OnNext(300, Window("a", 200, 1)), OnNext(400, Window("a", 300, 1)));
    }

    [Fact]
    public void Counts_an_element_at_the_end_of_a_window_to_the_next()
    {
        var input = _clock.CreateHotObservable(OnNext(250, "a"), OnNext(300, "a"), OnNext(399, "a"));

        var output = _clock.Start(() => Count(input, 100));

        output.Messages.AssertEqual(OnNext(300, Window("a", 200, 1)), OnNext(400, Window("a", 300, 2)));
    }

    [Fact]
    public void Emits_the_open_window_when_the_source_completes()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "a"), OnCompleted<string>(230));

        var output = _clock.Start(() => Count(input, 100));

        output.Messages.AssertEqual(OnNext(230, Window("a", 200, 1)), OnCompleted<KeyedWindow<string, int>>(230));
    }

    [Fact]
    public void Drops_the_open_window_on_an_error()
    {
        var fault = new InvalidOperationException("broken");
        var input = _clock.CreateHotObservable(OnNext(210, "a"), OnError<string>(230, fault));

        var output = _clock.Start(() => Count(input, 100));

        output.Messages.AssertEqual(OnError<KeyedWindow<string, int>>(230, fault));
    }

    [Fact]
    public void Has_no_timer_left_when_it_is_disposed()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "a"));

        var output = _clock.Start(() => Count(input, 100), 250);

        output.Messages.AssertEqual();
    }

    [Fact]
    public void Agrees_with_grouping_a_list()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var clock = new TestScheduler();
            var size = random.Next(5, 60);
            var time = 200L;
            var elements = Enumerable.Range(0, 80).Select(_ => (At: time += random.Next(1, 12), Key: "k" + random.Next(4))).Where(e => e.At % size != 0).ToArray();
            var expected = elements.GroupBy(e => e.At / size * size).SelectMany(w => w.GroupBy(e => e.Key).Select(g => OnNext(w.Key + size, Window(g.Key, w.Key, g.Count(), size))));

            var output = clock.Start(() => clock.CreateHotObservable([.. elements.Select(e => OnNext(e.At, e.Key))]).TumblingWindow(x => x, TimeSpan.FromTicks(size), 0, (n, _) => n + 1, clock), 10_000);

            output.Messages.Should().Equal(expected, $"seed {seed}, size {size}");
        }
    }

    private IObservable<KeyedWindow<string, int>> Count(IObservable<string> input, int size)
        => input.TumblingWindow(x => x, TimeSpan.FromTicks(size), 0, (n, _) => n + 1, _clock);

    private static KeyedWindow<string, int> Window(string key, long start, int count, int size = 100)
        => new(key, new(start, TimeSpan.Zero), new(start + size, TimeSpan.Zero), count);
}
