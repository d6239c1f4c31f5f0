using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KafkaOracle.Reactive.Analyzers;

/// <summary>Takes the time from the lane's clock, where the code can mention the lane.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class LaneClockCodeFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.Scheduler, Rules.ForgottenScheduler, Rules.Clock];

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root) return;
        foreach (var diagnostic in context.Diagnostics)
        {
            if (!diagnostic.Properties.TryGetValue(QueryAnalyzer.Replacement, out var text) || text is null) continue;
            var node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            var code = SyntaxFactory.ParseExpression(text);
            if (diagnostic.Id == Rules.ForgottenScheduler)
            {
                if (node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call) continue;
                Register($"Pass {text}", () => root.ReplaceNode(call, call.AddArgumentListArguments(SyntaxFactory.Argument(code))));
            }
            else if (node is ExpressionSyntax expression)
            {
                Register($"Use {text}", () => root.ReplaceNode(expression, code.WithTriviaFrom(expression)));
            }

            void Register(string title, Func<SyntaxNode> change) => context.RegisterCodeFix(
                CodeAction.Create(title, _ => Task.FromResult(context.Document.WithSyntaxRoot(change())), equivalenceKey: diagnostic.Id), diagnostic);
        }
    }
}
