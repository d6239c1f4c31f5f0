using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reactive.Linq;
using System.Text.RegularExpressions;
using KafkaOracle.Reactive.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace KafkaOracle.Reactive.Hosting.Tests;

public sealed class MonitoringTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2024, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Decoder<long> Number = (in message) => long.Parse(message.Value, CultureInfo.InvariantCulture);

    private readonly Servers _servers = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _servers.DisposeAsync();

    [Fact]
    public async Task Health_follows_the_pipeline()
    {
        var time = new FakeTimeProvider();
        _servers.Oracle.Faults.Hook = at => at.Point == FaultPoint.Connect ? Fault.Error(12514) : null;
        using var host = _servers.Host(
            p => p.AddPipeline(Servers.Copy(), o => (o.MaxRestarts, o.RestartDelay, o.OnFault) = (1, TimeSpan.FromMinutes(1), FaultAction.StopPipeline)),
            s => s.AddSingleton<TimeProvider>(time).AddHealthChecks().AddKafkaOracle());
        await ShouldBeAsync(host, HealthStatus.Degraded, "copy: does not run");

        await host.StartAsync(TestContext.Current.CancellationToken);
        await ShouldBeAsync(host, HealthStatus.Degraded, "copy: waits to run again after: Cannot connect to Oracle.*ORA-50201.*");

        _servers.Oracle.Faults.Clear();
        await Soon.Until(() =>
        {
            time.Advance(TimeSpan.FromMinutes(1));              // the pause may not have begun yet when it is announced
            return !host.Pipeline().IsRestarting;
        }, "the pause must end");
        await ShouldBeAsync(host, HealthStatus.Healthy, "copy: runs");

        await Soon.Within(host.Pipeline().PauseAsync());
        await ShouldBeAsync(host, HealthStatus.Degraded, "copy: is paused");

        await Soon.Within(host.Pipeline().ResumeAsync());
        await ShouldBeAsync(host, HealthStatus.Healthy, "copy: runs");

        _servers.Oracle.Faults.Hook = at => at.Point == FaultPoint.BeforeExecute ? Fault.Error(1031) : null;
        _servers.Send(1);
        (await ShouldBeAsync(host, HealthStatus.Unhealthy, "copy: has failed: .*ORA-01031.*")).Exception.Should().BeOfType<OracleStoreException>();
        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Health_is_that_of_the_worst_pipeline_and_names_them_all()
    {
        _servers.Send(1);
        using var host = await _servers.StartAsync(
            p => p.AddPipeline(Servers.Copy(options: new() { Until = RunUntil.EndOfLog }))
                .AddPipeline(Pipeline.Define("broken", lane => lane.Into(Servers.Table, lane.Topic("missing", Text.Utf8).Select(r => new Servers.Row(0, "")))), o => o.OnFault = FaultAction.StopPipeline),
            s => s.AddHealthChecks().AddKafkaOracle(failureStatus: HealthStatus.Degraded));

        var entry = await ShouldBeAsync(host, HealthStatus.Degraded, "copy: has ended; broken: has failed: .*missing.*");

        entry.Data["copy"].Should().Be("has ended");
        entry.Data["broken"].As<string>().Should().Contain("missing");
        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Metrics_count_what_became_of_each_message_and_row()
    {
        var time = new FakeTimeProvider(Noon.AddHours(1));
        var pipeline = Pipeline.Define("copy", lane =>
        {
            var numbers = lane.Topic(Servers.Topic, Number).InEventTime(n => Noon.AddSeconds(n), TimeSpan.FromSeconds(10), new() { Earliest = Noon.AddDays(-1) })
                .Check([Rule.For<long>("odd", n => n % 2 == 1).AsWarning(), Rule.For<long>("small", n => n < 1000)]).Good;
            lane.Into(Servers.Table, numbers.Select(r => new Servers.Row(r.Value, "a number")));
        }, new() { IdleAfter = TimeSpan.FromDays(1) });
        using var host = await _servers.StartAsync(p => p.AddPipeline(pipeline), s => s.AddSingleton<TimeProvider>(time));
        using var meter = new Meters(host);

        _servers.Kafka.Produce(Servers.Topic, new[] { "1", "2", "3", "x", "y", "100", "5", "-90000", "101", "102", "103" }.Select(t => EmbeddedMessage.Text(null, t)));
        await Soon.Until(() => host.Pipeline().Status is { Rejected: 4 } status && status.Rows["COPIED"] == 3, () => $"all that can be decided must be committed, not {host.Pipeline().Status}");

        var measured = meter.Read();
        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));
        string[] expected =
        [
            "kafkaoracle.messages[copy,accepted]=7", "kafkaoracle.messages[copy,late]=1", "kafkaoracle.messages[copy,undecodable]=2", "kafkaoracle.messages[copy,out_of_bounds]=1",
            "kafkaoracle.messages.reread[copy]=0", "kafkaoracle.rows[copy,COPIED]=3", "kafkaoracle.rejected[copy]=4", "kafkaoracle.restarts[copy]=0", "kafkaoracle.buffered[copy]=4",
            "kafkaoracle.behind[copy]=0", "kafkaoracle.watermark.delay[copy]=3507", "kafkaoracle.state[copy,running]=1", "kafkaoracle.state[copy,faulted]=0",
            "kafkaoracle.rules.broken[copy,odd]=1", "kafkaoracle.rules.broken[copy,small]=0",
        ];
        measured.Should().Contain(expected).And.ContainMatch("kafkaoracle.epochs[copy]=*");
        measured.Where(m => m.StartsWith("kafkaoracle.state", StringComparison.Ordinal)).Should().HaveCount(Enum.GetValues<RunState>().Length);
    }

    [Fact]
    public async Task Counts_do_not_fall_when_a_run_follows_another()
    {
        _servers.Settings["Oracle:RetryTimeout"] = "00:00:00";
        _servers.Settings["Pipelines:copy:MaxRestarts"] = "5";
        _servers.Settings["Pipelines:copy:RestartDelay"] = "00:00:00.001";
        using var host = await _servers.StartAsync();
        using var meter = new Meters(host);
        _servers.Send(10);
        await host.CommittedAsync(10);
        _servers.Oracle.Faults.Next(FaultPoint.BeforeExecute, Fault.Drop());
        _servers.Send(10);
        await host.CommittedAsync(20);

        meter.Read().Should().Contain(["kafkaoracle.restarts[copy]=1", "kafkaoracle.rows[copy,COPIED]=20"]);

        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Nothing_is_reported_of_a_pipeline_that_has_not_started()
    {
        using var host = _servers.Host();
        using var meter = new Meters(host);

        meter.Read().Should().BeEmpty();
        await host.StartAsync(TestContext.Current.CancellationToken);
        meter.Read().Should().NotBeEmpty();

        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<HealthReportEntry> ShouldBeAsync(IHost host, HealthStatus status, string description)
    {
        var health = host.Services.GetRequiredService<HealthCheckService>();
        var entry = default(HealthReportEntry);
        await Soon.Until(async () =>
        {
            entry = (await health.CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["kafkaoracle"];
            return entry.Status == status && Regex.IsMatch(entry.Description!, $"^{description}$", RegexOptions.Singleline);
        }, () => $"health must come to be {status}: {description}, and is {entry.Status}: {entry.Description}");
        return entry;
    }

    /// <summary>Reads the instruments of one host's meter.</summary>
    private sealed class Meters : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly List<string> _read = [];

        public Meters(IHost host)
        {
            var factory = host.Services.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == HostedPipeline.MeterName && instrument.Meter.Scope == factory) listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, $"{value}", tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, $"{value}", tags));
            _listener.Start();
        }

        public List<string> Read()
        {
            _read.Clear();
            _listener.RecordObservableInstruments();
            return _read;
        }

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
            => _read.Add($"{instrument.Name}[{string.Join(',', tags.ToArray().Select(t => t.Value))}]={value}");
    }
}
