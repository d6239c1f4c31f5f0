using Confluent.Kafka;
using KafkaOracle.Reactive.Testing;
using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive.Tests.DeadLetters;

public sealed class DeadLetterOptionsTests
{
    [Fact]
    public void Defaults_are_as_documented()
    {
        var options = new DeadLetterOptions();

        (options.BootstrapServers, options.RejectsTopic, options.KeepRejects).Should().Be(("", null, true));
        (options.RetryTimeout, options.ConnectTimeout).Should().Be((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10)));
        options.Config.Should().BeEmpty();
        options.TimeProvider.Should().BeSameAs(TimeProvider.System);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var options = new DeadLetterOptions
        {
            KeepRejects = false,
            RetryTimeout = TimeSpan.Zero,
            Config = new() { EnableIdempotence = false, Acks = Acks.Leader, TransactionalId = "t", MessageTimeoutMs = 1 },
        };

        var failures = FluentActions.Invoking(() => new DeadLetterStore(new MemoryStore(), options)).Should().Throw<OptionsValidationException>().Which.Failures.ToList();

        failures.Should().HaveCount(7).And.ContainMatch("*BootstrapServers is missing*").And.ContainMatch("*would be lost*").And.ContainMatch("*RetryTimeout*")
            .And.ContainMatch("*enable.idempotence is 'False'*").And.ContainMatch("*acks is '1'*").And.ContainMatch("*transactional.id*").And.ContainMatch("*message.timeout.ms*");
    }

    [Fact]
    public void Servers_and_security_are_the_sources_unless_others_are_named()
    {
        var source = new KafkaSourceOptions { BootstrapServers = "a:1", Config = new() { SaslPassword = "s3cret", SecurityProtocol = SecurityProtocol.SaslSsl, FetchMinBytes = 7 } };
        var like = new DeadLetterOptions { Config = new() { LingerMs = 3 } };
        var other = new DeadLetterOptions { BootstrapServers = "b:1" };

        like.ConnectLike(source);
        other.ConnectLike(source);

        like.BootstrapServers.Should().Be("a:1");
        like.Config.Select(s => s.Key).Should().BeEquivalentTo("linger.ms", "sasl.password", "security.protocol");
        (other.BootstrapServers, other.Config.Count()).Should().Be(("b:1", 0));
    }
}
