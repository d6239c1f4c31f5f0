using System.Reactive.Linq;
using KafkaOracle.Reactive.Testing;
using static KafkaOracle.Reactive.Testing.ReactiveTest;

namespace KafkaOracle.Reactive.Tests.Operators;

public sealed class WindowTests
{
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Opens_a_window_with_its_first_element_and_completes_it_at_its_end()
    {
        var output = Run(Windows.Tumbling(TimeSpan.FromTicks(100)), OnNext(210, "a"), OnNext(299, "b"), OnNext(510, "c"), OnCompleted<string>(530));

        output.Should().Equal("210 open 200-300", "210 a in 200", "299 b in 200", "300 close 200-300", "510 open 500-600", "510 c in 500", "530 close 500-600", "530 end");
    }

    [Fact]
    public void Gives_an_element_to_every_window_that_holds_it_in_order_of_start()
    {
        var output = Run(Windows.Hopping(TimeSpan.FromTicks(100), TimeSpan.FromTicks(50)), OnNext(260, "a"), OnNext(310, "b"));

        output.Should().Equal("260 open 200-300", "260 open 250-350", "260 a in 200", "260 a in 250", "300 close 200-300",
            "310 open 300-400", "310 b in 250", "310 b in 300", "350 close 250-350", "400 close 300-400");
    }

    [Fact]
    public void A_session_grows_with_its_elements_up_to_its_longest()
    {
        var output = Run(Windows.Session(TimeSpan.FromTicks(50), TimeSpan.FromTicks(90)), OnNext(210, "a"), OnNext(250, "b"), OnNext(290, "c"), OnNext(320, "d"));

        output.Should().Equal("210 open 210-260", "210 a in 210", "250 b in 210", "290 c in 210", "300 close 210-300", "320 open 320-370", "320 d in 320", "370 close 320-370");
    }

    [Fact]
    public void Fails_the_open_windows_with_the_source()
    {
        var output = Run(Windows.Tumbling(TimeSpan.FromTicks(100)), OnNext(210, "a"), OnError<string>(220, new InvalidOperationException("broken")));

        output.Should().Equal("210 open 200-300", "210 a in 200", "220 broken in 200", "220 broken");
    }

    [Fact]
    public void A_window_that_is_listened_to_outlives_the_outer_subscription()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "a"), OnNext(220, "b"), OnNext(310, "c"));

        var output = _clock.Start(() => input.Window(Windows.Tumbling(TimeSpan.FromTicks(100)), _clock).Take(1).SelectMany(w => w));

        output.Messages.AssertEqual(OnNext(210, "a"), OnNext(220, "b"), OnCompleted<string>(300));
        input.Subscriptions.AssertEqual(Subscribe(200, 300));
    }

    [Fact]
    public void Holds_what_the_fused_aggregate_counts()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var windows = random.Next(3) switch
            {
                0 => Windows.Tumbling(TimeSpan.FromTicks(random.Next(1, 50))),
                1 => Windows.Hopping(TimeSpan.FromTicks(random.Next(1, 80)), TimeSpan.FromTicks(random.Next(1, 50))),
                _ => Windows.Session(TimeSpan.FromTicks(random.Next(1, 20)), TimeSpan.FromTicks(random.Next(20, 100))),
            };
            var clock = new TestScheduler();
            var time = 200L;
            var input = clock.CreateHotObservable([.. Enumerable.Range(0, 60).Select(i => OnNext(time += random.Next(1, 20), i))]);

            var fused = clock.CreateObserver<string>();
            input.AggregateBy(_ => 0, windows, Aggregates.Sum((int i) => i), clock).Select(w => $"{w.Start.Ticks}-{w.End.Ticks}: {w.Value}").Subscribe(fused);
            var split = clock.CreateObserver<string>();
            input.Window(windows, clock).SelectMany(w => w.Sum().Select(sum => $"{w.Start.Ticks}-{w.End.Ticks}: {sum}")).Subscribe(split);
            clock.Start();

            split.Messages.Should().Equal(fused.Messages, $"seed {seed}, {windows}").And.NotBeEmpty();
        }
    }

    private List<string> Run(Windows windows, params Recorded<System.Reactive.Notification<string>>[] messages)
    {
        var log = new List<string>();
        void Note(string text) => log.Add($"{_clock.Clock} {text}");
        using var subscription = _clock.CreateHotObservable(messages).Window(windows, _clock).Subscribe(
            w =>
            {
                Note($"open {w.Start.Ticks}-{w.End.Ticks}");
                w.Subscribe(x => Note($"{x} in {w.Start.Ticks}"), e => Note($"{e.Message} in {w.Start.Ticks}"), () => Note($"close {w.Start.Ticks}-{w.End.Ticks}"));
            },
            e => Note(e.Message),
            () => Note("end"));
        _clock.Start();
        return log;
    }
}
