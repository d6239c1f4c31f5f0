using static KafkaOracle.Reactive.Testing.Tests.Pipelines.Orders;

namespace KafkaOracle.Reactive.Testing.Tests.Pipelines;

/// <summary>Lanes per partition in a test: each has a clock, eras and lives of its own.</summary>
public sealed class PerPartitionTests
{
    private static PipelineTest Test(int partitions = 2)
        => new(SumsByMinute().With(o => o.Lanes = Lanes.PerPartition), partitions);

    [Fact]
    public void Each_lane_goes_by_the_messages_of_its_partition()
    {
        using var test = Test();
        test.Send("orders", At(10), "a", "1", partition: 0);
        test.Send("orders", At(30), "b", "2", partition: 1);
        test.Send("orders", At(70), "a", "4", partition: 0);

        test.Rows(Sums).Should().Equal("a 12:00 1");
        test.Watermark.Should().Be(At(30), "the lane of partition 1 is there");
        test.Send("orders", At(190), "b", "8", partition: 1);
        test.Rows(Sums).Should().Equal("a 12:00 1", "b 12:00 2");
        test.Era.Should().Be(Noon, "the lane of partition 0 is in its first era");
        test.Ledger.Select(r => r.EraStart).Should().Equal(Noon, At(120));
        test.Messages.Read.Should().Be(4);

        test.AdvanceTo(At(240));
        test.Rows(Sums).Should().Equal("a 12:00 1", "b 12:00 2", "a 12:01 4", "b 12:03 8");
    }

    [Fact]
    public void A_lane_is_taken_over_by_itself_and_the_former_one_is_fenced()
    {
        using var test = Test();
        test.Send("orders", At(10), "a", "1", partition: 0);
        test.Send("orders", At(10), "b", "2", partition: 1);

        test.Rebalance(partition: 1);
        test.Send("orders", At(70), "b", "4", partition: 1);

        (test.Restarts, test.Fenced).Should().Be((1, 1));
        test.Rows(Sums).Should().Equal("b 12:00 2");
        test.Invoking(t => t.Rebalance(2)).Should().Throw<ArgumentException>().WithMessage("*no lane of its own for partition 2*");
    }

    [Fact]
    public void A_partition_that_is_new_gets_a_lane()
    {
        using var test = Test(1);
        test.Send("orders", At(190), "a", "1", partition: 0);
        test.Grow("orders", 2);

        test.Send("orders", At(10), "b", "2", partition: 1);
        test.AdvanceTo(At(300));

        test.Rejects.Should().BeEmpty("another lane's clock makes nothing late");
        test.Rows(Sums).Should().BeEquivalentTo("a 12:03 1", "b 12:00 2");
        test.Drill(new() { RandomRuns = 20 });
    }

    [Theory]
    [InlineData(CommitFault.Before)]
    [InlineData(CommitFault.After)]
    public void Crashes_and_the_drill_change_nothing(CommitFault fault)
    {
        using var test = Test(3);
        for (var i = 0; i < 12; i++)
        {
            if (i == 5) test.FailNextCommit(fault);
            if (i == 7) test.CrashAndRestart();
            test.Send("orders", At(20 * i), $"{(char)('a' + (i % 4))}", $"{1 << i}", partition: i % 3);
        }
        test.Idle("orders", 1);
        test.AdvanceTo(At(300));

        test.Restarts.Should().Be(4, "one lane by the commit, and each of the three by the crash");
        test.Rows(Sums).Should().HaveCount(12);
        test.Drill(new() { RandomRuns = 30 });
    }
}
