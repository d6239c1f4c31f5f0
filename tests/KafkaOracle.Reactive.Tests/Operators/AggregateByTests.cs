using System.Reactive.Linq;
using System.Reactive.Subjects;
using KafkaOracle.Reactive.Testing;
using static KafkaOracle.Reactive.Testing.ReactiveTest;

namespace KafkaOracle.Reactive.Tests.Operators;

public sealed class AggregateByTests
{
    private static readonly Aggregate<Item, string> Ids = Aggregates.Collect<Item>().Select(items => string.Join(",", items.Select(i => i.Id)));
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Counts_an_element_in_every_window_that_holds_it()
    {
        var output = Run(Windows.Hopping(Ticks(100), Ticks(50)), [new(210, "a", 210, 1), new(260, "a", 260, 2)]);

        output.Should().Equal((250, Result("a", 150, 250, "1")), (300, Result("a", 200, 300, "1,2")), (350, Result("a", 250, 350, "2")));
    }

    [Fact]
    public void Leaves_out_what_lies_between_windows()
    {
        var output = Run(Windows.Hopping(Ticks(10), Ticks(100)), [new(205, "a", 205, 1), new(210, "a", 210, 2), new(303, "a", 303, 3)]);

        output.Should().Equal((210, Result("a", 200, 210, "1")), (310, Result("a", 300, 310, "3")));
    }

    [Fact]
    public void Emits_at_one_instant_by_end_then_start_then_first_occurrence()
    {
        var output = Run(Windows.Hopping(Ticks(100), Ticks(50)), [new(260, "b", 260, 1), new(270, "a", 270, 2), new(310, "c", 310, 3), new(320, "a", 320, 4)]);

        output.Select(o => (o.Time, o.Window.Start.Ticks, o.Window.Key)).Should().Equal(
            (300, 200, "b"), (300, 200, "a"), (350, 250, "b"), (350, 250, "a"), (350, 250, "c"), (400, 300, "c"), (400, 300, "a"));
    }

    [Fact]
    public void Keeps_the_order_of_first_occurrence_over_thousands_of_keys_and_from_window_to_window()
    {
        var random = new Random(1);
        var clock = new TestScheduler();
        var source = new Subject<int>();
        var seen = new List<int>();
        using var subscription = source.AggregateBy(k => k, Windows.Tumbling(Ticks(1000)), Aggregates.Count<int>(), clock).Subscribe(w => seen.Add(w.Key));
        for (var window = 0; window < 5; window++)
        {
            clock.AdvanceTo((window * 1000) + 1);
            var keys = Enumerable.Range(0, window % 2 == 0 ? 20_000 : 300).Select(_ => random.Next(50_000)).ToArray();
            foreach (var key in keys) source.OnNext(key);
            seen.Clear();
            clock.AdvanceTo((window + 1) * 1000);

            seen.Should().Equal(keys.Distinct());
        }
    }

    [Fact]
    public void Emits_early_results_of_keys_that_have_changed_and_counts_revisions()
    {
        var output = Run(Windows.Tumbling(Ticks(100)), [new(210, "a", 210, 1), new(215, "b", 215, 2), new(240, "a", 240, 3), new(299, "b", 299, 4)], Emit.Early(Ticks(30)));

        output.Should().Equal(
            (240, Result("a", 200, 300, "1")), (240, Result("b", 200, 300, "2")),
            (270, Result("a", 200, 300, "1,3", 1)), (300, Result("b", 200, 300, "2,4", 1)));
    }

    [Fact]
    public void Corrects_a_result_at_once_for_a_late_element_within_the_grace()
    {
        var late = new List<Item>();
        var output = RunAt(Windows.Tumbling(Ticks(100)), [new(210, "a", 210, 1), new(320, "a", 290, 2), new(330, "b", 295, 3), new(360, "a", 280, 4)], Emit.Revisions(Ticks(50)), late);

        output.Should().Equal((300, Result("a", 200, 300, "1")), (320, Result("a", 200, 300, "1,2", 1)), (330, Result("b", 200, 300, "3")));
        late.Select(i => i.Id).Should().Equal(4);
    }

    [Fact]
    public void Waits_out_the_grace_where_there_is_to_be_one_result()
    {
        var output = RunAt(Windows.Tumbling(Ticks(100)), [new(210, "a", 210, 1), new(320, "a", 290, 2)], Emit.FinalAfter(Ticks(50)));

        output.Should().Equal((350, Result("a", 200, 300, "1,2")));
    }

    [Fact]
    public void A_session_reaches_from_its_first_element_to_a_gap_after_its_last()
    {
        var output = Run(Windows.Session(Ticks(50)), [new(210, "a", 210, 1), new(250, "a", 250, 2), new(260, "b", 260, 3), new(300, "a", 300, 4)]);

        output.Should().Equal((300, Result("a", 210, 300, "1,2")), (310, Result("b", 260, 310, "3")), (350, Result("a", 300, 350, "4")));
    }

    [Fact]
    public void A_session_ends_when_it_is_as_long_as_it_may_be()
    {
        var output = Run(Windows.Session(Ticks(50), Ticks(90)), [new(210, "a", 210, 1), new(250, "a", 250, 2), new(290, "a", 290, 3), new(310, "a", 310, 4)]);

        output.Should().Equal((300, Result("a", 210, 300, "1,2,3")), (360, Result("a", 310, 360, "4")));
    }

    [Fact]
    public void A_late_element_that_joins_two_sessions_takes_the_later_one_back()
    {
        var output = RunAt(Windows.Session(Ticks(50)), [new(210, "a", 210, 1), new(290, "a", 290, 2), new(345, "a", 255, 3)], Emit.Revisions(Ticks(100)));

        output.Should().Equal(
            (260, Result("a", 210, 260, "1")), (340, Result("a", 290, 340, "2")),
            (345, Result("a", 290, 340, "2", 1) with { IsRetraction = true }), (345, Result("a", 210, 340, "1,3,2", 1)));
    }

    [Fact]
    public void A_late_element_that_moves_the_start_of_a_session_takes_the_former_one_back()
    {
        var output = RunAt(Windows.Session(Ticks(50)), [new(290, "a", 290, 1), new(345, "a", 255, 2)], Emit.Revisions(Ticks(100)));

        output.Should().Equal(
            (340, Result("a", 290, 340, "1")),
            (345, Result("a", 290, 340, "1", 1) with { IsRetraction = true }), (345, Result("a", 255, 340, "1,2")));
    }

    [Fact]
    public void Emits_what_is_open_when_the_source_completes_and_drops_it_on_an_error()
    {
        var fault = new InvalidOperationException("broken");
        foreach (var windows in new[] { Windows.Tumbling(Ticks(100)), Windows.Session(Ticks(50)) })
        {
            Messages(OnCompleted<Item>(230)).Should().HaveCount(2);
            Messages(OnError<Item>(230, fault)).Should().Equal(OnError<KeyedWindow<string, long>>(230, fault));

            IEnumerable<Recorded<System.Reactive.Notification<KeyedWindow<string, long>>>> Messages(Recorded<System.Reactive.Notification<Item>> end)
            {
                var clock = new TestScheduler();
                var input = clock.CreateHotObservable(OnNext(210, new Item(210, "a", 210, 1)), end);
                return clock.Start(() => input.AggregateBy(i => i.Key, windows, Aggregates.Count<Item>(), clock)).Messages;
            }
        }
    }

    [Fact]
    public void Hands_on_what_the_key_the_aggregate_or_its_result_throw()
    {
        var fault = new InvalidOperationException("mine");
        Fails(_ => throw fault, Aggregates.Count<int>(), 210);
        Fails(_ => 0, Aggregates.Sum((Func<int, long>)(_ => throw fault)), 210);
        Fails(_ => 0, Aggregates.Count<int>().Select<long>(_ => throw fault), 300);

        void Fails(Func<int, int> key, Aggregate<int, long> aggregate, long at)
        {
            var clock = new TestScheduler();
            var input = clock.CreateHotObservable(OnNext(210, 1), OnNext(220, 2));
            clock.Start(() => input.AggregateBy(key, Windows.Tumbling(Ticks(100)), aggregate, clock)).Messages.Should().Equal(OnError<KeyedWindow<int, long>>(at, fault));
        }
    }

    [Fact]
    public void A_result_may_come_back_as_an_element()
    {
        var source = new Subject<int>();
        var seen = new List<string>();
        using var subscription = source.AggregateBy(k => k, Windows.Tumbling(Ticks(100)), Aggregates.Count<int>(), _clock)
            .Subscribe(w =>
            {
                seen.Add($"{w.Key}:{w.Value}@{_clock.Clock}");
                if (w.Key < 3) source.OnNext(w.Key + 1);
            });
        _clock.AdvanceTo(10);
        source.OnNext(1);
        source.OnNext(2);
        _clock.AdvanceTo(1000);

        seen.Should().Equal("1:1@100", "2:1@100", "2:1@200", "3:1@200", "3:1@300");
    }

    [Fact]
    public void Agrees_with_a_list_for_windows_that_are_the_same_for_all_keys()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            long size = random.Next(5, 60), hop = random.Next(3) == 0 ? size : random.Next(5, 80), offset = random.Next(3) == 0 ? random.Next(-30, 30) : 0;
            var brings = random.Next(2) == 0;
            long grace = brings && random.Next(3) > 0 ? random.Next(40) : 0, every = random.Next(2) == 0 ? random.Next(3, 30) : 0;
            var revises = every > 0 || random.Next(2) == 0;
            var emit = every > 0 ? Emit.Early(Ticks(every), Ticks(grace)) : revises ? Emit.Revisions(Ticks(grace)) : Emit.FinalAfter(Ticks(grace));
            var items = Items(random, brings ? 60 : 0);
            var expected = NaiveWindows.Aligned(items, at => NaiveWindows.Hopping(at, size, hop, offset), every, grace, revises, 2000);
            var windows = Windows.Hopping(Ticks(size), Ticks(hop), Ticks(offset));

            var output = brings ? RunAt(windows, items, emit) : Run(windows, items, emit);

            output.Lines().Should().Equal(expected.Lines(), $"seed {seed}: size {size}, hop {hop}, offset {offset}, grace {grace}, every {every}, revises {revises}, brings {brings}");
        }
    }

    [Fact]
    public void Agrees_with_a_list_for_sessions()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            long gap = random.Next(3, 60), limit = random.Next(2) == 0 ? gap + random.Next(100) : 1_000_000;
            var items = Items(random, 0);

            var output = Run(limit == 1_000_000 ? Windows.Session(Ticks(gap)) : Windows.Session(Ticks(gap), Ticks(limit)), items);

            output.Lines().Should().Equal(NaiveWindows.Sessions(items, gap, limit).Lines(), $"seed {seed}: gap {gap}, longest {limit}");
        }
    }

    [Fact]
    public void Revisions_of_sessions_leave_a_table_of_the_sessions_of_all_elements_that_were_not_too_late()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            long gap = random.Next(3, 40), every = random.Next(2) == 0 ? random.Next(3, 30) : 0;
            var grace = random.Next(4) == 0 ? random.Next(30) : 500;
            var items = Items(random, 80);
            var late = new List<Item>();
            var revisions = new Dictionary<(string, DateTimeOffset), int>();
            var table = new Dictionary<(string, DateTimeOffset), string>();

            foreach (var (_, row) in RunAt(Windows.Session(Ticks(gap)), items, every > 0 ? Emit.Early(Ticks(every), Ticks(grace)) : Emit.Revisions(Ticks(grace)), late))
            {
                var id = (row.Key, row.Start);
                row.Revision.Should().Be(revisions.GetValueOrDefault(id), $"seed {seed}, {row}");
                revisions[id] = row.IsRetraction ? 0 : row.Revision + 1;
                if (row.IsRetraction) table.Remove(id);
                else table[id] = $"{row.End.Ticks}: {string.Join(",", row.Value.Split(',').Select(int.Parse).Order())}";
            }

            var ordered = items.Except(late).OrderBy(i => i.At).ThenBy(i => i.Id).ToList();
            var expected = NaiveWindows.Sessions(ordered, gap, 1_000_000)
                .ToDictionary(s => (s.Window.Key, s.Window.Start), s => $"{s.Window.End.Ticks}: {string.Join(",", s.Window.Value.Split(',').Select(int.Parse).Order())}");
            if (grace == 500) table.Should().BeEquivalentTo(expected, $"seed {seed}: gap {gap}, every {every}, grace {grace}");
            else table.Values.SelectMany(v => v.Split(": ")[1].Split(',')).Should().BeEquivalentTo(items.Except(late).Select(i => $"{i.Id}"), $"seed {seed}: gap {gap}, every {every}, grace {grace}");
        }
    }

    [Fact]
    public void Refuses_what_cannot_work()
    {
        var source = Observable.Empty<Item>();
        FluentActions.Invoking(() => source.AggregateBy(i => i.Key, Windows.Tumbling(Ticks(1)), Ids, _clock, Emit.Revisions(Ticks(1)))).Should().Throw<ArgumentException>().WithParameterName("emit");
        FluentActions.Invoking(() => source.AggregateBy(i => i.Key, i => EventTime.At(i.At), Windows.Session(Ticks(1)), Aggregates.Fold<Item, int>(0, (n, _) => n), _clock)).Should().Throw<ArgumentException>().WithParameterName("aggregate");
        FluentActions.Invoking(() => Emit.Early(TimeSpan.Zero)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("every");
        FluentActions.Invoking(() => Emit.Revisions(Ticks(-1))).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("grace");
    }

    private static TimeSpan Ticks(long ticks) => TimeSpan.FromTicks(ticks);

    private static KeyedWindow<string, string> Result(string key, long start, long end, string value, int revision = 0) => NaiveWindows.Result(key, start, end, value, revision);

    // In order of arrival; no two at one tick, where the test scheduler would run the element before the timers.
    private static List<Item> Items(Random random, int disorder)
    {
        var time = 200L;
        return [.. Enumerable.Range(1, 60).Select(id => (Id: id, Comes: time += random.Next(1, 15))).Select(e => new Item(e.Comes, "k" + random.Next(4), e.Comes - random.Next(disorder + 1), e.Id))];
    }

    private static List<(long Time, KeyedWindow<string, string> Window)> Run(Windows windows, IReadOnlyList<Item> items, Emit? emit = null)
        => Run(items, (source, clock) => source.AggregateBy(i => i.Key, windows, Ids, clock, emit));

    private static List<(long Time, KeyedWindow<string, string> Window)> RunAt(Windows windows, IReadOnlyList<Item> items, Emit? emit = null, List<Item>? late = null)
        => Run(items, (source, clock) => source.AggregateBy(i => i.Key, i => EventTime.At(i.At), windows, Ids, clock, emit, System.Reactive.Observer.Create<Item>(i => late?.Add(i))));

    private static List<(long Time, KeyedWindow<string, string> Window)> Run(IReadOnlyList<Item> items, Func<IObservable<Item>, TestScheduler, IObservable<KeyedWindow<string, string>>> query)
    {
        var clock = new TestScheduler();
        var output = clock.Start(() => query(clock.CreateHotObservable([.. items.Select(i => OnNext(i.Comes, i))]), clock), 2000);
        return [.. output.Messages.Select(m => (m.Time, m.Value.Value))];
    }
}
