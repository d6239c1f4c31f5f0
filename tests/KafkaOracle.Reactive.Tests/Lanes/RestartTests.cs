using System.Reactive.Linq;

namespace KafkaOracle.Reactive.Tests.Lanes;

public sealed class RestartTests
{
    private static readonly string[] Log = ["a@10", "b@20", "c@59", "d@60", "e@100", "f@130", "g@200"];

    [Fact]
    public void The_epoch_may_be_cut_between_any_two_rows_and_the_lane_die_after_it()
    {
        List<string?> expected, others;
        using (var calm = new LaneRig(TwoTables, Queries.Eras(60, 30)))
        {
            calm.Send(Log);
            calm.Engine.Cut();
            (expected, others) = ([.. calm.Store.RowsOf(Queries.Rows)], [.. calm.Store.RowsOf(Queries.Others)]);
        }
        expected.Should().HaveCount(12);
        for (var rows = 1; rows <= 30; rows++)
        {
            using var rig = new LaneRig(TwoTables, Queries.Eras(60, 30));
            rig.Engine.RowsUntilCut = rows;
            rig.Send(Log);
            rig.Restart();                                      // what came after the cut is lost
            rig.Engine.RowsUntilCut = 1;                        // and now after each row
            rig.Restart();
            rig.Engine.Cut();

            rig.Store.RowsOf(Queries.Rows).Should().Equal(expected, "cut after {0}", rows);
            rig.Store.RowsOf(Queries.Others).Should().Equal(others, "cut after {0}", rows);
        }
    }

    [Fact]
    public void A_cut_while_rows_are_computed_again_carries_the_ledgers_figures_over()
    {
        using var rig = new LaneRig(Queries.Copy());
        rig.Send("a@1", "b@2", "c@3", "d@4");
        rig.Engine.Cut();
        var before = rig.Ledger();
        using var again = new LaneEngine("rig", Queries.Copy(), QueryPlan.Of("rig", Queries.Copy()), rig.Options.Validated("rig"),
            [(before.Partition, before.RewindOffset, before)], e => rig.Store.TryCommit(e).Should().BeTrue());

        again.IsRestoring.Should().BeTrue();
        again.Cut();

        rig.Ledger().Should().BeEquivalentTo(before, o => o.Excluding(r => r.Epoch).Excluding(r => r.EpochNumber));
        rig.Ledger().EpochNumber.Should().Be(before.EpochNumber + 1);
    }

    [Fact]
    public void Records_of_one_time_come_by_topic_then_partition_then_offset()
    {
        using var rig = new LaneRig(
            lane => lane.Into(Queries.Rows, lane.Beats(topic: "b").Merge(lane.Beats(topic: "a")).Select(b => $"{b.Position}")),
            Queries.Eras(), [new("a", 0), new("a", 1), new("a", 10), new("b", 0)]);

        for (var p = 3; p >= 0; p--) rig.SendTo(p, "x@5", "y@5", "z@9");

        rig.Engine.Cut();
        rig.Rows.Should().Equal("a[0]@0", "a[0]@1", "a[1]@0", "a[1]@1", "a[10]@0", "a[10]@1", "b[0]@0", "b[0]@1");
    }

    [Fact]
    public void A_random_number_is_caught_at_the_first_restart_and_the_table_named()
    {
        var random = new Random(1);
        using var rig = new LaneRig(lane =>
        {
            var beats = lane.Beats();
            lane.Into(Queries.Rows, beats.Select(b => b.Value.ToString()));
            lane.Into(Queries.Others, beats.Select(b => $"{b.Value} {random.Next()}"));
        });
        rig.Send("a@1", "b@2", "c@3");
        rig.Engine.Cut();
        var before = rig.Store.Ledger;

        rig.Invoking(r => r.Restart()).Should().Throw<NotDeterministicException>().WithMessage("The 2 rows*table others*checksums*random numbers*");
        rig.Store.Ledger.Should().Equal(before);
    }

    [Fact]
    public void Rows_that_are_missing_from_a_table_are_told()
    {
        var swap = false;
        using var rig = new LaneRig(lane =>
        {
            var beats = lane.Beats();
            lane.Into(Queries.Rows, beats.SelectMany(b => Enumerable.Repeat(b.Value.ToString(), swap ? 2 : 1)));
            lane.Into(Queries.Others, beats.SelectMany(b => Enumerable.Repeat(b.Value.ToString(), swap ? 0 : 1)));
        });
        rig.Send("a@1", "b@2", "c@3");
        rig.Engine.Cut();
        swap = true;

        rig.Invoking(r => r.Restart()).Should().Throw<NotDeterministicException>().WithMessage("*first 4 rows*2 were committed to table rows, and computed again 4*");
    }

    [Fact]
    public void An_era_that_ends_with_fewer_rows_than_committed_is_told()
    {
        var drop = false;
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Beats().Where(_ => !drop).Select(b => b.Value.ToString())));
        rig.Send("a@1", "b@2", "c@3");
        rig.Engine.Cut();
        drop = true;
        rig.Restart();

        rig.Invoking(r => r.Send("d@61")).Should().Throw<NotDeterministicException>().WithMessage("*2024-01-01T00:00:00*2 committed rows*only 0*");
    }

    [Fact]
    public void Another_order_over_the_tables_is_told()
    {
        var turned = false;
        using var rig = new LaneRig(lane =>
        {
            var beats = lane.Beats().Select(b => b.Value.ToString());
            lane.Into(turned ? Queries.Others : Queries.Rows, beats);
            lane.Into(turned ? Queries.Rows : Queries.Others, beats);
        });
        rig.Send("a@1", "b@2", "c@3");
        rig.Engine.Cut();

        // The plan, and with it the tables' order, is the former one; the instances are not.
        var plan = QueryPlan.Of("rig", lane => Query(lane, false));
        var row = rig.Ledger();
        using var engine = new LaneEngine("rig", lane => Query(lane, true), plan, rig.Options.Validated("rig"), [(row.Partition, row.RewindOffset, row)], _ => { });
        using var slab = new Slab();
        foreach (var (text, offset) in new[] { ("a@1", 0), ("b@2", 1), ("c@3", 2) })
        {
            slab.WriteValue(System.Text.Encoding.UTF8.GetBytes(text));
            slab.Add(0, offset, Beat.Milliseconds(1));
        }

        engine.Invoking(e => e.Process(slab)).Should().Throw<NotDeterministicException>().WithMessage("*another order over the tables*");

        static void Query(Lane lane, bool turned)
        {
            var beats = lane.Beats().Select(b => b.Value.ToString());
            lane.Into(turned ? Queries.Others : Queries.Rows, beats);
            lane.Into(turned ? Queries.Rows : Queries.Others, beats);
        }
    }

    [Fact]
    public void A_query_that_names_a_new_table_each_time_is_refused()
        => FluentActions.Invoking(() => new LaneRig(lane => lane.Into(new Testing.MemoryTable<string>("fresh"), lane.Beats().Select(b => b.Value.ToString()))))
            .Should().Throw<NotDeterministicException>().WithMessage("*table 'fresh'*");

    [Theory]
    [InlineData("2", 60, 0)]
    [InlineData("1", 120, 0)]
    [InlineData("1", 60, 30)]
    public void A_change_within_an_era_is_refused_and_at_a_boundary_allowed(string version, double era, double leadIn)
    {
        using var rig = new LaneRig(Queries.Copy());
        var former = rig.Options;
        var changed = Queries.Eras(era, leadIn);
        changed.Version = version;
        rig.Send("a@10", "b@20");
        rig.Engine.Cut();

        rig.Options = changed;
        rig.Invoking(r => r.Restart()).Should().Throw<LedgerMismatchException>().WithMessage($"*1 rows of the era*'{former.Identity}'*'{changed.Identity}'*");

        rig.Options = former;
        rig.Restart();
        rig.Send("c@60");
        rig.Engine.Cut();
        rig.Options = changed;
        rig.Restart();
        rig.Send("d@70");
        rig.Engine.Cut();
        rig.Rows.Should().Equal("a@10", "b@20", "c@60");
        rig.Ledger().Query.Should().Be(changed.Identity);
    }

    [Fact]
    public void Ledger_rows_of_different_epochs_are_refused()
    {
        using var rig = new LaneRig(Queries.Copy(), Queries.Eras(), LaneRig.PartitionsOfA(2), known: 1);
        rig.Send("a@1", "b@2");
        rig.Engine.Cut();
        var (row, plan) = (rig.Ledger(), QueryPlan.Of("rig", Queries.Copy()));
        var other = row with { Partition = new("a", 1), Epoch = Guid.NewGuid(), EpochNumber = 7 };

        FluentActions.Invoking(() => new LaneEngine("rig", Queries.Copy(), plan, rig.Options.Validated("rig"), [(row.Partition, 0, row), (other.Partition, 0, other)], _ => { }))
            .Should().Throw<LedgerMismatchException>().WithMessage("*a[0]*7*");
    }

    private static void TwoTables(Lane lane)
    {
        var beats = lane.Beats();
        lane.Into(Queries.Rows, beats.SelectMany(b => new[] { b.Value.Name + 1, b.Value.Name + 2 }));
        lane.Into(Queries.Others, beats.Scan("", (all, b) => all + b.Value.Name).Merge(Observable.Interval(TimeSpan.FromSeconds(20), lane.Clock).Select(_ => $"tick {lane.Clock.Second()}")));
    }
}
