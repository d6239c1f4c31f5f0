using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

/// <summary>Operators on event time. Each takes the clock as a scheduler, so that it works in any Rx program too.</summary>
public static partial class EventTimeObservable
{
    /// <summary>Aggregates the elements of each key in each window, at the time at which they come.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">The key of an element.</param>
    /// <param name="windows">How time is cut.</param>
    /// <param name="aggregate">What is made of the elements: see <see cref="Aggregates"/>.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <param name="emit">When results are emitted; null for <see cref="Emit.Final"/>, once when a window ends.</param>
    /// <returns>
    /// One aggregate for each key and window that has elements. At one instant in the order of the windows' ends, then of their
    /// starts, then of the keys' first elements in the window.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="emit"/> has a grace: at the clock's time nothing comes late.</exception>
    /// <remarks>
    /// <para>The fast path of <c>GroupBy</c>, <c>Window</c> and <c>Aggregate</c>: one look-up in a table an element. When the source
    /// completes, what is open is emitted early; an error drops it.</para>
    /// <para>State: one state of the aggregate for each key of each window that is not over. Looks back: as <paramref name="windows"/>
    /// say. One timer.</para>
    /// </remarks>
    public static IObservable<KeyedWindow<TKey, TResult>> AggregateBy<T, TKey, TResult>(
        this IObservable<T> source, Func<T, TKey> key, Windows windows, Aggregate<T, TResult> aggregate, IScheduler clock, Emit? emit = null)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(aggregate);
        ArgumentNullException.ThrowIfNull(clock);
        if (emit is { Grace: > 0 }) throw new ArgumentException("A grace is for late elements: use the overload that takes an event time.", nameof(emit));
        return aggregate.Use(new WindowedAggregate<T, TKey, TResult>(source, windows, new(key, null, emit ?? Emit.Final, clock, null), nameof(AggregateBy)));
    }

    /// <summary>Aggregates the elements of each key in each window by a time of their own, in whatever order they come.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">The key of an element.</param>
    /// <param name="at">The event time of an element.</param>
    /// <param name="windows">How time is cut.</param>
    /// <param name="aggregate">What is made of the elements. For sessions it must be able to merge.</param>
    /// <param name="clock">Says when a window ends and its grace is over.</param>
    /// <param name="emit">When results are emitted; null for <see cref="Emit.Final"/>, once when a window ends.</param>
    /// <param name="late">Told of each element whose windows are all over, grace included; null drops them.</param>
    /// <returns>
    /// Aggregates for each key and window that has elements, each with its revision. At one instant in the order of the windows'
    /// ends, then of their starts, then of the keys' first elements to come.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="windows"/> are sessions and <paramref name="aggregate"/> cannot merge.</exception>
    /// <remarks>
    /// <para>For records that a lane orders by one time and an analyst counts by another: ordered by the time stamps of the log, with
    /// a lateness of zero, results are early, and late elements correct them within the grace. A late element may join two sessions,
    /// or make one begin earlier: see <see cref="KeyedWindow{TKey, TValue}.IsRetraction"/>. Where sessions have a longest duration,
    /// which elements share one then depends on the order in which they come.</para>
    /// <para>State: one state of the aggregate for each key of each window that is not over, grace included. Looks back: as <paramref name="windows"/> say, and the
    /// grace, provided that no element comes before its own time. One timer.</para>
    /// </remarks>
    public static IObservable<KeyedWindow<TKey, TResult>> AggregateBy<T, TKey, TResult>(
        this IObservable<T> source, Func<T, TKey> key, Func<T, DateTimeOffset> at, Windows windows, Aggregate<T, TResult> aggregate, IScheduler clock,
        Emit? emit = null, IObserver<T>? late = null)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(aggregate);
        ArgumentNullException.ThrowIfNull(clock);
        return aggregate.Use(new WindowedAggregate<T, TKey, TResult>(source, windows, new(key, at, emit ?? Emit.Final, clock, late), nameof(AggregateBy)));
    }

    private sealed class WindowedAggregate<T, TKey, TResult>(IObservable<T> source, Windows windows, AggregationPlan<T, TKey> plan, string name)
        : IAggregateUse<T, TResult, IObservable<KeyedWindow<TKey, TResult>>>
        where TKey : notnull
    {
        public IObservable<KeyedWindow<TKey, TResult>> With<TState>(Aggregate<T, TState, TResult> aggregate)
        {
            if (windows is SessionWindows && plan.At is not null && !aggregate.CanMerge)
                throw new ArgumentException("A late element may join two sessions, and this aggregate cannot merge: give Aggregates.Fold a merge.", nameof(aggregate));
            var by = $"{name}({windows})";
            return Observable.Create<KeyedWindow<TKey, TResult>>(observer =>
            {
                KeyedAggregation<T, TKey, TState, TResult> windowed = windows is SessionWindows sessions
                    ? new SessionAggregation<T, TKey, TState, TResult>(sessions, by, plan, aggregate, observer)
                    : new AlignedAggregation<T, TKey, TState, TResult>((AlignedWindows)windows, plan, aggregate, observer);
                using (plan.Clock.LooksBack(by, windows, TimeSpan.FromTicks(plan.Emit.Grace)))
                    return StableCompositeDisposable.Create(windowed.SubscribeTo(source), windowed);
            });
        }
    }
}
