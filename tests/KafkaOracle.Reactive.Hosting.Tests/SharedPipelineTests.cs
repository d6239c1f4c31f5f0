using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reactive.Linq;
using KafkaOracle.Reactive.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Hosting.Tests;

/// <summary>Hosts that share a pipeline's lanes, between the embedded Kafka and the embedded Oracle.</summary>
public sealed class SharedPipelineTests : IAsyncLifetime
{
    private const int Partitions = 4;

    private static readonly Pipeline Copy = Pipeline.Define("copy",
        lane => lane.Into(Servers.Table, lane.Topic("parted", Text.Utf8).Select(r => new Servers.Row(long.Parse(r.Value!, CultureInfo.InvariantCulture), $"from {r.Position.Partition}"))));

    private readonly Servers _servers = new();
    private int _sent;

    public ValueTask InitializeAsync()
    {
        _servers.Kafka.CreateTopic("parted", Partitions);
        _servers.Settings["Pipelines:copy:Lanes"] = "PerPartition";
        _servers.Settings["Kafka:Config:session.timeout.ms"] = "6000";
        _servers.Settings["Kafka:Config:heartbeat.interval.ms"] = "100";
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _servers.DisposeAsync();

    [Fact]
    public async Task Lanes_move_between_hosts_and_every_row_is_written_once()
    {
        using var first = await _servers.StartAsync(p => p.AddPipeline(Copy));
        await WrittenAsync();
        using var second = await _servers.StartAsync(p => p.AddPipeline(Copy));
        await Soon.Until(() => Lanes(first) > 0 && Lanes(second) > 0 && Lanes(first) + Lanes(second) == Partitions, "the lanes must be shared");
        await WrittenAsync();

        var measured = new List<string>();
        using (var listener = new MeterListener())
        {
            var factory = second.Services.GetRequiredService<IMeterFactory>();
            listener.InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Scope == factory) l.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => measured.Add($"{instrument.Name}={value}"));
            listener.Start();
            listener.RecordObservableInstruments();
        }
        measured.Should().Contain($"kafkaoracle.lanes={Lanes(second)}");

        await Soon.Within(first.StopAsync(TestContext.Current.CancellationToken));
        await Soon.Until(() => Lanes(second) == Partitions, "the other host must take the lanes over");
        await WrittenAsync();
        await Soon.Within(second.StopAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_lane_that_fails_with_an_error_that_passes_is_followed_by_another_run()
    {
        _servers.Settings["Oracle:RetryTimeout"] = "00:00:00";
        _servers.Settings["Pipelines:copy:MaxRestarts"] = "5";
        _servers.Settings["Pipelines:copy:RestartDelay"] = "00:00:00.001";
        using var host = await _servers.StartAsync(p => p.AddPipeline(Copy));
        await WrittenAsync();

        _servers.Oracle.Faults.Next(FaultPoint.BeforeExecute, Fault.Drop(), c => c.Table == "KAFKAORACLE_LEDGER");      // the lane's statement, not this test's
        await WrittenAsync();

        host.Pipeline().Restarts.Should().Be(1);
        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));
    }

    private static int Lanes(IHost host) => host.Pipeline().Status?.Lanes.Count ?? 0;

    /// <summary>Sends to every partition, and waits until all that was ever sent is there, each once.</summary>
    private async Task WrittenAsync()
    {
        _servers.Kafka.Produce("parted", Enumerable.Range(_sent, 40).Select(i => EmbeddedMessage.Text(null, $"{i}", partition: i % Partitions)));
        _sent += 40;
        await Soon.Until(async () => await CountAsync("COUNT(*)") >= _sent, () => $"{_sent} rows must be written");
        (await CountAsync("COUNT(*)"), await CountAsync("COUNT(DISTINCT \"NUMBER\")")).Should().Be((_sent, _sent));
    }

    private async Task<long> CountAsync(string what)
    {
        await using var connection = new OracleConnection(_servers.Oracle.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {what} FROM COPIED";
        try
        {
            return Convert.ToInt64(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);
        }
        catch (OracleException missing) when (missing.Number == 942)
        {
            return 0;                                           // not created yet
        }
    }
}
