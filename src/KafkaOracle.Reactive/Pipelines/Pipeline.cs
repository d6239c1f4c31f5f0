using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>A name, a query and options: what is run. Immutable; it may be started any number of times, also side by side with others.</summary>
public sealed class Pipeline
{
    private Pipeline(string name, Action<Lane> query, QueryPlan plan, PipelineOptions options)
        => (Name, Query, Plan, Options) = (name, query, plan, options);

    /// <summary>The name: the key in the ledger, and the name of the table of rejects.</summary>
    public string Name { get; }

    /// <summary>The topics that the query reads, in the order in which it names them.</summary>
    public IReadOnlyList<string> Topics => [.. Plan.Inputs.Select(i => i.Topic)];

    /// <summary>The tables that the query writes, in the order in which it names them.</summary>
    public IReadOnlyList<ITable> Tables => Plan.Tables;

    internal Action<Lane> Query { get; }

    internal QueryPlan Plan { get; }

    internal PipelineOptions Options { get; }

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
        return new(name, query, QueryPlan.Of(name, query), validated);
    }

    /// <summary>The same query, under the same name, with other options.</summary>
    /// <param name="change">Sets in a copy of this pipeline's options what differs.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of their ranges; all of them are listed.</exception>
    public Pipeline With(Action<PipelineOptions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var options = Options.Copy();
        change(options);
        return new(Name, Query, Plan, options.Validated(Name));
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
}
