using System.Runtime.CompilerServices;

namespace KafkaOracle.Reactive.Testing.Tests.Documentation;

public sealed class TestingGuideTests
{
    [Fact]
    public void The_page_shows_code_that_runs()
    {
        var here = Folder();
        var code = Lines(File.ReadAllText(Path.Combine(here, "TestingGuide.cs")));
        var page = File.ReadAllText(Path.Combine(here, "..", "..", "..", "docs", "testing.md"));
        var blocks = page.Split("```csharp\n").Skip(1).Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)]).ToList();

        blocks.Should().HaveCountGreaterThan(6);
        foreach (var block in blocks) code.Should().Contain(Lines(block));
    }

    // Without the indentation, which differs.
    private static string Lines(string text) => string.Join('\n', text.Split('\n').Select(l => l.Trim())).Trim();

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
