using System.Reactive.Linq;
using static KafkaOracle.Reactive.Testing.Tests.Pipelines.Orders;

namespace KafkaOracle.Reactive.Testing.Tests.Pipelines;

public sealed class DrillTests
{
    [Fact]
    public void Windows_over_eras_with_late_records_and_rejects_stand_it()
    {
        using var test = new PipelineTest(SumsByMinute(lateness: 5), partitions: 2);
        Scenario(test);

        test.Rows(Sums).Should().Equal("a 12:00 3", "b 12:00 8", "a 12:01 64", "b 12:01 16", "b 12:03 256", "a 12:03 128");
        test.Rejects.Should().HaveCount(2);
        test.Drill();
    }

    [Fact]
    public void Nested_windows_distinct_and_side_outputs_stand_it()
    {
        using var test = new PipelineTest(Define(lane =>
        {
            var topic = lane.Topic("orders", Amount);
            var orders = topic.InEventTime(TimeSpan.FromSeconds(5));
            lane.Into(Rows, topic.Where(o => o.Value % 2 == 0).Select(Text));
            lane.Into(Late, orders.Late.Select(Text));
            lane.Into(Sums, from customer in orders.DistinctWithin(o => o.Key!, TimeSpan.FromSeconds(30), lane.Clock).GroupBy(o => o.Key)
                            from window in customer.Window(TimeSpan.FromSeconds(40), lane.Clock)
                            from sum in window.Sum(o => o.Value)
                            select $"{customer.Key} {sum} at {lane.Clock.Now:HH:mm:ss}");
        }, new() { Era = TimeSpan.FromMinutes(2), LeadIn = TimeSpan.FromSeconds(70) }), partitions: 3);
        Scenario(test);

        test.Drill();
    }

    [Fact]
    public void A_pipeline_without_event_time_stands_it()
    {
        using var test = new PipelineTest(Define(lane => lane.Into(Rows, lane.Topic("orders", Amount).SelectMany(o => new[] { Text(o), "again" }))), partitions: 2);
        for (var i = 0; i < 12; i++) test.Send("orders", At(i), $"k{i % 3}", i == 7 ? "?" : $"{i}");

        test.Drill();
        test.Rows(Rows).Should().HaveCount(22);
    }

    [Fact]
    public void State_across_records_without_event_time_is_lost_in_a_crash_and_found_out()
    {
        using var test = new PipelineTest(Define(lane => lane.Into(Sums, lane.Topic("orders", Amount).Scan(0, (sum, o) => sum + o.Value).Select(sum => $"{sum}"))));
        for (var i = 1; i < 5; i++) test.Send("orders", At(i), "a", $"{i}");

        var failure = test.Invoking(t => t.Drill()).Should().Throw<DrillException>().Which;

        failure.Message.Should().StartWith("Pipeline 'orders' is not the same when it is disturbed: the process dies after step 1, when it is committed")
            .And.Contain("The rows of table sums that are side outputs or without event time differ. Expected 4 and saw 4; the first difference is [1].")
            .And.Contain("  ! [1] expected 3 from orders[0]@1 at 2024-01-01T12:00:02.0000000+00:00   saw 2 from orders[0]@1")
            .And.Contain("    1  orders[0]@0 at 2024-01-01 12:00:01.000  a: 1\n    !  epoch 1 of 1 rows is committed\n    !  the process dies; a new one goes on from the ledger\n    2  orders[0]@1");
        failure.InnerException.Should().BeNull();
    }

    [Fact]
    public void A_query_that_remembers_outside_of_itself_is_found_out()
    {
        var count = 0;
        using var test = new PipelineTest(Define(lane => lane.Into(Rows, InEventTime(lane).Select(o => $"{++count}: {Text(o)}"))));
        for (var i = 1; i < 5; i++) test.Send("orders", At(i), "a", $"{i}");

        test.Invoking(t => t.Drill()).Should().Throw<DrillException>().WithMessage("*The rows of table rows differ*expected 4: a=1*saw 7: a=1*");
    }

    [Fact]
    public void A_failure_at_random_names_its_seed_and_the_seed_repeats_it()
    {
        using var test = new PipelineTest(Define(lane => lane.Into(Sums, lane.Topic("orders", Amount).Scan(0, (sum, o) => sum + o.Value).Select(sum => $"{sum}"))));
        for (var i = 1; i < 10; i++) test.Send("orders", At(i), "a", $"{i}");

        var first = test.Invoking(t => t.Drill(new() { OnlyRandom = true, Seed = 100 })).Should().Throw<DrillException>().Which.Message;
        var seed = int.Parse(first[(first.IndexOf("Seed = ", StringComparison.Ordinal) + 7)..first.IndexOf(" })", StringComparison.Ordinal)]);
        var again = test.Invoking(t => t.Drill(new() { OnlyRandom = true, RandomRuns = 1, Seed = seed })).Should().Throw<DrillException>().Which.Message;

        seed.Should().BeInRange(100, 299);
        again.Should().Be(first);
    }

    [Fact]
    public void Records_that_the_query_throws_on_stand_it()
    {
        using var test = new PipelineTest(Define(lane =>
        {
            var topic = lane.Topic("orders", Amount);
            var orders = topic.InEventTime(TimeSpan.FromSeconds(5));
            lane.Into(Rows, topic.Select(o => o.Value == 4 ? throw new InvalidOperationException("four") : Text(o)));
            lane.Into(Late, orders.Late.Select(o => o.Value == 32 ? throw new InvalidOperationException("late") : Text(o)));
            lane.Into(Sums, orders.Scan(0, (sum, o) => sum + o.Value).Select(sum => sum is 9 or 64 ? throw new InvalidOperationException($"{sum}") : $"{sum}"));
        }, new() { Era = TimeSpan.FromMinutes(2), LeadIn = TimeSpan.FromSeconds(70) }), partitions: 2);
        Scenario(test);

        test.Rejects.Count(r => r.Kind == RejectKind.Failed).Should().BePositive();
        test.Drill();
    }

    [Fact]
    public void A_pipeline_that_fails_by_itself_says_so()
    {
        using var test = new PipelineTest(Define(lane => lane.Into(Rows, InEventTime(lane).Select(o => o.Value == 3 ? throw new InvalidOperationException("three") : Text(o))), new() { Era = TimeSpan.FromMinutes(2), MaxFailedRecords = 0 }));
        test.Send("orders", At(1), "a", "3");
        test.Invoking(t => t.Send("orders", At(2), "a", "4")).Should().Throw<QueryException>().WithMessage("*orders[0]@0*three*");

        test.Invoking(t => t.Drill()).Should().Throw<DrillException>().WithMessage("Pipeline 'orders' fails even when nothing disturbs it:*orders[0]@0*").WithInnerException<QueryException>();
    }

    internal static void Scenario(PipelineTest test)
    {
        test.Send("orders", At(10), "a", "1", partition: 0);
        test.Send("orders", At(20), "b", "8", partition: 1);
        test.Send("orders", At(30), "a", "2", partition: 0);
        test.Send("orders", At(40), "a", "?", partition: 1);
        test.Send("orders", At(70), "b", "16", partition: 0);
        test.Send("orders", At(50), "a", "32", partition: 0);
        test.Send("orders", At(66), "a", "64", partition: 0);
        test.AdvanceTo(At(100));
        test.Skip("orders", 1);
        test.Send("orders", At(190), "a", "128", partition: 1);
        test.Idle("orders", 0);
        test.Send("orders", At(185), "b", "256", partition: 1);
        test.AdvanceTo(At(240));
        test.Send("orders", At(250), "c", "512", partition: 0);
    }
}
