using System.Reflection;

namespace KafkaOracle.Reactive.Conformance;

/// <summary>What the marks of known gaps promise.</summary>
public sealed class KnownGapTests
{
    private static readonly Case[] Cases = [.. typeof(KnownGapTests).Assembly.GetTypes()
        .Where(t => t.IsSubclassOf(typeof(CaseTests)))
        .SelectMany(t => ((CaseList)t.GetProperty("Cases", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!).All)];

    [Fact]
    public void Every_known_gap_is_listed_in_the_documentation()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root.GetFiles("KafkaOracle.Reactive.sln").Length == 0) root = root.Parent!;
        var documentation = string.Join(' ', File.ReadAllText(Path.Combine(root.FullName, "docs", "embedded-oracle.md")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

        Cases.Select(c => c.Gap).OfType<string>().Distinct().Where(gap => !documentation.Contains(gap, StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Fact]
    public void Every_case_says_where_it_is_documented() => Cases.Where(c => !c.Reference.Contains(',', StringComparison.Ordinal)).Should().BeEmpty();

    [Fact]
    public void There_are_hundreds_of_cases() => Cases.Should().HaveCountGreaterThan(700);
}
