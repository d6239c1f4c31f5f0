using System.Globalization;

namespace KafkaOracle.Reactive.Tests.Pipelines;

/// <summary>What waits to be put in order is bounded, however far the partitions lie apart in event time.</summary>
public sealed class ReadAheadTests : IAsyncDisposable
{
    private readonly RunRig _rig = new(partitions: 3, slabMessages: 10);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_partition_that_is_ahead_is_not_read_on_until_the_others_have_followed()
    {
        _rig.Options.MaxBuffered = 100;
        foreach (var i in Enumerable.Range(1, 1000)) _rig.Send(0, $"a{i}@{i}");
        _rig.Send(1, "b@1");
        var run = _rig.Start();
        await _rig.ReadAsync();                                 // nobody reads further than this by itself

        run.Status.Messages.Read.Should().BeInRange(101, 112, "the slab that made it full is the last");
        run.Status.Buffered.Should().BeInRange(101, 111);

        _rig.Send(1, "b@500");
        _rig.Send(2, "c@2000");
        await _rig.ReadAsync();
        run.Status.Messages.Read.Should().BeInRange(600, 620);
        _rig.Send(1, "b@2000");
        await _rig.ReadAndCommittedAsync();

        run.Status.Messages.Read.Should().Be(1004);
        _rig.Rows.Should().HaveCount(1001).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_partition_that_has_no_message_holds_the_others_until_it_is_idle()
    {
        _rig.Options.MaxBuffered = 10;
        foreach (var i in Enumerable.Range(1, 1000)) _rig.Send(0, $"a{i}@{i}");
        var run = _rig.Start();
        await _rig.ReadAsync();
        run.Status.Messages.Read.Should().BeInRange(11, 21);

        _rig.Time.Advance(_rig.Options.IdleAfter);
        await Soon.Until(() => run.Status.Messages.Read == 1000);
        await Soon.Within(run.DrainAsync());

        _rig.Rows.Should().HaveCount(999);
    }

    [Theory]
    [InlineData(RunUntil.EndOfLog)]
    [InlineData(RunUntil.EndOfLogClosed)]
    public async Task Rows_are_the_same_whatever_the_bound(RunUntil until)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("KAFKAORACLE_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var set) ? set : Random.Shared.Next(1_000_000);
        for (var round = 0; round < 60; round++)
        {
            var because = $"KAFKAORACLE_SEED={seed + round} does it again";
            var (bound, free) = (await RowsAsync(seed + round, bounded: true, until), await RowsAsync(seed + round, bounded: false, until));
            bound.Should().Equal(free, because);
            if (until == RunUntil.EndOfLogClosed) bound.Should().NotBeEmpty(because);
        }
    }

    private static async Task<string?[]> RowsAsync(int seed, bool bounded, RunUntil until)
    {
        var random = new Random(seed);
        await using var rig = new RunRig(3, slabMessages: 1 + random.Next(20));
        var most = 1 + random.Next(40);
        if (bounded) rig.Options.MaxBuffered = most;
        // Each partition has a pace of its own, and some begin late or have nothing.
        for (var p = 0; p < 3; p++)
        {
            var (pace, at) = (1 + random.Next(40), random.Next(3) * 300);
            foreach (var i in Enumerable.Range(0, (p == 0 ? 1 : 0) + random.Next(4) * 60)) rig.Send(p, $"{p}-{i}@{at += random.Next(pace)}");
        }
        await rig.RunToEndAsync(until: until);
        return [.. rig.Rows];
    }
}
