using System.Xml.Linq;

namespace KafkaOracle.Reactive.Tests;

/// <summary>Holds the arrows between the projects: who may know whom, and which packages each may bring.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        // The analyzers are in its package, and not referenced by its assembly.
        ["KafkaOracle.Reactive"] = ["KafkaOracle.Reactive.Analyzers", "KafkaOracle.Reactive.Analyzers.CodeFixes", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options", "System.IO.Hashing", "System.Reactive"],
        ["KafkaOracle.Reactive.Analyzers"] = ["Microsoft.CodeAnalysis.CSharp"],
        ["KafkaOracle.Reactive.Analyzers.CodeFixes"] = ["KafkaOracle.Reactive.Analyzers", "Microsoft.CodeAnalysis.CSharp.Workspaces"],
        ["KafkaOracle.Reactive.Kafka"] = ["Confluent.Kafka", "KafkaOracle.Reactive", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options"],
        ["KafkaOracle.Reactive.Avro"] = ["Apache.Avro", "KafkaOracle.Reactive.Kafka"],
        ["KafkaOracle.Reactive.Protobuf"] = ["Google.Protobuf", "KafkaOracle.Reactive.Kafka"],
        ["KafkaOracle.Reactive.JsonSchema"] = ["JsonSchema.Net", "KafkaOracle.Reactive.Kafka"],
        ["KafkaOracle.Reactive.SchemaRegistry"] = ["Confluent.SchemaRegistry", "KafkaOracle.Reactive.Kafka"],
        ["KafkaOracle.Reactive.Oracle"] = ["BitFaster.Caching", "KafkaOracle.Reactive", "OracleDriver", "Polly.Core"],
        ["KafkaOracle.Reactive.Hosting"] =
        [
            "KafkaOracle.Reactive.Kafka", "KafkaOracle.Reactive.Oracle", "Microsoft.Extensions.Diagnostics", "Microsoft.Extensions.Diagnostics.HealthChecks",
            "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Logging", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options", "Polly.Core",
        ],
        ["KafkaOracle.Reactive.Testing"] = ["KafkaOracle.Reactive"],
        ["KafkaOracle.Reactive.Embedded"] = ["Confluent.Kafka", "Microsoft.Data.Sqlite", "librdkafka.redist"],
    };

    [Fact]
    public void Every_project_of_the_product_has_its_arrows_named_here()
        => Projects().Select(Path.GetFileNameWithoutExtension).Should().BeEquivalentTo(Arrows.Keys);

    [Fact]
    public void No_project_knows_more_than_its_arrows_allow()
    {
        foreach (var project in Projects())
            References(project).Should().BeEquivalentTo(Arrows[Path.GetFileNameWithoutExtension(project)], Path.GetFileName(project));
    }

    [Fact]
    public void What_a_query_mentions_lies_in_one_namespace()
    {
        foreach (var project in Projects().Where(p => !p.Contains("Testing", StringComparison.Ordinal) && !p.Contains("Embedded", StringComparison.Ordinal) && !p.Contains("Analyzers", StringComparison.Ordinal)))
            foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(project)!, "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)))
                File.ReadLines(file).Where(l => l.StartsWith("namespace ", StringComparison.Ordinal)).Should().AllBe(Path.GetFileName(file).EndsWith("Extensions.cs", StringComparison.Ordinal) ? "namespace Microsoft.Extensions.DependencyInjection;" : "namespace KafkaOracle.Reactive;", file);
    }

    private static string[] Projects() => Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);

    private static IEnumerable<string> References(string project)
    {
        var xml = XDocument.Load(project);
        return xml.Descendants("PackageReference").Select(e => e.Attribute("Include")!.Value)
            .Concat(xml.Descendants("ProjectReference").Select(e => Path.GetFileNameWithoutExtension(e.Attribute("Include")!.Value.Replace('\\', '/'))))
            .Concat(xml.Descendants("Import").Select(e => Path.GetFileNameWithoutExtension(e.Attribute("Project")!.Value.Split(')')[^1])))
            .Distinct();                                        // the driver's props and targets are one
    }
}
