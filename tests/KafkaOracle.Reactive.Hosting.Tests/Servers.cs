using System.Globalization;
using System.Reactive.Linq;
using KafkaOracle.Reactive.Embedded;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive.Hosting.Tests;

/// <summary>Kafka and Oracle for one test, and hosts with pipelines between them.</summary>
internal sealed class Servers : IAsyncDisposable
{
    public const string Topic = "sales";

    public static readonly OracleTable<Row> Table = OracleTable.For<Row>("COPIED");

    private long _sent;

    public Servers(string? password = null)
    {
        Oracle = EmbeddedOracle.Start(new() { Password = password });
        Kafka.CreateTopic(Topic);
        Settings = new()
        {
            ["Kafka:BootstrapServers"] = Kafka.BootstrapServers,
            ["Oracle:ConnectionString"] = Oracle.ConnectionString,
            ["Pipelines:copy:EpochInterval"] = "00:00:00.010",
        };
    }

    public sealed record Row(long Number, string Text);

    public EmbeddedKafka Kafka { get; } = EmbeddedKafka.Start();

    public EmbeddedOracle Oracle { get; }

    public LogLines Log { get; } = new();

    /// <summary>The host's configuration.</summary>
    public Dictionary<string, string?> Settings { get; }

    /// <summary>A query that writes each message as a row.</summary>
    public static Pipeline Copy(string name = "copy", PipelineOptions? options = null)
        => Pipeline.Define(name, lane => lane.Into(Table, lane.Topic(Topic, Text.Utf8).Select(r => new Row(r.Position.Offset, r.Value!))), options);

    /// <summary>A host of these servers, not started yet, with the pipeline <see cref="Copy"/> or others.</summary>
    public IHost Host(Action<KafkaOracleBuilder>? add = null, Action<IServiceCollection>? services = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(Settings);
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log);
        services?.Invoke(builder.Services);
        var pipelines = builder.Services.AddKafkaOracle(builder.Configuration);
        (add ?? (p => p.AddPipeline(Copy())))(pipelines);
        return builder.Build();
    }

    /// <summary>A host that has started.</summary>
    public async Task<IHost> StartAsync(Action<KafkaOracleBuilder>? add = null, Action<IServiceCollection>? services = null)
    {
        var host = Host(add, services);
        await Soon.Within(host.StartAsync(TestContext.Current.CancellationToken));
        return host;
    }

    public void Send(int messages) => Kafka.Produce(Topic, Enumerable.Range(0, messages).Select(_ => EmbeddedMessage.Text(null, $"sale {_sent++}")));

    /// <summary>All messages sent so far are rows, each once, in their order.</summary>
    public async Task ShouldHoldAllAsync()
    {
        await using var connection = new OracleConnection(Oracle.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT \"NUMBER\", TEXT FROM COPIED ORDER BY \"NUMBER\"";
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) rows.Add(string.Create(CultureInfo.InvariantCulture, $"{reader.GetInt64(0)}: {reader.GetString(1)}"));
        rows.Should().Equal(Enumerable.Range(0, (int)_sent).Select(i => $"{i}: sale {i}"));
    }

    public async ValueTask DisposeAsync()
    {
        Oracle.Faults.Clear();
        await Oracle.DisposeAsync();
        Kafka.Dispose();
    }
}

internal static class HostExtensions
{
    public static HostedPipeline Pipeline(this IHost host, string name = "copy") => host.Services.GetServices<HostedPipeline>().Single(p => p.Name == name);

    /// <summary>Until a pipeline has committed so many rows since the host started.</summary>
    public static Task CommittedAsync(this IHost host, long rows)
    {
        var pipeline = host.Pipeline();
        return Soon.Until(() => pipeline.Status?.Rows.GetValueOrDefault("COPIED") >= rows, $"{rows} rows must be committed");
    }

    /// <summary>Until the host begins to stop.</summary>
    public static Task StoppingAsync(this IHost host)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        return Soon.Within(stopping.Task);
    }
}
