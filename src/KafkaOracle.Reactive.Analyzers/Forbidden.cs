using Microsoft.CodeAnalysis;

namespace KafkaOracle.Reactive.Analyzers;

/// <summary>Members that a query must not use, whatever their arguments.</summary>
internal sealed class Forbidden
{
    private const string Any = "*", Constructor = ".ctor";

    private static readonly (DiagnosticDescriptor Rule, string Type, string[] Members)[] Table =
    [
        (Rules.SchedulerRule, "System.Reactive.Concurrency.Scheduler", ["Default", "NewThread", "TaskPool", "ThreadPool"]),
        (Rules.SchedulerRule, "System.Reactive.Concurrency.DefaultScheduler", ["Instance"]),
        (Rules.SchedulerRule, "System.Reactive.Concurrency.TaskPoolScheduler", [Any]),
        (Rules.SchedulerRule, "System.Reactive.Concurrency.NewThreadScheduler", [Any]),
        (Rules.SchedulerRule, "System.Reactive.Concurrency.ThreadPoolScheduler", [Any]),
        (Rules.SchedulerRule, "System.Reactive.Concurrency.EventLoopScheduler", [Constructor]),
        (Rules.SchedulerRule, "System.Reactive.Concurrency.SynchronizationContextScheduler", [Constructor]),

        (Rules.ClockRule, "System.DateTime", ["Now", "UtcNow", "Today"]),
        (Rules.ClockRule, "System.DateTimeOffset", ["Now", "UtcNow"]),
        (Rules.ClockRule, "System.Diagnostics.Stopwatch", [Constructor, "StartNew", "GetTimestamp"]),
        (Rules.ClockRule, "System.Environment", ["TickCount", "TickCount64"]),
        (Rules.ClockRule, "System.TimeProvider", ["System"]),

        (Rules.ChanceRule, "System.Random", ["Shared"]),
        (Rules.ChanceRule, "System.Guid", ["NewGuid", "CreateVersion7"]),
        (Rules.ChanceRule, "System.Security.Cryptography.RandomNumberGenerator", [Any]),
        (Rules.ChanceRule, "System.IO.Path", ["GetRandomFileName", "GetTempFileName"]),
        // Seeded anew in every process.
        (Rules.ChanceRule, "System.String", ["GetHashCode"]),
        (Rules.ChanceRule, "System.HashCode", ["Combine", "ToHashCode"]),

        (Rules.ThreadsRule, "System.Threading.Tasks.Task", ["Run", "Delay"]),
        (Rules.ThreadsRule, "System.Threading.Tasks.TaskFactory", ["StartNew"]),
        (Rules.ThreadsRule, "System.Threading.Tasks.TaskFactory`1", ["StartNew"]),
        (Rules.ThreadsRule, "System.Threading.Tasks.Parallel", [Any]),
        (Rules.ThreadsRule, "System.Linq.ParallelEnumerable", ["AsParallel"]),
        (Rules.ThreadsRule, "System.Threading.Thread", [Constructor]),
        (Rules.ThreadsRule, "System.Threading.ThreadPool", ["QueueUserWorkItem", "UnsafeQueueUserWorkItem"]),
        (Rules.ThreadsRule, "System.Threading.Timer", [Constructor]),
        (Rules.ThreadsRule, "System.Timers.Timer", [Constructor]),
        (Rules.ThreadsRule, "System.Reactive.Linq.Observable", ["ObserveOn", "SubscribeOn", "Start", "ToAsync"]),
        (Rules.ThreadsRule, "System.Reactive.Concurrency.Synchronization", ["ObserveOn", "SubscribeOn"]),
    ];

    private readonly Dictionary<ISymbol, (DiagnosticDescriptor Rule, string[] Members)> _types = new(SymbolEqualityComparer.Default);

    public Forbidden(Compilation compilation)
    {
        foreach (var (rule, name, members) in Table)
            if (compilation.GetTypeByMetadataName(name) is { } type) _types[type] = (rule, members);
    }

    /// <summary>The rule that a member breaks; null if none.</summary>
    public DiagnosticDescriptor? Rule(ISymbol member)
        => member.ContainingType is { } type && _types.TryGetValue(type.OriginalDefinition, out var entry)
            && (entry.Members[0] == Any || entry.Members.Contains(member.Name))
            ? entry.Rule : null;
}
