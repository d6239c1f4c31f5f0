using Microsoft.CodeAnalysis;

namespace KafkaOracle.Reactive.Analyzers;

/// <summary>What is found, described in full in docs/analyzers.md.</summary>
internal static class Rules
{
    public const string Scheduler = "KOR0001", ForgottenScheduler = "KOR0002", Clock = "KOR0003", Chance = "KOR0004", Threads = "KOR0005", Async = "KOR0006";

    private const string Again = " A query is run again after a restart, and the rows that it computes then must be those that were committed.";

    // {1} tells of code outside a query how it is reached.
    public static readonly DiagnosticDescriptor
        SchedulerRule = Rule(Scheduler, "A scheduler that is not the lane's clock",
            "'{0}' runs by the machine's clock or on other threads, not in event time: pass the lane's clock{1}",
            "Operators of a query take their time from the lane's clock, which stands at the event time reached." + Again),
        ForgottenSchedulerRule = Rule(ForgottenScheduler, "An operator that takes time, without the lane's clock",
            "'{0}' without a scheduler runs by the machine's clock, not in event time: pass the lane's clock as the last argument{1}",
            "Without a scheduler Rx takes the machine's time, on a thread of the pool." + Again),
        ClockRule = Rule(Clock, "The machine's clock is read",
            "'{0}' is the machine's time, which is another one when the query is run again: use Clock.Now of the lane, or the record's At{1}",
            "Event time is what a query may know of time." + Again),
        ChanceRule = Rule(Chance, "A value that is a matter of chance",
            "'{0}' gives another value when the query is run again: derive it from the record, from its Position for example{1}",
            "What a query computes may depend on its records alone." + Again),
        ThreadsRule = Rule(Threads, "Work on another thread",
            "'{0}' leaves the lane's thread, and a row that comes from another one stops the pipeline: leave it out{1}",
            "A query runs on one thread, record by record. Rows that came from several would be in an order of chance." + Again),
        AsyncRule = Rule(Async, "Asynchronous work in a query",
            "{0} goes on later and on another thread, and a row that comes from there stops the pipeline: use the toolkit's own operator for look-ups, or read what is looked up before the pipeline starts{1}",
            "A query runs on one thread, record by record, and the cut between two epochs cannot wait for work that it does not know of." + Again);

    // Findings in code that a query reaches are reported at the end of the compilation, and the compiler wants such descriptors marked.
    private static DiagnosticDescriptor Rule(string id, string title, string message, string description)
        => new(id, title, message, "Determinism", DiagnosticSeverity.Warning, isEnabledByDefault: true, description, customTags: WellKnownDiagnosticTags.CompilationEnd);
}
