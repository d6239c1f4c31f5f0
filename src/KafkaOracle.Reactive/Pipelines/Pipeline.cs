using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>A name, a query and options: what is run. Immutable; it may be started any number of times, also side by side with others.</summary>
public sealed class Pipeline
{
    private Pipeline(string name, Action<Lane> query, QueryPlan plan, PipelineOptions options, IReadOnlyList<Pipeline> formers)
        => (Name, Query, Plan, Options, Formers) = (name, query, plan, options, formers);

    /// <summary>The name: the key in the ledger, and the name of the table of rejects.</summary>
    public string Name { get; }

    /// <summary>The topics that the query reads, in the order in which it names them.</summary>
    public IReadOnlyList<string> Topics => [.. Plan.Inputs.Select(i => i.Topic)];

    /// <summary>The tables that the query writes, in the order in which it names them.</summary>
    public IReadOnlyList<ITable> Tables => Plan.Tables;

    internal Action<Lane> Query { get; }

    internal QueryPlan Plan { get; }

    internal PipelineOptions Options { get; }

    /// <summary>What it replaces, the latest first.</summary>
    internal IReadOnlyList<Pipeline> Formers { get; }

    /// <summary>Defines a pipeline.</summary>
    /// <param name="name">1 to 100 letters, digits, hyphens or underscores, the first a letter.</param>
    /// <param name="query">
    /// Connects topics to tables. It is called once now, to see which, and once for every era. What it computes may depend on its
    /// records and on <see cref="Lane.Clock"/> alone: no wall clock, no random numbers, no other threads.
    /// </param>
    /// <param name="options">Copied; null for the defaults.</param>
    /// <exception cref="ArgumentException">The name is not one, or the query names two tables or topics alike.</exception>
    /// <exception cref="InvalidOperationException">The query reads no topic or writes no table.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of their ranges; all of them are listed.</exception>
    public static Pipeline Define(string name, Action<Lane> query, PipelineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(query);
        if (name.Length is 0 or > 100 || !char.IsAsciiLetter(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new ArgumentException($"'{name}' is no name for a pipeline: use 1 to 100 letters, digits, hyphens or underscores, the first a letter.", nameof(name));
        var validated = (options ?? new()).Validated(name);
        return new(name, query, QueryPlan.Of(name, query), validated, []);
    }

    /// <summary>The same query, under the same name, with other options.</summary>
    /// <param name="change">Sets in a copy of this pipeline's options what differs.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of their ranges; all of them are listed.</exception>
    public Pipeline With(Action<PipelineOptions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var options = Options.Copy();
        change(options);
        return new(Name, Query, Plan, options.Validated(Name), Formers);
    }

    /// <summary>The same pipeline, taking over from a former version of it where the era under way ends.</summary>
    /// <param name="former">The former version, with its query and its options; what it replaces itself is known then, too.</param>
    /// <exception cref="ArgumentException">It has another name, or the same version, era and lead-in, so that the ledger could not tell them apart.</exception>
    /// <remarks>
    /// <para>Where the ledger says that the former version committed the rows of the era under way, a run goes on with its query, tables
    /// and topics up to the era's end, then connects anew and goes on with this one: also after crashes, as the ledger says whose rows
    /// the era holds. Once the first epoch of this version is committed the former one is not used any more.</para>
    /// <para>Where the era's length was changed, the first era of this version begins where the former's ends, and ends at the next
    /// multiple of its own length. Of the former's options its version, era and lead-in count; all others are this pipeline's.</para>
    /// </remarks>
    public Pipeline Replacing(Pipeline former)
    {
        ArgumentNullException.ThrowIfNull(former);
        if (former.Name != Name) throw new ArgumentException($"Pipeline '{Name}' cannot replace '{former.Name}': the ledger knows a pipeline by its name.", nameof(former));
        Pipeline[] formers = [former, .. former.Formers, .. Formers];
        if (formers.Append(this).GroupBy(p => p.Options.Identity).FirstOrDefault(g => g.Count() > 1) is { } alike)
            throw new ArgumentException($"Two versions of pipeline '{Name}' are '{alike.Key}', so the ledger could not tell whose rows an era holds. Set PipelineOptions.Version of the changed one.", nameof(former));
        return new(Name, Query, Plan, Options, formers);
    }

    /// <summary>Starts a run in a single lane over all partitions of its topics.</summary>
    /// <param name="source">Where the messages come from.</param>
    /// <param name="store">Where the rows and the ledger live.</param>
    /// <param name="logger">Told of starts and stops, never of single records; null for none.</param>
    /// <param name="stop">Stops the run at once; what is not committed is computed again by the next run.</param>
    /// <returns>The run, which connects in the background: <see cref="PipelineRun.Completion"/> tells of any failure.</returns>
    public PipelineRun Start(IMessageSource source, IEpochStore store, ILogger? logger = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(store);
        return new(this, source, store, logger, stop);
    }

    /// <summary>Computes past eras again with this query, and replaces their rows: each era as a whole, in one transaction.</summary>
    /// <param name="source">Where the messages come from.</param>
    /// <param name="store">Where the rows and the ledger live.</param>
    /// <param name="from">Start of the first era: a multiple of <see cref="PipelineOptions.Era"/>.</param>
    /// <param name="to">End of the last one: another multiple, no later than the start of the era under way in the live run.</param>
    /// <param name="options">How many eras at a time, and into which tables; null for the defaults.</param>
    /// <param name="progress">Told of each era that is done or has failed, on any thread, in any order; null for nobody.</param>
    /// <param name="logger">Told of each era; null for none.</param>
    /// <param name="stop">Stops it: eras under way keep their rows, those told of are done.</param>
    /// <returns>What became of each era.</returns>
    /// <exception cref="ArgumentException">The range is not one of eras.</exception>
    /// <exception cref="InvalidOperationException">The pipeline has no event time, or rows do not say which era they belong to.</exception>
    /// <exception cref="LedgerMismatchException">The live run has not finished the range, or the log no longer holds it. Nothing was written.</exception>
    /// <exception cref="ReprocessException">Some eras failed, and keep the rows they had; the others are done.</exception>
    /// <remarks>
    /// <para>The live run may go on meanwhile. Rows become visible era by era. Side outputs, late records and rejected messages are not
    /// written again. Where the live run left out an idle partition, records that it took for late are in time here: the log alone
    /// counts. See docs/reprocessing.md.</para>
    /// <para>Memory: for each of <see cref="ReprocessOptions.Degree"/> eras what a live run needs, and the rows of one epoch.</para>
    /// </remarks>
    public Task<ReprocessResult> ReprocessAsync(
        IMessageSource source, IEraStore store, DateTimeOffset from, DateTimeOffset to, ReprocessOptions? options = null,
        IProgress<ReprocessedEra>? progress = null, ILogger? logger = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(store);
        if (!Plan.HasEventTime) throw new InvalidOperationException($"Pipeline '{Name}' has no event time, so it has no eras to reprocess.");
        if (from >= to) throw new ArgumentException($"There are no eras from {from:O} to {to:O}.", nameof(to));
        foreach (var (time, name) in new[] { (from, nameof(from)), (to, nameof(to)) })
            if (EventTime.Floor(time.UtcTicks, Options.Era.Ticks) is var start && start != time.UtcTicks)
                throw new ArgumentException($"No era of pipeline '{Name}' starts or ends at {time:O}: the nearest before is {EventTime.At(start):O}, the next {EventTime.At(start + Options.Era.Ticks):O}.", name);
        return new Reprocessing(this, source, store, (options ?? new()).Validated(Name), progress, logger.WithoutFailures()).RunAsync(from, to, stop);
    }
}
