using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KafkaOracle.Reactive.Analyzers;

/// <summary>Which of Rx's operators take time, and which work with tasks, told from their signatures.</summary>
internal sealed class RxTime(Compilation compilation)
{
    private readonly INamedTypeSymbol? _scheduler = compilation.GetTypeByMetadataName("System.Reactive.Concurrency.IScheduler");
    private readonly ISymbol?[] _operators =
        [compilation.GetTypeByMetadataName("System.Reactive.Linq.Observable"), compilation.GetTypeByMetadataName("System.Reactive.Threading.Tasks.TaskObservableExtensions")];
    private readonly ISymbol?[] _times = [compilation.GetTypeByMetadataName("System.TimeSpan"), compilation.GetTypeByMetadataName("System.DateTimeOffset")];
    private readonly ISymbol?[] _tasks =
    [
        compilation.GetTypeByMetadataName("System.Threading.Tasks.Task"), compilation.GetTypeByMetadataName("System.Threading.Tasks.Task`1"),
        compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask"), compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask`1"),
    ];
    private readonly ISymbol?[] _currentThread =
        [compilation.GetTypeByMetadataName("System.Reactive.Concurrency.CurrentThreadScheduler"), compilation.GetTypeByMetadataName("System.Reactive.Concurrency.ImmediateScheduler")];

    /// <summary>An operator of Rx that takes time: by a span, an instant, or a function that gives one, or by what it is.</summary>
    public bool TakesTime(IMethodSymbol method)
        => IsOperator(method) && (method.Name is "Timestamp" or "TimeInterval" || Declared(method).Parameters.Any(p => Is(_times, p.Type) || Is(_times, Returned(p.Type))));

    /// <summary>An overload to which the scheduler is still to be given.</summary>
    public bool IsWithoutScheduler(IMethodSymbol method) => !method.Parameters.Any(p => SymbolEqualityComparer.Default.Equals(p.Type, _scheduler));

    /// <summary>An operator of Rx that waits for tasks.</summary>
    public bool TakesTasks(IMethodSymbol method)
        => IsOperator(method) && Declared(method).Parameters.Any(p => IsTask(p.Type) || IsTask(Returned(p.Type)) || (p.Type is INamedTypeSymbol { Name: "IObservable" or "IEnumerable", TypeArguments.Length: 1 } sequence && IsTask(sequence.TypeArguments[0])));

    /// <summary>A scheduler that stays on its thread, and there waits for what is due: of no harm without time.</summary>
    public bool IsCurrentThread(IPropertySymbol property)
        => property is { IsStatic: true, ContainingType.Name: "Scheduler", Name: "CurrentThread" or "Immediate" } || (property is { IsStatic: true, Name: "Instance" } && Is(_currentThread, property.ContainingType));

    /// <summary>Whether a value is what an operation hands to a parameter that is a scheduler.</summary>
    public bool IsSchedulerArgument(IOperation value)
        => ArgumentOf(value) is { Parameter: { } parameter } && SymbolEqualityComparer.Default.Equals(parameter.Type, _scheduler);

    /// <summary>A call that is given the lane's own clock: whatever it does, it does in event time.</summary>
    public static bool IsGivenLaneClock(IInvocationOperation call)
        => call.Arguments.Any(a => (a.Value is IConversionOperation conversion ? conversion.Operand : a.Value).Type is { Name: "EventClock" });

    /// <summary>The argument that a value is, also as a delegate or converted; null where it is none.</summary>
    public static IArgumentOperation? ArgumentOf(IOperation value)
    {
        var parent = value.Parent;
        while (parent is IConversionOperation or IDelegateCreationOperation) parent = parent.Parent;
        return parent as IArgumentOperation;
    }

    public bool IsTask(ITypeSymbol? type) => Is(_tasks, type);

    /// <summary>What a delegate returns; null for other types.</summary>
    public static ITypeSymbol? Returned(ITypeSymbol type) => (type as INamedTypeSymbol)?.DelegateInvokeMethod?.ReturnType;

    // As declared: of Select(x => x.Duration) the type argument is a time, and the operator takes none.
    private static IMethodSymbol Declared(IMethodSymbol method) => (method.ReducedFrom ?? method).OriginalDefinition;

    private bool IsOperator(IMethodSymbol method) => Is(_operators, method.ContainingType);

    private static bool Is(ISymbol?[] types, ITypeSymbol? type)
        => type is not null && types.Contains(type is INamedTypeSymbol { IsGenericType: true } generic && generic.ConstructedFrom.SpecialType == SpecialType.System_Nullable_T ? generic.TypeArguments[0] : type.OriginalDefinition, SymbolEqualityComparer.Default);
}
