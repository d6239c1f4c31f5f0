using Confluent.Kafka;
using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive.Tests.Sources;

public sealed class KafkaSourceOptionsTests
{
    [Fact]
    public void Defaults_are_those_documented()
    {
        var options = new KafkaSourceOptions();

        options.BootstrapServers.Should().BeEmpty();
        options.Position.Should().Be(KafkaPosition.Earliest);
        options.FromTime.Should().BeNull();
        options.Config.Should().BeEmpty();
        options.SlabQueue.Should().Be(16);
        options.SlabMessages.Should().Be(512);
        options.SlabBytes.Should().Be(1024 * 1024);
        options.StallTimeout.Should().Be(TimeSpan.FromSeconds(5));
        options.ConnectTimeout.Should().Be(TimeSpan.FromSeconds(10));
        options.TimeProvider.Should().BeSameAs(TimeProvider.System);
    }

    [Fact]
    public void Chooses_settings_only_where_the_user_has_not()
    {
        var chosen = ConsumerSettings.For(new() { BootstrapServers = "b:1" }, "retail");
        var users = ConsumerSettings.For(new()
        {
            BootstrapServers = "b:1",
            Config = new() { GroupId = "mine", FetchWaitMaxMs = 500, IsolationLevel = IsolationLevel.ReadUncommitted, EnableAutoCommit = false, ClientRack = "r" },
        }, "retail");

        chosen.Should().BeEquivalentTo(new Dictionary<string, string>
        {
            ["bootstrap.servers"] = "b:1",
            ["group.id"] = "retail",
            ["fetch.queue.backoff.ms"] = "10",
            ["fetch.wait.max.ms"] = "50",
            ["isolation.level"] = "read_committed",
            ["enable.auto.commit"] = "true",
            ["auto.commit.interval.ms"] = "1000",
            ["dotnet.consumer.consume.result.fields"] = "all",
            ["auto.offset.reset"] = "error",
            ["enable.partition.eof"] = "true",
            ["enable.auto.offset.store"] = "false",
            ["allow.auto.create.topics"] = "false",
        });
        users.Should().Contain("group.id", "mine").And.Contain("fetch.wait.max.ms", "500").And.Contain("isolation.level", "read_uncommitted")
            .And.Contain("client.rack", "r");
        users["enable.auto.commit"].Should().BeEquivalentTo("false");
    }

    [Fact]
    public void Refuses_everything_that_is_wrong_at_once()
    {
        var options = new KafkaSourceOptions
        {
            Position = KafkaPosition.Timestamp,
            SlabQueue = 0,
            StallTimeout = TimeSpan.Zero,
            Config = new() { AutoOffsetReset = AutoOffsetReset.Latest, ConsumeResultFields = "none" },
        };

        var creating = () => new KafkaSource(options);

        var failures = string.Join('\n', creating.Should().Throw<OptionsValidationException>().Which.Failures);
        failures.Should().Contain("BootstrapServers is missing").And.Contain("FromTime is missing").And.Contain("SlabQueue").And.Contain("StallTimeout")
            .And.Contain("auto.offset.reset is 'latest'").And.Contain("consume.result.fields is 'none'");
    }

    [Fact]
    public void Takes_the_servers_from_the_settings_too()
        => new KafkaSourceOptions { Config = new() { BootstrapServers = "b:1" } }.Validated().BootstrapServers.Should().Be("b:1");

    [Fact]
    public void Does_not_see_later_changes()
    {
        var options = new KafkaSourceOptions { BootstrapServers = "b:1" };
        var copy = options.Validated();

        options.Config.ClientId = "changed";

        copy.Config.ClientId.Should().BeNull();
    }

    [Fact]
    public async Task A_refused_setting_does_not_quote_the_password()
    {
        var options = new KafkaSourceOptions { BootstrapServers = "b:1", Config = new() { SaslPassword = "s3cr3t-word" } };
        options.Config.Set("no.such.setting", "s3cr3t-word");

        var asking = () => new KafkaSource(options).PartitionsAsync(["t"], TestContext.Current.CancellationToken);

        var fault = (await asking.Should().ThrowAsync<KafkaSourceException>()).Which;
        fault.Message.Should().Contain("no.such.setting");
        fault.ToString().Should().NotContain("s3cr3t-word");
    }
}
