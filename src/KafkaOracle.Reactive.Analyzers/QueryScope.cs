using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KafkaOracle.Reactive.Analyzers;

/// <summary>
/// Where a piece of code stands. What takes a lane, be it lambda, local function or method, is part of a query: nothing else is ever given
/// one.
/// </summary>
/// <param name="isQuery">Whether it is part of a query.</param>
/// <param name="member">For code outside a query: the innermost local function, or else the method, property or field that it is in.</param>
/// <param name="lane">For code of a query: the lane's name, if the code can mention it.</param>
internal readonly struct QueryScope(bool isQuery, ISymbol member, string? lane)
{
    public bool IsQuery { get; } = isQuery;

    public ISymbol Member { get; } = member;

    public string? Lane { get; } = lane;

    public static QueryScope Of(IOperation operation, ISymbol containing, INamedTypeSymbol laneType)
    {
        ISymbol? member = null;
        var canCapture = true;
        for (var at = operation.Parent; at is not null; at = at.Parent)
        {
            var function = at switch
            {
                IAnonymousFunctionOperation lambda => lambda.Symbol,
                ILocalFunctionOperation local => local.Symbol,
                _ => null,
            };
            if (function is null) continue;
            if (LaneOf(function, laneType) is { } lane) return new(true, function, canCapture ? lane : null);
            if (at is ILocalFunctionOperation) member ??= function;
            if (function.IsStatic) canCapture = false;
        }
        if (LaneOf(containing as IMethodSymbol, laneType) is { } taken) return new(true, containing, canCapture ? taken : null);
        return new(false, member ?? Key(containing), null);
    }

    /// <summary>One symbol for all that runs when a member is used: a property for its accessors, a definition for what is made of it.</summary>
    public static ISymbol Key(ISymbol member)
    {
        if (member is IMethodSymbol { ReducedFrom: { } extension }) member = extension;
        member = member.OriginalDefinition;
        return (member as IMethodSymbol)?.AssociatedSymbol ?? (member as IFieldSymbol)?.AssociatedSymbol ?? member;
    }

    private static string? LaneOf(IMethodSymbol? function, INamedTypeSymbol laneType)
        => function?.Parameters.FirstOrDefault(p => SymbolEqualityComparer.Default.Equals(p.Type, laneType))?.Name;
}
