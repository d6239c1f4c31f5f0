using Microsoft.CodeAnalysis;

namespace KafkaOracle.Reactive.Analyzers.Tests;

public sealed class RulesTests
{
    [Fact]
    public void Every_rule_is_a_warning_with_a_section_in_the_page()
    {
        var rules = new QueryAnalyzer().SupportedDiagnostics;
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "analyzers.md"));

        rules.Select(r => r.Id).Should().Equal("KOR0001", "KOR0002", "KOR0003", "KOR0004", "KOR0005", "KOR0006");
        rules.Should().OnlyContain(r => r.DefaultSeverity == DiagnosticSeverity.Warning && r.IsEnabledByDefault && r.Description.ToString().Length > 0);
        foreach (var rule in rules) page.Should().Contain($"| [{rule.Id}](#kor{rule.Id[3..]}) | {rule.Title} |").And.Contain($"## {rule.Id}\n\n**{rule.Title}.**");
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "KafkaOracle.Reactive.sln"))) directory = directory.Parent ?? throw new InvalidOperationException("The tests do not run from within the repository.");
        return directory.FullName;
    }
}
