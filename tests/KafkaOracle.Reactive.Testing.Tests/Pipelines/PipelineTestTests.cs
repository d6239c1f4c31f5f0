using System.Reactive.Linq;
using System.Text;
using static KafkaOracle.Reactive.Testing.Tests.Pipelines.Orders;

namespace KafkaOracle.Reactive.Testing.Tests.Pipelines;

public sealed class PipelineTestTests
{
    [Fact]
    public void Runs_the_whole_pipeline_on_the_thread_of_the_test()
    {
        using var test = new PipelineTest(SumsByMinute(lateness: 5));

        test.Send("orders", At(10), "a", "1").Should().Be(new Position("orders", 0, 0));
        test.Rows(Rows).Should().BeEmpty("the order may still be preceded by one that comes later");
        test.Send("orders", At(20), "b", "2");
        test.Rows(Rows).Should().Equal("a=1");
        test.Send("orders", At(70), "a", "?");
        test.Send("orders", At(70), "a", "4");
        test.Send("orders", At(12), "a", "8");
        test.Rows(Sums).Should().Equal("a 12:00 1", "b 12:00 2");

        test.Rejects.Select(r => (r.Kind, r.Position.Offset)).Should().Equal((RejectKind.Undecodable, 2), (RejectKind.Late, 4));
        test.Era.Should().Be(Noon);
        test.Watermark.Should().Be(At(65));
        test.Messages.Should().Be(new LaneCounts(5, 0, 3, 1, 1, 0));
        test.Ledger.Should().ContainSingle().Which.Should().Match<LedgerRow>(r => r.NextOffset == 5 && r.EraRows == 4);
        test.AdvanceTo(At(120));
        test.Rows(Sums).Should().Equal("a 12:00 1", "b 12:00 2", "a 12:01 4");
        test.Era.Should().Be(At(120));
        test.AdvanceTo(At(60));
        test.Watermark.Should().Be(At(120));
    }

    [Fact]
    public void A_crash_loses_what_is_not_committed_and_the_next_lane_computes_it_again()
    {
        using var test = new PipelineTest(SumsByMinute()) { CommitsAtOnce = false };
        test.Send("orders", At(10), "a", "1");
        test.Send("orders", At(20), "b", "2");
        test.Commit();
        test.Send("orders", At(30), "c", "4");
        test.Rows(Rows).Should().Equal("a=1");

        test.CrashAndRestart();

        test.Rows(Rows).Should().Equal("a=1");
        test.Restarts.Should().Be(1);
        test.Messages.Should().Be(new LaneCounts(3, 2, 3, 0, 0, 0));
        test.Commit();
        test.Rows(Rows).Should().Equal("a=1", "b=2");
    }

    [Theory]
    [InlineData(CommitFault.Before)]
    [InlineData(CommitFault.After)]
    public void A_commit_that_fails_changes_nothing_but_the_restart(CommitFault fault)
    {
        using var test = new PipelineTest(SumsByMinute());
        test.Send("orders", At(10), "a", "1");
        test.FailNextCommit(fault);
        test.Send("orders", At(20), "b", "2");
        test.FailNextCommit(fault);
        test.AdvanceTo(At(60));

        test.Restarts.Should().Be(2);
        test.Rows(Rows).Should().Equal("a=1", "b=2");
        test.Rows(Sums).Should().Equal("a 12:00 1", "b 12:00 2");
        test.Watermark.Should().Be(At(60));
        test.Ledger.Single().EpochNumber.Should().Be(3);
    }

    [Fact]
    public void A_decision_that_was_not_committed_is_lost_in_a_crash_as_it_is_in_production()
    {
        using var test = new PipelineTest(SumsByMinute()) { CommitsAtOnce = false };
        test.Send("orders", At(10), "a", "1");
        test.AdvanceTo(At(60));
        test.Watermark.Should().Be(At(60));

        test.CrashAndRestart();

        test.Watermark.Should().Be(At(10));
    }

    [Fact]
    public void Another_lane_takes_over_and_the_former_is_refused_by_the_ledger()
    {
        using var test = new PipelineTest(SumsByMinute());
        test.Send("orders", At(10), "a", "1");
        test.Rebalance();
        test.Rebalance();
        test.Fenced.Should().Be(0, "the former lanes have had nothing to commit");

        test.Send("orders", At(20), "b", "2");
        test.Send("orders", At(30), "c", "4");

        test.Fenced.Should().Be(2);
        test.Restarts.Should().Be(2);
        test.Rows(Rows).Should().Equal("a=1", "b=2");
    }

    [Fact]
    public void An_idle_partition_no_longer_holds_the_others_up()
    {
        using var test = new PipelineTest(SumsByMinute(), partitions: 2);
        test.Send("orders", At(10), "a", "1", partition: 0);
        test.Send("orders", At(20), "a", "2", partition: 0);
        test.Rows(Rows).Should().BeEmpty();

        test.Idle("orders", 1);

        test.Rows(Rows).Should().Equal("a=1");
        test.Ledger.Select(r => r.Idle).Should().Equal(false, true);
        test.Invoking(t => t.Idle("orders", 2)).Should().Throw<ArgumentException>();
        test.Invoking(t => t.Idle("sales")).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Windows_close_as_at_the_end_of_a_bounded_run()
    {
        using var test = new PipelineTest(SumsByMinute());
        test.Send("orders", At(10), "a", "1");

        test.CloseWindows();

        test.Rows(Sums).Should().Equal("a 12:00 1");
        test.Watermark.Should().Be(At(120));
    }

    [Fact]
    public void Partitions_that_join_are_seen_after_a_restart_and_the_drill_stands_it()
    {
        using var test = new PipelineTest(SumsByMinute());
        test.Send("orders", At(10), "a", "1");
        test.Send("orders", At(20), "b", "2");
        test.Grow("orders", 3);
        test.Send("orders", At(15), "late", "4", partition: 2);
        test.Send("orders", At(25), "c", "8", partition: 2);
        test.Send("orders", At(25), "d", "16", partition: 1);
        test.Send("orders", At(40), "e", "32", partition: 0);

        test.Rows(Rows).Should().Equal("a=1", "b=2");
        test.Rejects.Should().ContainSingle().Which.Position.Should().Be(new Position("orders", 2, 0));
        test.Drill();
        test.Invoking(t => t.Grow("sales", 2)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Without_key_each_partition_has_its_turn_and_with_one_always_the_same()
    {
        using var test = new PipelineTest(Define(lane => lane.Into(Rows, lane.Topic("orders", Amount).Select(Text))), partitions: 3);

        Enumerable.Range(0, 4).Select(i => test.Send("orders", At(i), null, "1").Partition).Should().Equal(0, 1, 2, 0);
        Enumerable.Range(0, 20).Select(i => test.Send("orders", At(i), "k", "1").Partition).Distinct().Should().ContainSingle();
        Enumerable.Range(0, 50).Select(i => test.Send("orders", At(i), $"k{i}", "1").Partition).Distinct().Should().HaveCount(3);
    }

    [Fact]
    public void Bytes_headers_and_tombstones_reach_the_query_as_they_are()
    {
        Decoder<string> decoder = (in RawMessage message) => message.IsTombstone ? "none" : Convert.ToHexString(message.Value);
        using var test = new PipelineTest(Define(lane => lane.Into(Rows, lane.Topic("orders", decoder)
            .Select(o => $"{Convert.ToHexString(o.KeyBytes.Span)} {o.Value} {(o.Headers["id"] is { } id ? Encoding.UTF8.GetString(id.Span) : "-")}"))));

        test.Send("orders", Noon, [1, 2], [0xff, 0x00], headers: [new("id", "x7"u8.ToArray()), new("empty", null)]);
        test.Send("orders", Noon, "k", null);

        test.Rows(Rows).Should().Equal("0102 FF00 x7", "6B none -");
        test.Drill();
        test.TimeLine.Should().Be("    1  orders[0]@0 at 2024-01-01 12:00:00.000  0102: FF00\n    2  orders[0]@1 at 2024-01-01 12:00:00.000  k: none\n");
    }

    [Fact]
    public void A_record_that_the_query_throws_on_goes_to_the_rejects_as_in_production()
    {
        using var test = new PipelineTest(Define(lane => lane.Into(Rows, InEventTime(lane).Select(o => o.Value == 3 ? throw new InvalidOperationException("three") : Text(o)))));
        test.Send("orders", At(1), "a", "3");
        test.Send("orders", At(2), "a", "4");
        test.Send("orders", At(3), "a", "5");

        test.Rows(Rows).Should().Equal("a=4");
        test.Rejects.Select(r => (r.Kind, r.Position.Offset, r.Reason)).Should().Equal((RejectKind.Failed, 0, "InvalidOperationException: three"));
        test.Restarts.Should().Be(1);
    }

    [Fact]
    public void What_the_query_throws_comes_out_of_the_call_and_a_restart_meets_it_again()
    {
        using var test = new PipelineTest(Define(lane => lane.Into(Rows, InEventTime(lane).Select(o => o.Value == 3 ? throw new InvalidOperationException("three") : Text(o))), new() { Era = TimeSpan.FromMinutes(2), MaxFailedRecords = 0 }));
        test.Send("orders", At(1), "a", "3");

        test.Invoking(t => t.Send("orders", At(2), "a", "4")).Should().Throw<QueryException>().WithMessage("*orders[0]@0*three*");
        test.Invoking(t => t.Send("orders", At(3), "a", "5")).Should().Throw<InvalidOperationException>().WithMessage("The lane has failed*").WithInnerException<QueryException>();
        test.Invoking(t => t.CrashAndRestart()).Should().Throw<QueryException>();
    }

    [Fact]
    public void A_query_that_is_not_deterministic_is_found_out_by_a_single_crash()
    {
        var count = 0;
        using var test = new PipelineTest(Define(lane => lane.Into(Rows, InEventTime(lane).Select(o => $"{++count}"))));
        test.Send("orders", At(1), "a", "1");
        test.Send("orders", At(2), "a", "2");

        test.Invoking(t => t.CrashAndRestart()).Should().Throw<NotDeterministicException>();
    }

    [Fact]
    public void Event_time_cannot_advance_where_there_is_none()
    {
        using var test = new PipelineTest(Define(lane => lane.Into(Rows, lane.Topic("orders", Amount).Select(Text))));

        test.Invoking(t => t.AdvanceTo(Noon)).Should().Throw<InvalidOperationException>().WithMessage("*no event time*");
    }

    [Fact]
    public async Task A_test_may_go_on_on_another_thread()
    {
        using var test = new PipelineTest(SumsByMinute());
        test.Send("orders", At(10), "a", "1");

        await Task.Run(() => test.Send("orders", At(20), "b", "2"), TestContext.Current.CancellationToken);

        test.Rows(Rows).Should().Equal("a=1");
    }

    [Fact]
    public void Tables_of_any_kind_are_kept_in_memory()
    {
        var table = new OtherTable();
        using var test = new PipelineTest(Define(lane => lane.Into(table, InEventTime(lane).Select(o => new[] { o.Value }))));
        test.Send("orders", At(10), "a", "1");
        test.AdvanceTo(At(11));

        test.Rows(table).Should().ContainSingle().Which.Should().Equal(1);
        test.Drill();
    }

    [Fact]
    public void Time_lines_go_in_and_come_out()
    {
        var seconds = new Marbles(TimeSpan.FromSeconds(1), Noon);
        using var test = new PipelineTest(Define(lane => lane.Into(Rows, InEventTime(lane).Buffer(TimeSpan.FromSeconds(10), lane.Clock).Select(b => string.Join('+', b.Select(o => o.Value))))));

        test.Send("orders", seconds.Parse("1@1 2@9 (3 4)@12"));
        test.AdvanceTo(At(25));

        seconds.Print(test.RowsInTime(Rows)).Should().Be("1+2@10 3+4@20");
        test.Invoking(t => t.Send("orders", seconds.Parse("1@30 |"))).Should().Throw<ArgumentException>();
    }

    private sealed class OtherTable : ITable<int[]>
    {
        public string Name => "other";

        public RowBatch<int[]> NewBatch() => throw new NotSupportedException("no database is at hand");

        public void Digest(int[] row, RowDigest digest)
        {
            foreach (var value in row) digest.Add(value);
        }
    }
}
