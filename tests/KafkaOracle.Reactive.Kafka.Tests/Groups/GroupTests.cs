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
        _runs.Configure = Protocol(protocol, assignor);
        await Scenarios.ShareAsync(_runs);
    }

    private static Action<KafkaSourceOptions> Protocol(string protocol, string? assignor) => o =>
    {
        o.Config.Set("group.protocol", protocol);
        if (assignor is not null) o.Config.Set("partition.assignment.strategy", assignor);
        if (protocol == "classic") (o.Config.SessionTimeoutMs, o.Config.HeartbeatIntervalMs) = (6000, 100);
    };
}

/// <summary>What happens to runs that share a pipeline.</summary>
internal static class Scenarios
{
    public static async Task ShareAsync(SharedRuns runs)
    {
        runs.Send();
        var first = runs.Run();
        await runs.SharedAsync(first);
        await runs.CommittedAsync();
        var second = runs.Run();
        runs.Send();                                                // while partitions move
        await runs.SharedAsync(first, second);
        await runs.SendAndCommitAsync();

        await second.PauseAsync();
        runs.Send();
        await first.DisposeAsync();                                 // what it has not committed is the other's
        await runs.SharedAsync(second);
        await second.ResumeAsync();
        await runs.SendAndCommitAsync();

        var third = runs.Run();
        await runs.SharedAsync(second, third);
        runs.Send();
        await second.DrainAsync().WaitAsync(SlabReading.Guard());
        await runs.SendAndCommitAsync();
        await third.DrainAsync().WaitAsync(SlabReading.Guard());
        await runs.AssertAllOnceAsync();
    }
}
