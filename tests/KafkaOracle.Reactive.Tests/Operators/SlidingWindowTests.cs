using System.Reactive.Linq;
using KafkaOracle.Reactive.Testing;
using static KafkaOracle.Reactive.Testing.ReactiveTest;

namespace KafkaOracle.Reactive.Tests.Operators;

public sealed class SlidingWindowTests
{
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Counts_what_came_less_than_the_span_before()
    {
        var input = _clock.CreateHotObservable(OnNext(210, "a"), OnNext(250, "a"), OnNext(260, "b"), OnNext(309, "a"), OnNext(350, "a"), OnCompleted<string>(400));

        var output = _clock.Start(() => input.SlidingWindow(k => k, TimeSpan.FromTicks(100), Aggregates.Count<string>(), (k, n) => $"{k}{n}", _clock));

        output.Messages.AssertEqual(OnNext(210, "a1"), OnNext(250, "a2"), OnNext(260, "b1"), OnNext(309, "a3"), OnNext(350, "a2"), OnCompleted<string>(400));
    }

    [Fact]
    public void Counts_the_last_elements_of_each_key()
    {
        var output = new[] { 1, 2, 3, 10, 20, 4 }.ToObservable().SlidingWindow(x => x >= 10, 2, Aggregates.Sum((int x) => x), (x, sum) => (x, sum)).ToEnumerable();

        output.Should().Equal((1, 1), (2, 3), (3, 5), (10, 10), (20, 30), (4, 7));
    }

    [Fact]
    public void Agrees_with_adding_up_a_list_whether_the_aggregate_merges_or_not()
    {
        var merging = Aggregates.Combine(Aggregates.Count<Item>(), Aggregates.Min((Item i) => i.Id % 17), Aggregates.First((Item i) => i.Id), (n, min, first) => $"{n},{min},{first}");
        var keeping = Aggregates.Collect<Item>().Select(all => $"{all.Count},{all.Min(i => i.Id % 17)},{all[0].Id}");
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var time = 201L;
            var items = Enumerable.Range(1, 100).Select(id => new Item(time += random.Next(12), "k" + random.Next(3), time, id)).ToArray();
            int span = random.Next(1, 150), count = random.Next(1, 20);
            string Naive(int at, Func<Item, bool> counts)
            {
                var own = items.Take(at + 1).Where(i => i.Key == items[at].Key && counts(i)).ToList();
                return $"{own.Count},{own.Min(i => i.Id % 17)},{own[0].Id}";
            }
            var bySpan = items.Select((e, at) => Naive(at, i => i.At > e.At - span));
            var byCount = items.Select((e, at) => Naive(at, i => items.Take(at + 1).Count(x => x.Key == e.Key && x.Id > i.Id) < count));

            foreach (var aggregate in new[] { merging, keeping })
            {
                var clock = new TestScheduler();
                var source = clock.CreateHotObservable([.. items.Select(i => OnNext(i.Comes, i))]);
                var output = clock.Start(() => source.SlidingWindow(i => i.Key, TimeSpan.FromTicks(span), aggregate, (_, text) => text, clock), 10_000);
                output.Messages.Select(m => m.Value.Value).Should().Equal(bySpan, $"seed {seed}, span {span}");
                items.ToObservable().SlidingWindow(i => i.Key, count, aggregate, (_, text) => text).ToEnumerable().Should().Equal(byCount, $"seed {seed}, count {count}");
            }
        }
    }

    [Fact]
    public void Hands_on_what_the_aggregate_throws()
    {
        var fault = new InvalidOperationException("mine");
        var input = _clock.CreateHotObservable(OnNext(210, 1));

        var output = _clock.Start(() => input.SlidingWindow(x => x, 3, Aggregates.Fold<int, int>(0, (_, _) => throw fault), (x, _) => x));

        output.Messages.AssertEqual(OnError<int>(210, fault));
    }

    [Fact]
    public void Refuses_a_span_or_count_that_is_not_positive()
    {
        FluentActions.Invoking(() => Observable.Empty<int>().SlidingWindow(x => x, TimeSpan.Zero, Aggregates.Count<int>(), (x, _) => x, _clock)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("span");
        FluentActions.Invoking(() => Observable.Empty<int>().SlidingWindow(x => x, 0, Aggregates.Count<int>(), (x, _) => x)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("count");
    }
}
