using System.Reactive.Linq;
using static KafkaOracle.Reactive.Testing.Tests.Pipelines.Orders;

namespace KafkaOracle.Reactive.Testing.Tests.Pipelines;

/// <summary>A changed version is deployed in the middle of an era.</summary>
public sealed class DeployTests
{
    private static readonly MemoryTable<string> Kept = new MemoryTable<string>("kept").EraColumn(lane: true), KeptToo = new MemoryTable<string>("kept too").EraColumn();

    [Fact]
    public void A_former_version_ends_its_era_and_the_drill_finds_no_difference()
    {
        var former = Version("1", leadIn: 20);
        using var test = new PipelineTest(former, partitions: 2);
        Send(test, 0, 50);
        test.Deploy(Version("2", leadIn: 90).Replacing(former));
        test.Ledger[0].Query.Should().StartWith("1;");
        Send(test, 50, 200);

        test.Ledger[0].Query.Should().StartWith("2;");
        test.Rows(Kept).Where(r => r.StartsWith("1:", StringComparison.Ordinal)).Should().OnlyContain(r => r.EndsWith(" 12:00", StringComparison.Ordinal)).And.HaveCount(11);
        test.Rows(Kept).Where(r => r.StartsWith("2:", StringComparison.Ordinal)).Should().NotContain(r => r.EndsWith(" 12:00", StringComparison.Ordinal)).And.HaveCountGreaterThan(20);
        test.Drill();
    }

    [Fact]
    public void An_era_computed_anew_has_the_new_versions_rows_alone_and_the_drill_finds_no_difference()
    {
        using var test = new PipelineTest(Version("1", leadIn: 0), partitions: 2);
        Send(test, 0, 100);
        test.Deploy(Version("2", leadIn: 30, VersionChange.RerunEra));
        Send(test, 100, 150);

        test.Rows(Kept).Where(r => r.StartsWith("1:", StringComparison.Ordinal)).Should().OnlyContain(r => r.EndsWith(" 12:00", StringComparison.Ordinal)).And.HaveCount(11);
        test.Rows(Kept).Where(r => r.EndsWith(" 12:01", StringComparison.Ordinal)).Should().HaveCount(11).And.OnlyContain(r => r.StartsWith("2:", StringComparison.Ordinal));
        test.Rejects.Should().HaveCount(2);
        test.Drill();
    }

    [Fact]
    public void Lanes_per_partition_run_their_eras_again_as_pipelines_of_their_own_would()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            const int Partitions = 3, Steps = 100;
            var random = new Random(seed);
            var (before, after) = (random.Next(60), random.Next(60));
            Pipeline Former(Lanes lanes) => Version("1", before).With(o => o.Lanes = lanes);
            Pipeline Changed(Lanes lanes) => Version("2", after, VersionChange.RerunEra).With(o => o.Lanes = lanes);
            using var together = new PipelineTest(Former(Lanes.PerPartition), Partitions);
            PipelineTest[] alone = [.. Enumerable.Range(0, Partitions).Select(_ => new PipelineTest(Former(Lanes.Single)))];
            var seconds = new int[Partitions];
            var deployed = random.Next(10, Steps);
            for (var step = 0; step < Steps; step++)
            {
                var partition = random.Next(Partitions);
                if (step == deployed)
                {
                    together.Deploy(Changed(Lanes.PerPartition));
                    foreach (var test in alone) test.Deploy(Changed(Lanes.Single));
                }
                if (random.Next(20) == 0) together.CrashAndRestart();
                if (random.Next(20) == 0) together.Rebalance(partition);
                if (random.Next(20) == 0) together.FailNextCommit(random.Next(2) == 0 ? CommitFault.Before : CommitFault.After);
                seconds[partition] += random.Next(20);
                together.Send("orders", At(seconds[partition]), $"p{partition}", $"{step}", partition);
                alone[partition].Send("orders", At(seconds[partition]), $"p{partition}", $"{step}");
            }

            for (var partition = 0; partition < Partitions; partition++)
                together.Rows(Kept).Where(r => r.Contains($": p{partition}", StringComparison.Ordinal)).Should().Equal(alone[partition].Rows(Kept), "seed {0}, lane {1}", seed, partition);
            foreach (var test in alone) test.Dispose();
        }
    }

    [Fact]
    public void Versions_follow_each_other_with_other_eras_topics_and_tables()
    {
        var first = Version("1", leadIn: 10);
        var second = Define(lane => lane.Into(KeptToo, InEventTime(lane).Merge(lane.Topic("more", Amount).InEventTime(TimeSpan.Zero)).Select(o => $"{o.Value}")),
            new() { Version = "2", Era = TimeSpan.FromSeconds(45), LeadIn = TimeSpan.FromSeconds(5) }).Replacing(first);
        using var test = new PipelineTest(first, partitions: 2);
        Send(test, 0, 90);
        test.Deploy(second);
        Send(test, 90, 130);
        test.Send("more", At(140), "x", "7", partition: 0);
        test.Idle("more", 0);
        test.Idle("more", 1);
        Send(test, 150, 200);
        test.Deploy(Version("3", leadIn: 20).Replacing(second));
        Send(test, 200, 300);

        test.Drill(new() { RandomRuns = 50 });
    }

    [Fact]
    public void A_version_that_does_not_say_what_becomes_of_the_era_is_refused_and_the_former_one_can_go_on()
    {
        using var test = new PipelineTest(Version("1", leadIn: 0), partitions: 2);
        Send(test, 0, 50);

        test.Invoking(t => t.Deploy(Version("2", leadIn: 0))).Should().Throw<LedgerMismatchException>();
        test.CrashAndRestart();
        Send(test, 50, 70);

        test.Rows(Kept).Should().OnlyContain(r => r.StartsWith("1:", StringComparison.Ordinal));
    }

    [Fact]
    public void A_pipeline_of_another_name_is_no_version()
    {
        using var test = new PipelineTest(Version("1", leadIn: 0));

        test.Invoking(t => t.Deploy(Pipeline.Define("other", lane => lane.Into(Kept, InEventTime(lane).Select(o => o.Key!))))).Should().Throw<ArgumentException>().WithMessage("*'other'*'orders'*");
    }

    // Each order with how many there were before it in the era and its lead-in.
    private static Pipeline Version(string version, int leadIn, VersionChange onChange = VersionChange.Refused)
        => Define(lane => lane.Into(Kept, InEventTime(lane).Scan((N: 0, Text: ""), (before, o) => (before.N + 1, $"{o.Key}{o.Value}"))
                .Select(x => $"{version}: {x.Text} is number {x.N} {lane.Clock.Now:HH:mm}")),
            new() { Version = version, Era = TimeSpan.FromMinutes(1), LeadIn = TimeSpan.FromSeconds(leadIn), OnChange = onChange });

    // An order every five seconds; some late, and some that are none.
    private static void Send(PipelineTest test, int from, int to, int partitions = 2)
    {
        for (var second = from; second < to; second += 5) test.Send("orders", At(second), $"k{second % 3}", second % 70 == 35 ? "?" : $"{second}", partition: second / 5 % partitions);
    }
}
