using System.Reactive.Linq;
using static KafkaOracle.Reactive.Testing.Tests.Pipelines.Orders;

namespace KafkaOracle.Reactive.Testing.Tests.Pipelines;

/// <summary>Pipelines with a lane for each partition.</summary>
public sealed class PerPartitionTests
{
    private static readonly Pipeline Divided = SumsByMinute(lateness: 5).With(o => o.Lanes = Lanes.PerPartition);

    [Fact]
    public void Each_lane_has_an_event_time_of_its_own()
    {
        using var test = new PipelineTest(Divided, partitions: 2);
        test.Send("orders", At(10), "a", "1", partition: 0);
        test.Send("orders", At(70), "a", "2", partition: 0);
        test.Send("orders", At(20), "b", "4", partition: 1);

        test.Rows(Sums).Should().Equal("a 12:00 1");
        test.Watermark.Should().Be(At(15));
        test.Messages.Accepted.Should().Be(3);
        test.Ledger.Select(r => r.Watermark).Should().Equal(At(65), At(15));
    }

    [Fact]
    public void One_lane_moves_and_the_former_is_refused_by_the_ledger()
    {
        using var test = new PipelineTest(Divided, partitions: 3);
        for (var p = 0; p < 3; p++) test.Send("orders", At(10), $"k{p}", "1", p);

        test.Rebalance(1);
        for (var p = 0; p < 3; p++) test.Send("orders", At(20), $"k{p}", "2", p);

        (test.Restarts, test.Fenced).Should().Be((1, 1));
        test.AdvanceTo(At(60));
        test.Rows(Sums).Should().BeEquivalentTo("k0 12:00 3", "k1 12:00 3", "k2 12:00 3");
    }

    [Fact]
    public void A_single_lane_moves_as_a_whole()
    {
        using var test = new PipelineTest(SumsByMinute(), partitions: 3);

        test.Invoking(t => t.Rebalance(1)).Should().Throw<InvalidOperationException>().WithMessage("*Lanes.PerPartition*");
    }

    [Fact]
    public void Lanes_stand_the_drill()
    {
        using var test = new PipelineTest(Divided, partitions: 3);
        for (var i = 0; i < 9; i++)
        {
            test.Send("orders", At(i * 17 % 100), $"k{i % 2}", i == 4 ? "?" : $"{i}", i % 3);
            if (i == 5) test.Idle("orders", 1);
            if (i == 6) test.AdvanceTo(At(90));
            if (i == 7) test.Grow("orders", 4);
        }
        test.Send("orders", At(200), "k0", "1", 3);
        test.CloseWindows();

        test.Drill();
    }

    [Fact]
    public void The_drill_finds_what_lanes_share()
    {
        var seen = 0;
        using var test = new PipelineTest(Define(lane => lane.Into(Rows, InEventTime(lane).Select(o => $"{o.Value} {seen++}")), new() { Lanes = Lanes.PerPartition }), partitions: 2);
        for (var i = 0; i < 6; i++) test.Send("orders", At(i), null, $"{i}");

        test.Invoking(t => t.Drill()).Should().Throw<DrillException>();
    }
}
