namespace KafkaOracle.Reactive.Hosting.Tests;

public sealed class HostedPipelineOptionsTests
{
    [Fact]
    public void Defaults_are_those_documented()
    {
        var options = new HostedPipelineOptions();

        options.OnFault.Should().Be(FaultAction.StopHost);
        options.MaxRestarts.Should().Be(0);
        options.RestartDelay.Should().Be(TimeSpan.FromSeconds(1));
        options.MaxRestartDelay.Should().Be(TimeSpan.FromMinutes(1));
        options.IsTransient(new TimeoutException()).Should().BeFalse();
        options.IsTransient(new FencedException("")).Should().BeFalse();
    }

    [Fact]
    public async Task Brokers_that_do_not_answer_may_answer_later()
    {
        var source = new KafkaSource(new() { BootstrapServers = "127.0.0.1:1", ConnectTimeout = TimeSpan.FromMilliseconds(100) });

        var asking = () => source.PartitionsAsync(["sales"], TestContext.Current.CancellationToken);

        new HostedPipelineOptions().IsTransient((await asking.Should().ThrowAsync<KafkaSourceException>()).Which).Should().BeTrue();
    }
}
