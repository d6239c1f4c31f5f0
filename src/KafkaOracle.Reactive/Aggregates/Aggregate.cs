using System.Runtime.CompilerServices;

namespace KafkaOracle.Reactive;

/// <summary>How elements become one value: counts, sums and the like from <see cref="Aggregates"/>, combined into one row, or one's own.</summary>
/// <remarks>Immutable; one may serve any number of queries. Own ones derive from <see cref="Aggregate{T, TState, TResult}"/>, or are made by <see cref="Aggregates.Fold"/>.</remarks>
public abstract class Aggregate<T, TResult>
{
    private protected Aggregate() { }

    /// <summary>The same with its result changed.</summary>
    public abstract Aggregate<T, TOther> Select<TOther>(Func<TResult, TOther> selector);

    /// <summary>The same over the elements that fulfil a condition, as SQL's <c>FILTER (WHERE …)</c>.</summary>
    /// <remarks>A window may then have no element for it: sums and counts are 0, averages and variances null, others their type's default.</remarks>
    public abstract Aggregate<T, TResult> Where(Func<T, bool> predicate);

    /// <summary>Hands the aggregate on with its type of state.</summary>
    internal abstract TUsed Use<TUsed>(IAggregateUse<T, TResult, TUsed> use);
}

/// <summary>An aggregate and the type of its state. Derive from it to write one's own.</summary>
/// <remarks>A state that holds no references costs no allocation: it lives beside its key in the operator's table.</remarks>
public abstract class Aggregate<T, TState, TResult> : Aggregate<T, TResult>
{
#pragma warning disable RS0022 // Only this class derives from the one above; it is this one that is derived from.
    /// <summary>For derived classes.</summary>
    protected Aggregate() { }
#pragma warning restore RS0022

    /// <summary>The state of no element: the type's default, unless overridden. Each call gives a state of its own.</summary>
    public virtual TState Seed() => default!;

    /// <summary>Takes one element more.</summary>
    public abstract void Add(ref TState state, T element);

    /// <summary>Takes what another state has taken after this one. The other is not used again.</summary>
    public abstract void Merge(ref TState state, TState later);

    /// <summary>The value so far. The state goes on being used, so it must not become part of the result where it is changed in place.</summary>
    public abstract TResult Result(TState state);

    /// <summary>Whether <see cref="Merge"/> may be called.</summary>
    public virtual bool CanMerge => true;

    /// <summary>Whether a copy made by assignment is independent of the original.</summary>
    /// <value>True where the state holds no references, unless overridden: states of immutable parts may say so.</value>
    public virtual bool CopiesByAssignment => !RuntimeHelpers.IsReferenceOrContainsReferences<TState>();

    /// <inheritdoc/>
    public sealed override Aggregate<T, TOther> Select<TOther>(Func<TResult, TOther> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return new Selected<T, TState, TResult, TOther>(this, selector);
    }

    /// <inheritdoc/>
    public sealed override Aggregate<T, TResult> Where(Func<T, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return new Filtered<T, TState, TResult>(this, predicate);
    }

    internal sealed override TUsed Use<TUsed>(IAggregateUse<T, TResult, TUsed> use) => use.With(this);
}

/// <summary>What is done with an aggregate once the type of its state is known.</summary>
internal interface IAggregateUse<T, TResult, out TUsed>
{
    TUsed With<TState>(Aggregate<T, TState, TResult> aggregate);
}

internal sealed class Selected<T, TState, TInner, TResult>(Aggregate<T, TState, TInner> inner, Func<TInner, TResult> selector) : Aggregate<T, TState, TResult>
{
    public override bool CanMerge => inner.CanMerge;
    public override bool CopiesByAssignment => inner.CopiesByAssignment;
    public override TState Seed() => inner.Seed();
    public override void Add(ref TState state, T element) => inner.Add(ref state, element);
    public override void Merge(ref TState state, TState later) => inner.Merge(ref state, later);
    public override TResult Result(TState state) => selector(inner.Result(state));
}

internal sealed class Filtered<T, TState, TResult>(Aggregate<T, TState, TResult> inner, Func<T, bool> predicate) : Aggregate<T, TState, TResult>
{
    public override bool CanMerge => inner.CanMerge;
    public override bool CopiesByAssignment => inner.CopiesByAssignment;
    public override TState Seed() => inner.Seed();
    public override void Add(ref TState state, T element)
    {
        if (predicate(element)) inner.Add(ref state, element);
    }
    public override void Merge(ref TState state, TState later) => inner.Merge(ref state, later);
    public override TResult Result(TState state) => inner.Result(state);
}
