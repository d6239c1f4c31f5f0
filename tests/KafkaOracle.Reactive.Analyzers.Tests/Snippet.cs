using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace KafkaOracle.Reactive.Analyzers.Tests;

/// <summary>C# in which <c>{|KOR0003:DateTime.UtcNow|}</c> marks what must be found, and nothing else may be.</summary>
internal sealed partial class Snippet
{
    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Diagnostics;
        using System.Linq;
        using System.Reactive;
        using System.Reactive.Concurrency;
        using System.Reactive.Linq;
        using System.Reactive.Subjects;
        using System.Reactive.Threading.Tasks;
        using System.Security.Cryptography;
        using System.Threading;
        using System.Threading.Tasks;
        using KafkaOracle.Reactive;

        """;

    // One project for all, its references bound once: a snippet adds a file to it.
    private static readonly Project Empty = new AdhocWorkspace().AddProject(ProjectInfo.Create(ProjectId.CreateNewId(), VersionStamp.Default, "Snippet", "Snippet", LanguageNames.CSharp,
        compilationOptions: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable),
        parseOptions: new CSharpParseOptions(LanguageVersion.Preview),
        metadataReferences: ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is var file && (file.StartsWith("System.", StringComparison.Ordinal) || file is "netstandard.dll" or "mscorlib.dll" or "KafkaOracle.Reactive.dll"))
            .Select(p => MetadataReference.CreateFromFile(p))));

    private static readonly Task<Compilation?> Bound = Empty.GetCompilationAsync();

    private readonly string _marked;

    private Snippet(string marked) => _marked = Usings + marked.ReplaceLineEndings("\n");

    /// <summary>A whole file without its usings.</summary>
    public static Snippet File(string marked) => new(marked);

    /// <summary>Queries, each the statements of one with the lane <c>lane</c>, a stream <c>records</c> of texts in event time, and the table <c>Job.Rows</c>.</summary>
    public static Snippet Queries(params IEnumerable<string> marked) => new($$"""
        static class Job
        {
            public static ITable<object> Rows = null!;
            public static Decoder<string> Decoder = (in message) => "";
            {{string.Concat(marked.Select((query, i) => $$"""

                public static Pipeline Define{{i}}() => Pipeline.Define("job", lane =>
                {
                    var records = lane.Topic("topic", Decoder).InEventTime(TimeSpan.FromSeconds(1));
                    {{query}}
                });

            """))}}
        }
        """);

    /// <summary>Compiles without errors, and the analyzer finds what is marked.</summary>
    public async Task ShouldBeFoundAsync()
    {
        var (source, expected) = Parse();
        await FindAsync(await DocumentAsync(source), source, expected);
    }

    /// <summary>With every fix that is offered it is another snippet, which compiles and in which what is left is found.</summary>
    public async Task ShouldBeFixedAsync(Snippet after)
    {
        var (source, expected) = Parse();
        var fix = new LaneClockCodeFix();
        var document = await DocumentAsync(source);
        // From the end to the beginning, so that a fix moves nothing that is still to be fixed.
        foreach (var diagnostic in (await FindAsync(document, source, expected)).Where(d => fix.FixableDiagnosticIds.Contains(d.Id)).OrderByDescending(d => d.Location.SourceSpan.Start))
        {
            var actions = new List<CodeAction>();
            await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), TestContext.Current.CancellationToken));
            if (actions.Count == 0) continue;
            actions.Should().ContainSingle();
            var changed = (await actions[0].GetOperationsAsync(TestContext.Current.CancellationToken)).OfType<ApplyChangesOperation>().Single();
            document = changed.ChangedSolution.GetDocument(document.Id)!;
        }
        (await document.GetTextAsync(TestContext.Current.CancellationToken)).ToString().Should().Be(after.Parse().Source);
        await after.ShouldBeFoundAsync();
    }

    private static async Task<ImmutableArray<Diagnostic>> FindAsync(Document document, string source, List<(string Id, string Text, int Start)> expected)
    {
        var compilation = (await document.Project.GetCompilationAsync(TestContext.Current.CancellationToken))!;
        compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity == DiagnosticSeverity.Error).Should().BeEmpty();
        var found = await compilation.WithAnalyzers([new QueryAnalyzer()], new CompilationWithAnalyzersOptions(new([]),
            (fault, _, _) => throw new InvalidOperationException("The analyzer threw.", fault), concurrentAnalysis: true, logAnalyzerExecutionTime: false)).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        found.Select(d => (d.Id, Text: source[d.Location.SourceSpan.Start..d.Location.SourceSpan.End], d.Location.SourceSpan.Start))
            .Should().BeEquivalentTo(expected, $"these were found: {string.Join('\n', found)}");
        return found;
    }

    private static async Task<Document> DocumentAsync(string source)
    {
        await Bound;
        return Empty.AddDocument("Snippet.cs", SourceText.From(source));
    }

    private (string Source, List<(string Id, string Text, int Start)> Expected) Parse()
    {
        var expected = new List<(string, string, int)>();
        var source = "";
        var at = 0;
        foreach (Match mark in Mark().Matches(_marked))
        {
            source += _marked[at..mark.Index];
            expected.Add((mark.Groups[1].Value, mark.Groups[2].Value, source.Length));
            source += mark.Groups[2].Value;
            at = mark.Index + mark.Length;
        }
        return (source + _marked[at..], expected);
    }

    [GeneratedRegex(@"\{\|(KOR\d{4}):(.*?)\|\}", RegexOptions.Singleline)]
    private static partial Regex Mark();
}
