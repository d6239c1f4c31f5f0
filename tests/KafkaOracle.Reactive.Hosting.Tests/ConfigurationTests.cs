using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive.Hosting.Tests;

/// <summary>No servers here: nothing connects before the options are right.</summary>
public sealed class ConfigurationTests
{
    private static readonly Dictionary<string, string?> Enough = new() { ["Kafka:BootstrapServers"] = "127.0.0.1:1", ["Oracle:ConnectionString"] = "Data Source=127.0.0.1:1/X" };

    [Fact]
    public void Sections_fill_the_options()
    {
        using var host = Host(new()
        {
            ["Kafka:BootstrapServers"] = "one:9092,two:9092",
            ["kafka:slabqueue"] = "7",
            ["Kafka:Position"] = "timestamp",
            ["Kafka:FromTime"] = "2024-01-31T00:00:00Z",
            ["Kafka:StallTimeout"] = "00:00:01.5",
            ["Oracle:ConnectionString"] = "Data Source=db/X",
            ["Oracle:CreateTables"] = "False",
            ["Oracle:ArrayRows"] = "500",
            ["Oracle:ResourceTimeout"] = "01:00:00",
            ["Oracle:ErrorKinds:20001"] = "data",
        });

        var kafka = host.Services.GetRequiredService<IOptions<KafkaSourceOptions>>().Value;
        (kafka.BootstrapServers, kafka.SlabQueue, kafka.Position, kafka.FromTime, kafka.StallTimeout).Should().Be(
            ("one:9092,two:9092", 7, KafkaPosition.Timestamp, new DateTimeOffset(2024, 1, 31, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromSeconds(1.5)));
        var oracle = host.Services.GetRequiredService<IOptions<OracleStoreOptions>>().Value;
        (oracle.ConnectionString, oracle.CreateTables, oracle.ArrayRows, oracle.ResourceTimeout).Should().Be(("Data Source=db/X", false, 500, TimeSpan.FromHours(1)));
        oracle.ErrorKinds.Should().BeEquivalentTo(new Dictionary<int, OracleErrorKind> { [20001] = OracleErrorKind.Data });
    }

    [Theory]
    [InlineData("ORA-20001", "Data")]
    [InlineData("20001", "Ignore")]
    [InlineData("20001", "7")]
    public async Task A_code_sorted_in_a_way_that_there_is_not_is_a_fault(string code, string kind)
    {
        using var host = Host(With(($"Oracle:ErrorKinds:{code}", kind)), p => p.AddPipeline(Servers.Copy()));

        (await host.Awaiting(h => h.StartAsync(TestContext.Current.CancellationToken)).Should().ThrowAsync<OptionsValidationException>())
            .Which.Message.Should().Contain($"Oracle:ErrorKinds:{code} is '{kind}'").And.Contain("Transient");
    }

    [Fact]
    public void Any_setting_of_the_client_passes_through_by_its_property_or_by_its_own_name()
    {
        using var host = Host(With(
            ("Kafka:Config:SecurityProtocol", "SaslSsl"), ("Kafka:Config:SaslMechanism", "ScramSha512"), ("Kafka:Config:FetchMinBytes", "17"),
            ("Kafka:Config:sasl.username", "reader"), ("Kafka:Config:enable.ssl.certificate.verification", "False"), ("Kafka:Config:not.known.to.us", "x")));

        var config = host.Services.GetRequiredService<IOptions<KafkaSourceOptions>>().Value.Config;

        config.Should().BeEquivalentTo(new Dictionary<string, string>
        {
            ["security.protocol"] = "sasl_ssl",
            ["sasl.mechanism"] = "SCRAM-SHA-512",
            ["fetch.min.bytes"] = "17",
            ["sasl.username"] = "reader",
            ["enable.ssl.certificate.verification"] = "False",
            ["not.known.to.us"] = "x",
        });
        config.SecurityProtocol.Should().Be(SecurityProtocol.SaslSsl);
    }

    [Fact]
    public async Task All_faults_come_at_once_before_anything_connects()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Kafka:SlabQueue"] = "many",
            ["Kafka:SlabMessages"] = "0",
            ["Kafka:Slabs"] = "1",
            ["Kafka:Config:SecurityProtocol"] = "SASL_SSL",
            ["Kafka:Config:auto.offset.reset"] = "latest",
            ["Kafka:Config:Nonsense"] = "x",
            ["Oracle:QueuedEpochs"] = "0",
            ["Oracle:CommandTimeout:Seconds"] = "5",
            ["Pipelines:copy:Era"] = "00:00:00",
            ["Pipelines:copy:EpochRows"] = "1.5",
            ["Pipelines:copy:RestartDelay"] = "-00:00:01",
            ["Pipelines:copy:OnFault"] = "Explode",
            ["Pipelines:second:LeadInn"] = "00:10:00",
        };
        using var host = Host(settings, p => p.AddPipeline(Servers.Copy()).AddPipeline(Servers.Copy("second")));

        var starting = () => host.StartAsync(TestContext.Current.CancellationToken);

        var failures = (await starting.Should().ThrowAsync<OptionsValidationException>()).Which.Failures.ToList();
        string[] expected =
        [
            "Kafka:SlabQueue is 'many', and should be a number",
            "Kafka: *SlabMessages*1*100000",
            "Kafka:Slabs is no setting. There are: BootstrapServers, Position",
            "Kafka:Config:SecurityProtocol is 'SASL_SSL', and should be one of Plaintext, Ssl, SaslPlaintext, SaslSsl",
            "Kafka: *auto.offset.reset is 'latest'",
            "Kafka:Config:Nonsense is no setting. There are: the properties of ConsumerConfig, the client's own names",
            "Kafka: *BootstrapServers is missing",
            "Oracle: *QueuedEpochs*1*100",
            "Oracle: *ConnectionString is missing",
            "Oracle:CommandTimeout is a section, and should be a time like",
            "Pipelines:copy: *Era*",
            "Pipelines:copy:EpochRows is '1.5', and should be a number",
            "Pipelines:copy: *RestartDelay*",
            "Pipelines:copy:OnFault is 'Explode', and should be one of StopHost, StopPipeline",
            "Pipelines:second:LeadInn is no setting. There are: Era, LeadIn",
        ];
        failures.Should().HaveCount(expected.Length);
        foreach (var fault in expected) failures.Should().ContainMatch($"*{fault}*");
    }

    [Fact]
    public async Task Faults_of_options_set_by_code_come_at_once_too()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.Services.AddKafkaOracle(o => o.SlabQueue = 0, o => o.ArrayRows = 0).AddPipeline(Servers.Copy(), o => o.MaxRestarts = -1);
        using var host = builder.Build();

        var starting = () => host.StartAsync(TestContext.Current.CancellationToken);

        (await starting.Should().ThrowAsync<OptionsValidationException>()).Which.Failures.Should().HaveCount(5)
            .And.ContainMatch("*SlabQueue*").And.ContainMatch("*BootstrapServers*").And.ContainMatch("*ArrayRows*").And.ContainMatch("*ConnectionString*")
            .And.ContainMatch("Pipeline 'copy': *MaxRestarts*");
    }

    [Fact]
    public async Task Two_pipelines_of_one_name_are_a_fault()
    {
        using var host = Host(Enough, p => p.AddPipeline(Servers.Copy()).AddPipeline(_ => Servers.Copy()));

        var starting = () => host.StartAsync(TestContext.Current.CancellationToken);

        (await starting.Should().ThrowAsync<OptionsValidationException>()).WithMessage("2 pipelines are named 'copy'*");
    }

    [Fact]
    public void A_text_in_a_sections_place_is_a_fault_that_does_not_show_it()
    {
        using var host = Host(new() { ["Kafka:BootstrapServers"] = "127.0.0.1:1", ["Oracle"] = "User Id=scott;Password=tiger" });

        var reading = () => host.Services.GetRequiredService<IOptions<OracleStoreOptions>>().Value;

        reading.Should().Throw<OptionsValidationException>().WithMessage("*Oracle is a text, and should hold settings: ConnectionString*").And.Message.Should().NotContain("tiger");
    }

    [Fact]
    public async Task The_configuration_goes_before_the_pipelines_own_options_and_leaves_the_others()
    {
        await using var servers = new Servers();
        servers.Settings["Pipelines:COPY:EpochRows"] = "10";
        servers.Send(100);
        using var host = servers.Host(p => p.AddPipeline(Servers.Copy(options: new() { Until = RunUntil.EndOfLog, EpochRows = 1000, EpochInterval = TimeSpan.FromHours(1) })).StopHostAtEnd());
        var pipeline = host.Pipeline();

        await Soon.Within(host.RunAsync(TestContext.Current.CancellationToken));

        pipeline.Status!.Epochs.Should().BeGreaterThanOrEqualTo(10);
        pipeline.Status.State.Should().Be(RunState.Completed, "the end of the log was asked for by the code");
    }

    [Fact]
    public async Task A_section_of_a_pipeline_that_is_not_there_is_warned_of()
    {
        await using var servers = new Servers();
        servers.Settings["Pipelines:cpoy:Era"] = "01:00:00";

        using var host = await servers.StartAsync();

        servers.Log.All.Should().ContainSingle(l => l.Contains("[4006]") && l.Contains("Pipelines:cpoy") && l.Contains("There are: copy"));
        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Code_that_sets_options_later_goes_before_the_configuration()
    {
        using var host = Host(Enough, services: s => s.Configure<KafkaSourceOptions>(o => o.BootstrapServers = "later:9092"));

        host.Services.GetRequiredService<IOptions<KafkaSourceOptions>>().Value.BootstrapServers.Should().Be("later:9092");
    }

    private static Dictionary<string, string?> With(params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>(Enough);
        foreach (var (key, value) in more) settings[key] = value;
        return settings;
    }

    private static IHost Host(Dictionary<string, string?> settings, Action<KafkaOracleBuilder>? add = null, Action<IServiceCollection>? services = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings);
        var pipelines = builder.Services.AddKafkaOracle(builder.Configuration);
        add?.Invoke(pipelines);
        services?.Invoke(builder.Services);
        return builder.Build();
    }
}
