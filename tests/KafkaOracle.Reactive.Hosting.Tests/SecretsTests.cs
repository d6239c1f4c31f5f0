using System.Diagnostics.Metrics;
using System.Reactive.Linq;
using KafkaOracle.Reactive.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KafkaOracle.Reactive.Hosting.Tests;

/// <summary>Runs hosts with marked passwords, well and badly, and looks for them in everything that a host says.</summary>
public sealed class SecretsTests
{
    private const string KafkaPassword = "Mark3dKafkaSecret", OraclePassword = "Mark3dOracleSecret";

    public static TheoryData<string, string, string> Ways => new()
    {
        { "it runs well", "", "" },
        { "the database knows another password", "Oracle:ConnectionString", $"User Id=KAFKAORACLE;Password={OraclePassword}x;Data Source=127.0.0.1:{{port}}/FREEPDB1" },
        { "there is no database", "Oracle:ConnectionString", $"User Id=KAFKAORACLE;Password={OraclePassword};Data Source=127.0.0.1:1/FREEPDB1" },
        { "the connection string is none", "Oracle:ConnectionString", $"User Id=KAFKAORACLE;Password={OraclePassword};Nonsense=1" },
        { "the connection string is in the wrong place", "Oracle", $"User Id=KAFKAORACLE;Password={OraclePassword}" },
        { "the connection string is a key's name away", "Oracle:Connection", $"User Id=KAFKAORACLE;Password={OraclePassword}" },
        { "the brokers do not speak SASL", "Kafka:Config:security.protocol", "sasl_plaintext" },
        { "there is no such mechanism", "Kafka:Config:sasl.mechanism", "NONSENSE" },
        { "an option is out of its range", "Kafka:SlabQueue", "0" },
        { "the password is for a key that there is not", "Kafka:Config:SaslPasswort", KafkaPassword },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task No_password_is_ever_said(string way, string key, string value)
    {
        await using var servers = new Servers(OraclePassword);
        if (key.Length > 0) servers.Settings["Kafka:ConnectTimeout"] = "00:00:00.500";
        servers.Settings["Kafka:Config:sasl.username"] = "reader";
        servers.Settings["Kafka:Config:sasl.password"] = KafkaPassword;
        servers.Settings["Kafka:Config:sasl.mechanism"] = "PLAIN";
        servers.Settings["Kafka:Config:debug"] = "security,conf,broker";
        if (key.Length > 0) servers.Settings[key] = value.Replace("{port}", $"{servers.Oracle.Port}");
        servers.Send(10);
        var said = new List<string>();
        using var measured = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        measured.SetMeasurementEventCallback<long>((instrument, _, tags, _) => said.Add($"{instrument.Name} {instrument.Description} {string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))}"));
        measured.Start();

        var fails = key.Length > 0;
        using (var host = servers.Host(p => p.AddPipeline(Servers.Copy(options: new() { Until = RunUntil.EndOfLog }), o => o.OnFault = FaultAction.StopPipeline).StopHostAtEnd(), s => s.AddHealthChecks().AddKafkaOracle()))
        {
            try
            {
                var stopping = host.StoppingAsync();
                await Soon.Within(host.StartAsync(TestContext.Current.CancellationToken));
                await stopping;
                measured.RecordObservableInstruments();
                var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
                foreach (var entry in health.Entries.Values) said.AddRange([$"{entry.Description}", $"{entry.Exception}", string.Join(' ', entry.Data.Values)]);
                (health.Status == HealthStatus.Unhealthy).Should().Be(fails, way);
                said.AddRange(host.Services.GetServices<HostedPipeline>().Select(p => $"{p.Fault} {p.Status}"));
                await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.IAssertionException && fails)
            {
                said.Add(fault.ToString());
            }
        }

        said.AddRange(servers.Log.All);
        said.Should().Contain(s => s.Contains(fails ? "fail" : "has ended after", StringComparison.Ordinal), "what happened must be among what was captured");
        said.Should().NotContain(s => s.Contains(KafkaPassword) || s.Contains(OraclePassword), way);
    }

    [Fact]
    public async Task No_password_is_said_in_an_outage_or_of_a_record_that_the_query_throws_on()
    {
        await using var servers = new Servers(OraclePassword);
        servers.Settings["Oracle:ConnectionString"] += ";Pooling=false";
        servers.Settings["Pipelines:copy:MaxRestarts"] = "10";
        servers.Settings["Pipelines:copy:RestartDelay"] = "00:00:00.001";
        servers.Settings["Kafka:Config:sasl.password"] = KafkaPassword;
        servers.Settings["Kafka:Config:debug"] = "security,conf,broker";
        var said = new List<string>();

        using var host = servers.Host(p => p.AddPipeline(Pipeline.Define("copy", lane => lane.Into(Servers.Table, lane.Topic(Servers.Topic, Text.Utf8)
            .Select(r => r.Position.Offset == 4 ? throw new FormatException("four") : new Servers.Row(r.Position.Offset, r.Value!))))), s => s.AddHealthChecks().AddKafkaOracle());
        await Soon.Within(host.StartAsync(TestContext.Current.CancellationToken));
        var pipeline = host.Pipeline();
        await Soon.Until(() => pipeline.Status?.State == RunState.Running, "the tables must be there before anything fails");
        servers.Oracle.Faults.Next(FaultPoint.BeforeExecute, Fault.Error(1653), c => c.Table == "COPIED");
        servers.Oracle.Faults.Next(FaultPoint.AfterCommit, Fault.Drop());
        for (var i = 0; i < 2; i++) servers.Oracle.Faults.Next(FaultPoint.Connect, Fault.Error(12541));
        servers.Send(10);
        await Soon.Until(async () =>
        {
            var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
            foreach (var entry in health.Entries.Values) said.AddRange([$"{entry.Description}", $"{entry.Exception}", string.Join(' ', entry.Data.Values)]);
            said.AddRange(pipeline.Status?.Troubles.Select(t => t.ToString()) ?? []);
            said.Add($"{pipeline.Fault} {pipeline.Status}");
            return pipeline.Status is { Rejected: 1 } status && status.Rows["COPIED"] == 9;
        }, () => $"the pipeline must get past all of it: {said[^1]}; {string.Join('\n', servers.Log.All.Where(l => !l.Contains("librdkafka")).TakeLast(20))}");
        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));

        said.AddRange(servers.Log.All);
        said.Should().Contain(s => s.Contains("is held up since") && s.Contains("ORA-01653"), "what happened must be among what was captured");
        said.Should().Contain(s => s.Contains("[1012]") && s.Contains("four"));
        said.Should().NotContain(s => s.Contains(KafkaPassword) || s.Contains(OraclePassword));
    }
}
