using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KafkaOracle.Reactive.Analyzers;

/// <summary>Finds in a pipeline's query, and in the code of the same compilation that it reaches, what would make its rows depend on more than its records.</summary>
/// <remarks>
/// Code of a query is judged where it stands. Code that a query reaches by a call, a property, a constructor or a method group is known as such
/// only when the whole compilation was seen, and is reported then. Not followed: virtual and interface calls to an overriding member,
/// delegates kept in variables, initializers of a type's instance fields.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class QueryAnalyzer : DiagnosticAnalyzer
{
    /// <summary>In a diagnostic's properties: code to put in the finding's place, or for a forgotten scheduler behind the last argument.</summary>
    internal const string Replacement = "replacement";

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [Rules.SchedulerRule, Rules.ForgottenSchedulerRule, Rules.ClockRule, Rules.ChanceRule, Rules.ThreadsRule, Rules.AsyncRule];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName("KafkaOracle.Reactive.Lane") is not { } lane) return;
            var search = new Search(start.Compilation, lane);
            start.RegisterOperationAction(search.Examine, OperationKind.Invocation, OperationKind.PropertyReference, OperationKind.ObjectCreation,
                OperationKind.MethodReference, OperationKind.FieldReference, OperationKind.AnonymousFunction);
            start.RegisterCompilationEndAction(search.ReportReached);
        });
    }

    private sealed class Search(Compilation compilation, INamedTypeSymbol lane)
    {
        private readonly Forbidden _forbidden = new(compilation);
        private readonly RxTime _rx = new(compilation);
        private readonly ConcurrentBag<ISymbol> _roots = [];
        private readonly ConcurrentDictionary<ISymbol, ConcurrentBag<ISymbol>> _uses = new(SymbolEqualityComparer.Default);
        private readonly ConcurrentDictionary<ISymbol, ConcurrentBag<Finding>> _outside = new(SymbolEqualityComparer.Default);

        public void Examine(OperationAnalysisContext context)
        {
            var operation = context.Operation;
            if (IsInNameOf(operation)) return;
            var scope = QueryScope.Of(operation, context.ContainingSymbol, lane);
            if (Find(operation, scope) is { } finding)
            {
                if (scope.IsQuery) context.ReportDiagnostic(finding.ToDiagnostic(""));
                else _outside.GetOrAdd(scope.Member, static _ => []).Add(finding);
            }
            if (Used(operation) is { } used && !used.DeclaringSyntaxReferences.IsEmpty)
            {
                if (scope.IsQuery) _roots.Add(used);
                else _uses.GetOrAdd(scope.Member, static _ => []).Add(used);
            }
        }

        public void ReportReached(CompilationAnalysisContext context)
        {
            var reached = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
            var next = new Stack<ISymbol>(_roots);
            while (next.Count > 0)
            {
                var member = next.Pop();
                if (!reached.Add(member)) continue;
                if (_outside.TryGetValue(member, out var findings))
                    foreach (var finding in findings) context.ReportDiagnostic(finding.ToDiagnostic($"; the query of a pipeline reaches this by '{Name(member)}'"));
                if (_uses.TryGetValue(member, out var uses))
                    foreach (var use in uses) next.Push(use);
            }
        }

        private Finding? Find(IOperation operation, QueryScope scope)
        {
            var clock = scope.Lane is { } name ? $"{name}.Clock" : null;
            switch (operation)
            {
                case IPropertyReferenceOperation { Property: var property }:
                    if (_rx.IsCurrentThread(property) && RxTime.ArgumentOf(operation)?.Parent is IInvocationOperation { TargetMethod: var timed } && _rx.TakesTime(timed))
                        return new(Rules.SchedulerRule, operation.Syntax, Name(property), clock);
                    return Forbidden(property, operation, clock);

                case IObjectCreationOperation { Constructor: { } constructor } creation:
                    // With a seed of the query's own, a Random gives the same numbers each time.
                    if (constructor.ContainingType is { Name: "Random", ContainingNamespace.Name: nameof(System) } && creation.Arguments.IsEmpty) return new(Rules.ChanceRule, operation.Syntax, "new Random()", null);
                    return Forbidden(constructor, operation, clock);

                case IInvocationOperation { TargetMethod: var method } call:
                    if (_rx.TakesTime(method) && _rx.IsWithoutScheduler(method)) return new(Rules.ForgottenSchedulerRule, NameOf(call.Syntax), method.Name, clock);
                    if (_rx.TakesTasks(method)) return MayBeAsynchronous(operation) ? null : new(Rules.AsyncRule, NameOf(call.Syntax), $"'{method.Name}' of tasks", null);
                    return Forbidden(method, operation, clock);

                case IMethodReferenceOperation { Method: var method }:
                    return Forbidden(method, operation, null);

                case IAnonymousFunctionOperation { Symbol.IsAsync: true }:
                    // An operator that takes tasks has been found already.
                    if (MayBeAsynchronous(operation) || (RxTime.ArgumentOf(operation)?.Parent is IInvocationOperation { TargetMethod: var outer } && _rx.TakesTasks(outer))) return null;
                    return new(Rules.AsyncRule, operation.Syntax is AnonymousFunctionExpressionSyntax lambda && lambda.AsyncKeyword.Span is { IsEmpty: false } async ? async : operation.Syntax.Span, operation.Syntax.SyntaxTree, "An async function", null);

                default:
                    return null;
            }
        }

        private Finding? Forbidden(ISymbol member, IOperation operation, string? clock)
        {
            if (_forbidden.Rule(member) is not { } rule) return null;
            if (rule == Rules.ThreadsRule && (MayBeAsynchronous(operation) || (operation is IInvocationOperation call && RxTime.IsGivenLaneClock(call)))) return null;
            var replacement = clock is null ? null
                : rule == Rules.SchedulerRule ? _rx.IsSchedulerArgument(operation) ? clock : null
                : rule == Rules.ClockRule ? (member.ContainingType.Name, member.Name) switch
                {
                    ("DateTimeOffset", _) => $"{clock}.Now",
                    ("DateTime", "Today") => $"{clock}.Now.UtcDateTime.Date",
                    ("DateTime", _) => $"{clock}.Now.UtcDateTime",
                    _ => null,
                } : null;
            var syntax = operation is IInvocationOperation ? NameOf(operation.Syntax) : operation.Syntax;
            return new(rule, syntax, Name(member), replacement);
        }

        /// <summary>Within a function that an operator of the toolkit takes to wait for its task: that operator keeps the order, and the cut waits for it.</summary>
        private bool MayBeAsynchronous(IOperation operation)
        {
            for (var at = operation; at is not null; at = at.Parent)
                if (at is IAnonymousFunctionOperation && RxTime.ArgumentOf(at) is { Parameter: { } parameter, Parent: IInvocationOperation { TargetMethod: var method } }
                    && method.ContainingNamespace.ToDisplayString() == "KafkaOracle.Reactive" && _rx.IsTask(RxTime.Returned(parameter.OriginalDefinition.Type))) return true;
            return false;
        }

        private static ISymbol? Used(IOperation operation) => operation switch
        {
            IInvocationOperation call => QueryScope.Key(call.TargetMethod),
            IMethodReferenceOperation reference => QueryScope.Key(reference.Method),
            IPropertyReferenceOperation property => QueryScope.Key(property.Property),
            IFieldReferenceOperation field => QueryScope.Key(field.Field),
            IObjectCreationOperation { Constructor: { } constructor } => QueryScope.Key(constructor),
            _ => null,
        };

        private static bool IsInNameOf(IOperation operation)
        {
            for (var at = operation.Parent; at is IMemberReferenceOperation or INameOfOperation; at = at.Parent)
                if (at is INameOfOperation) return true;
            return false;
        }

        private static string Name(ISymbol member)
            => member is IMethodSymbol { MethodKind: MethodKind.Constructor } ? $"new {member.ContainingType.Name}" : $"{member.ContainingType.Name}.{member.Name}";

        /// <summary>Of a call its name, so that a chain of operators is not underlined as a whole.</summary>
        private static SyntaxNode NameOf(SyntaxNode call) => call is InvocationExpressionSyntax invocation
            ? invocation.Expression switch
            {
                MemberAccessExpressionSyntax access => access.Name,
                MemberBindingExpressionSyntax binding => binding.Name,
                var other => other,
            }
            : call;
    }

    private readonly struct Finding(DiagnosticDescriptor rule, Microsoft.CodeAnalysis.Text.TextSpan span, SyntaxTree tree, string what, string? replacement)
    {
        public Finding(DiagnosticDescriptor rule, SyntaxNode syntax, string what, string? replacement) : this(rule, syntax.Span, syntax.SyntaxTree, what, replacement) { }

        public Diagnostic ToDiagnostic(string reached) => Diagnostic.Create(rule, Location.Create(tree, span),
            replacement is null ? null : ImmutableDictionary<string, string?>.Empty.Add(Replacement, replacement), what, reached);
    }
}
