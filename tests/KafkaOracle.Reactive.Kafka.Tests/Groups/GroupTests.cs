using Confluent.Kafka;
using KafkaOracle.Reactive.Embedded;

namespace KafkaOracle.Reactive.Tests.Groups;

/// <summary>Lanes per partition, shared by runs of one group, over the embedded brokers.</summary>
public sealed class GroupTests : IAsyncDisposable
{
    private const string Topic = "sales";

    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start(new() { SessionTimeout = TimeSpan.FromSeconds(6) });
    private readonly SharedRuns _runs;

    public GroupTests()
    {
        _kafka.CreateTopic(Topic, 4);
        _runs = new(_kafka.BootstrapServers, Topic, 4);
    }

    public async ValueTask DisposeAsync()
    {
        await _runs.DisposeAsync();
        _kafka.Dispose();
    }

    [Theory]
    [InlineData("classic", "cooperative-sticky")]
    [InlineData("classic", "range")]
    [InlineData("consumer", null)]
    public async Task Runs_share_the_lanes_and_every_row_is_written_once(string protocol, string? assignor)
    {
        _runs.Configure = Scenarios.Protocol(protocol, assignor);
        await Scenarios.ShareAsync(_runs);
    }

    [Fact]
    public async Task A_process_that_hangs_is_gone_on_without_and_what_it_commits_too_late_is_refused()
    {
        _runs.Configure = Scenarios.Protocol("classic");
        await Scenarios.HangAsync(_runs);
    }

    [Fact]
    public async Task A_slow_lane_holds_up_no_other()
    {
        _runs.Configure = Scenarios.Protocol("classic");
        var held = new TaskCompletionSource();
        _runs.Store.BeforeCommit = epoch => epoch.Ledger[0].Row.Partition.Partition == 1 ? held.Task : Task.CompletedTask;
        _runs.Run();
        for (var round = 0; round < 10; round++) _runs.Send();

        await _runs.Until(() => _runs.Store.Ledger.Count(r => r.NextOffset == 10 * SharedRuns.PerRound) == 3);
        _runs.Store.Ledger.Should().NotContain(r => r.Partition.Partition == 1);
        held.SetResult();
        await _runs.CommittedAsync();
    }

    [Fact]
    public void Several_topics_need_the_assignor_that_keeps_their_partitions_together()
    {
        var options = new KafkaSourceOptions { BootstrapServers = _kafka.BootstrapServers };
        options.Config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.RoundRobin;

        ConsumerSettings.ForMember(options, "g", ["a"])["partition.assignment.strategy"].Should().Be("roundrobin");
        FluentActions.Invoking(() => ConsumerSettings.ForMember(options, "g", ["a", "b"])).Should().Throw<KafkaSourceException>().WithMessage("*'roundrobin'*a, b*range*");
        options.Config.PartitionAssignmentStrategy = null;
        ConsumerSettings.ForMember(options, "g", ["a", "b"])["partition.assignment.strategy"].Should().Be("range");
        ConsumerSettings.ForMember(options, "g", ["a"])["partition.assignment.strategy"].Should().Be("cooperative-sticky");
        options.Config.Set("group.protocol", "consumer");
        ConsumerSettings.ForMember(options, "g", ["a", "b"]).Should().Contain("group.remote.assignor", "range").And.NotContainKey("partition.assignment.strategy");
        ConsumerSettings.ForMember(options, "g", ["a"]).Should().NotContainKeys("group.remote.assignor", "partition.assignment.strategy");
    }
}
