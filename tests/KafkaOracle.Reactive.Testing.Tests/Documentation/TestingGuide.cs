using System.Globalization;
using System.Reactive.Linq;
using System.Text;
using static KafkaOracle.Reactive.Testing.ReactiveTest;

#pragma warning disable xUnit1051 // the page is for every test framework

namespace KafkaOracle.Reactive.Testing.Tests.Documentation;

/// <summary>The code of docs/testing.md: what the page shows stands here, word for word, and runs.</summary>
public sealed class TestingGuide
{
    [Fact]
    public void Doubles_are_dropped_until_they_expire()
    {
        var clock = new TestScheduler();
        var input = clock.CreateHotObservable(OnNext(210, "a"), OnNext(250, "a"), OnNext(320, "b"), OnNext(400, "a"), OnCompleted<string>(500));

        var output = clock.Start(() => input.DistinctWithin(x => x, TimeSpan.FromTicks(100), clock));

        output.Messages.AssertEqual(OnNext(210, "a"), OnNext(320, "b"), OnNext(400, "a"), OnCompleted<string>(500));
        input.Subscriptions.AssertEqual(Subscribe(200, 500));
    }

    [Fact]
    public void Doubles_are_dropped_until_they_expire_as_a_line()
    {
        var clock = new TestScheduler();
        var input = clock.CreateHotObservable(Marbles.Ticks.Parse("a@210 a@250 b@320 a@400 |@500"));

        var output = clock.Start(() => input.DistinctWithin(x => x, TimeSpan.FromTicks(100), clock));

        output.Messages.AssertEqual(Marbles.Ticks.Parse("a@210 b@320 a@400 |@500"));
    }

    private static readonly DateTimeOffset Noon = new(2024, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly MemoryTable<string> Hourly = new("hourly");
    private static readonly Decoder<decimal> Price = (in RawMessage message) => decimal.Parse(Encoding.UTF8.GetString(message.Value), CultureInfo.InvariantCulture);

    // The pipeline as it is in production; its tables may be those of Oracle.
    private static readonly Pipeline Shop = Pipeline.Define("shop", lane =>
    {
        var sales = lane.Topic("sales", Price).InEventTime(lateness: TimeSpan.FromMinutes(5));
        lane.Into(Hourly, sales
            .TumblingWindow(s => s.Key ?? "", TimeSpan.FromHours(1), 0m, (sum, s) => sum + s.Value, lane.Clock)
            .Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Key} {w.Start:HH:mm} {w.Value}")));
    });

    [Fact]
    public void Sales_are_summed_by_the_hour()
    {
        using var test = new PipelineTest(Shop, partitions: 2);

        test.Send("sales", Noon.AddMinutes(10), "FR", "9.50");
        test.Send("sales", Noon.AddMinutes(7), "FR", "0.50");            // four minutes out of order are waited for
        test.Send("sales", Noon.AddMinutes(30), "DE", "abc");
        test.AdvanceTo(Noon.AddHours(1));

        test.Rows(Hourly).AssertEqual("FR 12:00 10.00");
        test.Rejects.Select(r => r.Kind).AssertEqual(RejectKind.Undecodable);
        test.Ledger.Select(r => r.EraRows).AssertEqual(0, 0);            // a new era has begun
    }

    [Fact]
    public void Sales_are_summed_once_whatever_happens()
    {
        using var test = new PipelineTest(Shop);

        test.Send("sales", Noon.AddMinutes(10), "FR", "9.50");
        test.CrashAndRestart();                                          // what was not committed is computed again
        test.Send("sales", Noon.AddMinutes(20), "FR", "0.50");
        test.FailNextCommit(CommitFault.After);                          // the connection is lost before the answer
        test.AdvanceTo(Noon.AddHours(1));
        test.Rebalance();                                                // another process takes over
        test.Send("sales", Noon.AddMinutes(80), "FR", "1.00");
        test.AdvanceTo(Noon.AddHours(2));

        test.Rows(Hourly).AssertEqual("FR 12:00 10.00", "FR 13:00 1.00");
    }

    [Fact]
    public void Sales_stand_the_drill()
    {
        using var test = new PipelineTest(Shop, partitions: 2);
        test.Send("sales", Noon.AddMinutes(10), "FR", "9.50");
        test.Send("sales", Noon.AddMinutes(50), "DE", "3.00");
        test.AdvanceTo(Noon.AddHours(1));
        test.Send("sales", Noon.AddMinutes(80), "FR", "1.00");
        test.Send("sales", Noon.AddMinutes(55), "DE", "7.00");           // too late: it goes to the rejects
        test.AdvanceTo(Noon.AddHours(2));

        test.Drill();
    }

    [Fact]
    public void Buckets_of_ten_seconds_as_a_line()
    {
        var seconds = new Marbles(TimeSpan.FromSeconds(1), origin: Noon);
        var rows = new MemoryTable<string>("rows");
        using var test = new PipelineTest(Pipeline.Define("buckets", lane =>
        {
            var prices = lane.Topic("prices", Price).InEventTime(lateness: TimeSpan.FromSeconds(2));
            lane.Into(rows, prices.Buffer(TimeSpan.FromSeconds(10), lane.Clock).Select(b => string.Join('+', b.Select(p => p.Value))));
        }));

        test.Send("prices", seconds.Parse("1@1 3@9 2@8 (4 5)@12"));
        test.AdvanceTo(Noon.AddSeconds(20));

        test.RowsInTime(rows).AssertEqual(seconds.Parse("1+2+3@10 4+5@20"));
    }

    [Fact]
    public async Task A_run_reads_to_the_end_and_starts_again()
    {
        var (log, store) = (new MemoryLog(), new MemoryStore());
        log.CreateTopic("sales", partitions: 2);
        log.Append("sales", 0, Noon.AddMinutes(10), "FR", "9.50");
        log.Append("sales", 1, Noon.AddMinutes(90), "FR", "1.00");

        await using (var run = Shop.Start(log, store))
        {
            while (!log.IsReadToEnd && !run.Completion.IsCompleted) await Task.Yield();
            await run.DrainAsync();
        }
        log.Append("sales", 0, Noon.AddMinutes(95), "FR", "2.00");
        await using (var run = Shop.Start(log, store))
        {
            while (!log.IsReadToEnd && !run.Completion.IsCompleted) await Task.Yield();
            await run.DrainAsync();
        }

        store.RowsOf(Hourly).AssertEqual("FR 12:00 9.50");
    }
}
