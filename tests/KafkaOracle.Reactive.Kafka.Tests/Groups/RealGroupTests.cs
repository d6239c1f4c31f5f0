using Confluent.Kafka;
using Confluent.Kafka.Admin;
using KafkaOracle.Reactive.Tests.Sources;

namespace KafkaOracle.Reactive.Tests.Groups;

/// <summary>Lanes per partition over a real broker, with its coordinators of both group protocols.</summary>
public sealed class RealGroupTests(RealKafkaTests.Broker broker) : IClassFixture<RealKafkaTests.Broker>
{
    private string Servers => broker.Servers;

    [Theory]
    [InlineData("classic", "cooperative-sticky")]
    [InlineData("classic", "range")]
    [InlineData("consumer", null)]
    public async Task Runs_share_the_lanes_and_every_row_is_written_once(string protocol, string? assignor)
    {
        await using var runs = await CreateAsync();
        runs.Configure = Scenarios.Protocol(protocol, assignor);
        await Scenarios.ShareAsync(runs);
    }

    [Theory]
    [InlineData("classic")]
    [InlineData("consumer")]
    public async Task A_process_that_hangs_is_gone_on_without_and_what_it_commits_too_late_is_refused(string protocol)
    {
        await using var runs = await CreateAsync();
        runs.Configure = Scenarios.Protocol(protocol);
        await Scenarios.HangAsync(runs);
    }

    [Fact]
    public async Task A_partition_that_is_added_gets_a_lane()
    {
        await using var runs = await CreateAsync();
        runs.Configure = Scenarios.Protocol("classic");
        var (first, second) = (runs.Run(), runs.Run());
        await runs.SharedAsync(first, second);
        await runs.SendAndCommitAsync();

        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Servers }).Build())
            await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = runs.Topic, IncreaseTo = 6 }]);
        runs.Partitions = 6;

        await runs.SharedAsync(first, second);
        runs.Send();
        await runs.Until(() => runs.Store.Ledger.Count == 6 && runs.Store.Ledger.All(r => r.NextOffset == (r.Partition.Partition < 4 ? 2 : 1) * SharedRuns.PerRound));
    }

    private async Task<SharedRuns> CreateAsync()
    {
        var topic = $"t-{Guid.NewGuid():N}";
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Servers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 4, ReplicationFactor = 1, Configs = new() { ["retention.ms"] = "-1" } }]);
        return new(Servers, topic, 4);
    }
}
