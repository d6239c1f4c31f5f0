using System.Reactive.Linq;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive.Hosting.Tests;

/// <summary>The code in docs/hosting.md is compiled here, and its settings are bound.</summary>
public sealed class DocumentationTests
{
    private sealed record SalesTopics(string Audit);

    private static class Sales
    {
        public static Pipeline Pipeline { get; } = Servers.Copy("sales");

        public static Pipeline Audit(SalesTopics topics)
            => KafkaOracle.Reactive.Pipeline.Define("audit", lane => lane.Into(Servers.Table, lane.Topic(topics.Audit, Text.Utf8).Select(r => new Servers.Row(r.Position.Offset, r.Value!))));
    }

    internal static async Task FirstAsync(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddKafkaOracle(builder.Configuration)
            .AddPipeline(Sales.Pipeline)
            .AddPipeline(services => Sales.Audit(services.GetRequiredService<SalesTopics>()), o => o.MaxRestarts = 10);
        builder.Services.AddHealthChecks().AddKafkaOracle();
        await builder.Build().RunAsync();
    }

    internal static void ByCode(HostApplicationBuilder builder, string connectionString)
    {
        builder.Services.AddKafkaOracle(kafka => kafka.BootstrapServers = "broker-1:9092", oracle => oracle.ConnectionString = connectionString)
            .AddPipeline(Sales.Pipeline);
    }

    internal static async Task AtRuntimeAsync(IHost host)
    {
        var sales = host.Services.GetServices<HostedPipeline>().Single(p => p.Name == "sales");
        await sales.PauseAsync();
    }

    [Fact]
    public void Every_line_of_code_in_the_page_is_in_this_file()
    {
        var here = File.ReadLines(ThisFile()).Select(l => l.Trim()).ToHashSet();
        var code = Blocks("csharp").SelectMany(b => b).Select(l => l.Trim()).ToList();

        code.Should().HaveCountGreaterThan(8);
        code.Should().OnlyContain(l => here.Contains(l));
    }

    [Fact]
    public void The_settings_in_the_page_are_settings()
    {
        using var json = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', Blocks("json").Single())));
        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.Configuration.AddJsonStream(json).AddInMemoryCollection([new("Oracle:ConnectionString", "Data Source=x")]);
        builder.Services.AddKafkaOracle(builder.Configuration).AddPipeline(Sales.Pipeline);
        using var host = builder.Build();

        host.Services.GetRequiredService<IOptions<KafkaSourceOptions>>().Value.Config.SaslUsername.Should().Be("reader");
        host.Services.GetRequiredService<IOptions<OracleStoreOptions>>().Value.CommandTimeout.Should().Be(TimeSpan.FromSeconds(30));
        host.Pipeline("sales").Name.Should().Be("sales");
    }

    [Fact]
    public async Task The_instruments_in_the_page_are_those_that_there_are()
    {
        await using var servers = new Servers();
        using var host = await servers.StartAsync();
        var names = new HashSet<string>();
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == HostedPipeline.MeterName) names.Add(instrument.Name);
            },
        };
        listener.Start();
        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));

        File.ReadLines(Page()).Where(l => l.StartsWith("| `kafkaoracle.", StringComparison.Ordinal)).Select(l => l.Split('`')[1]).Should().BeEquivalentTo(names);
    }

    private static List<List<string>> Blocks(string language)
    {
        var blocks = new List<List<string>>();
        List<string>? open = null;
        foreach (var line in File.ReadLines(Page()))
        {
            if (line == $"```{language}") blocks.Add(open = []);
            else if (line == "```") open = null;
            else open?.Add(line);
        }
        return blocks;
    }

    private static string Page() => Path.Combine(Root(), "docs", "hosting.md");

    private static string ThisFile() => Path.Combine(Root(), "tests", "KafkaOracle.Reactive.Hosting.Tests", "DocumentationTests.cs");

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "KafkaOracle.Reactive.sln"))) directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run from within the repository.");
        return directory.FullName;
    }
}
