using System.Reactive.Linq;
using CsCheck;
using KafkaOracle.Reactive.Testing;
using KafkaOracle.Reactive.Tests.Operators;
using static KafkaOracle.Reactive.Testing.ReactiveTest;
using static KafkaOracle.Reactive.Tests.Operators.OnLane;

namespace KafkaOracle.Reactive.Tests.Joins;

public sealed class JoinTableTests
{
    private readonly TestScheduler _clock = new();

    [Fact]
    public void Finds_the_version_that_holds_at_the_time_of_each_element()
    {
        var prices = _clock.CreateHotObservable(OnNext(210, Version("a", 1, 210)), OnNext(220, Version("a", 2, 300)), OnNext(400, Deleted("a", 350)));
        var orders = _clock.CreateHotObservable(OnNext(209, "a"), OnNext(250, "a"), OnNext(299, "a"), OnNext(300, "a"), OnNext(399, "a"), OnNext(400, "a"), OnNext(410, "b"));

        var output = _clock.Start(() => orders.LeftJoinTable(prices, x => x, TimeSpan.FromTicks(500), (x, price) => $"{x} for {price}", x => $"{x} without a price", _clock));

        output.Messages.AssertEqual(
            OnNext(210, "a without a price"), OnNext(251, "a for 1"), OnNext(300, "a for 1"), OnNext(301, "a for 2"), OnNext(400, "a for 2"), OnNext(401, "a without a price"), OnNext(411, "b without a price"));
    }

    [Fact]
    public void Looks_up_the_time_that_an_element_asks_for()
    {
        var prices = _clock.CreateHotObservable(OnNext(210, Version("a", 1, 100)), OnNext(220, Version("a", 2, 200)));
        var orders = _clock.CreateHotObservable(OnNext(300, 99L), OnNext(310, 100L), OnNext(320, 199L), OnNext(330, 200L));

        var output = _clock.Start(() => orders.JoinTable(prices, _ => "a", TimeSpan.FromTicks(500), (at, price) => $"{price} at {at}", _clock, at => new(at, TimeSpan.Zero)));

        output.Messages.AssertEqual(OnNext(311, "1 at 100"), OnNext(321, "1 at 199"), OnNext(331, "2 at 200"));
    }

    [Fact]
    public void Forgets_a_version_when_its_retention_has_passed_since_it_arrived()
    {
        var prices = _clock.CreateHotObservable(OnNext(210, Version("a", 1, 0)), OnNext(230, Version("b", 5, 0)));
        var orders = _clock.CreateHotObservable(OnNext(310, "a"), OnNext(311, "a"), OnNext(312, "b"));

        _clock.Start(() => orders.JoinTable(prices, x => x, TimeSpan.FromTicks(100), (x, price) => $"{x} for {price}", _clock)).Messages.AssertEqual(OnNext(311, "a for 1"), OnNext(313, "b for 5"));
    }

    [Fact]
    public void Agrees_with_a_list()
        => Agrees(Gen.Select(Gen.Int[0, 60], Gen.Int[0, 10]), p => (left, right, clock) => left.LeftJoinTable(
                right.Select(r => new TableVersion<string, Event>(r.Key, r, new(From(r), TimeSpan.Zero), r.Value == 4)), l => l.Key, Ticks(p.Item1), (l, r) => $"{l} {r}", l => $"{l}", clock, l => new(l.At - p.Item2, TimeSpan.Zero)),
            (p, events) => events.Where(l => !l.IsRight).Select(l =>
            {
                var version = events.Where(r => r.IsRight && r.Key == l.Key && r.At <= l.At && r.At >= l.At - p.Item1 && From(r) <= l.At - p.Item2).OrderBy(From).LastOrDefault();
                return (l.At + 1, version == default || version.Value == 4 ? $"{l}" : $"{l} {version}");
            }));

    [Fact]
    public void Keeps_no_more_versions_of_a_key_than_arrived_within_twice_the_retention()
    {
        var table = new VersionedTable<int, int>(retention: 100);

        for (var at = 0; at < 100_000; at++) table.Add(new(0, at, new(at, TimeSpan.Zero)), at);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var at = 100_000; at < 200_000; at++) table.Add(new(0, at, new(at, TimeSpan.Zero)), at);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(500_000, "the list no longer grows; 100,000 more versions would take 3,200,000");
        table.TryFind(0, 150_000, 199_999, out _).Should().BeFalse();
        table.TryFind(0, 199_950, 199_999, out var found).Should().BeTrue();
        found.Should().Be(199_950);
    }

    [Fact]
    public void Refuses_a_retention_that_is_negative()
        => FluentActions.Invoking(() => Observable.Empty<int>().JoinTable(Observable.Empty<TableVersion<int, int>>(), x => x, TimeSpan.FromTicks(-1), (l, r) => l + r, _clock)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("retention");

    // Some announced ahead, some backdated.
    private static long From(Event version) => version.At + ((version.Value - 2) * 6);

    private static TableVersion<string, int> Version(string key, int value, long from) => new(key, value, new(from, TimeSpan.Zero));

    private static TableVersion<string, int> Deleted(string key, long from) => new(key, 0, new(from, TimeSpan.Zero), IsDeleted: true);
}
