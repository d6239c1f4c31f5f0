using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Embedded.Tests.Program;

public sealed class ServerProgramTests
{
    [Fact]
    public async Task Serves_both_servers_and_stops_cleanly_on_a_signal()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var program = await new ServerProgram("--oracle-port", "0", "--kafka-port", "0", "--topic", "orders:3", "--user", "scott").ReadyAsync();

        using (var connection = new OracleConnection(program.OracleConnectionString))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT USER FROM DUAL";
            command.ExecuteScalar().Should().Be("SCOTT");
        }
        using (var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = program.BootstrapServers }).Build())
        {
            var stored = await producer.ProduceAsync("orders", new Message<Null, string> { Value = "one" }, TestContext.Current.CancellationToken);
            stored.Status.Should().Be(PersistenceStatus.Persisted);
        }
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = program.BootstrapServers }).Build())
            admin.GetMetadata("orders", TimeSpan.FromSeconds(30)).Topics.Single().Partitions.Should().HaveCount(3);

        program.SendTerminate();

        (await program.ExitAsync()).Should().Be(0);
        program.Errors.Trim().Should().BeEmpty();
        program.Lines[^1].Should().Be("Stopping.");
    }

    [Fact]
    public async Task Says_what_keeps_it_from_starting()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        using var program = new ServerProgram("--no-kafka", "--oracle-port", $"{port}");

        (await program.ExitAsync()).Should().Be(1);
        program.Errors.Should().StartWith("Cannot start: ");
    }

    [Theory]
    [InlineData("--nonsense", "'--nonsense' is not an option.")]
    [InlineData("--oracle-port", "--oracle-port needs a value.")]
    [InlineData("--kafka-port=1", "'--kafka-port=1' is not an option.")]
    [InlineData("--oracle-port 65536", "--oracle-port needs a number from 0 to 65535, not '65536'.")]
    [InlineData("--oracle-listen here", "--oracle-listen needs an IP address, not 'here'.")]
    [InlineData("--topic t:0", "--topic needs a number from 1 to 10000, not 't:0'.")]
    [InlineData("--no-oracle --no-kafka", "--no-oracle and --no-kafka leave nothing to serve.")]
    public void Refuses_wrong_options(string line, string message) =>
        FluentActions.Invoking(() => EmbeddedServers.Arguments.Parse(line.Split(' '), null)).Should().Throw<FormatException>().WithMessage(message);

    [Fact]
    public async Task Ends_with_two_after_a_wrong_option_and_lists_the_right_ones_when_asked()
    {
        using var wrong = new ServerProgram("--nonsense");
        (await wrong.ExitAsync()).Should().Be(2);
        wrong.Errors.Should().Contain("--help");

        using var help = new ServerProgram("--help");
        (await help.ExitAsync()).Should().Be(0);
        string.Join('\n', help.Lines).Should().Be(EmbeddedServers.Arguments.Usage.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Has_documented_defaults()
    {
        var defaults = EmbeddedServers.Arguments.Parse([], "from the environment");

        defaults.Oracle.Port.Should().Be(1521);
        defaults.KafkaPort.Should().Be(9092);
        defaults.Oracle.Address.Should().Be(IPAddress.Loopback);
        defaults.Oracle.User.Should().Be("KAFKAORACLE");
        defaults.Oracle.Password.Should().Be("from the environment");
        defaults.Oracle.ServiceName.Should().Be("FREEPDB1");
        defaults.Oracle.File.Should().BeNull();
    }
}
