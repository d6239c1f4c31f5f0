using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive;

public static partial class EventTimeObservable
{
    /// <summary>For each element, the aggregate of its key's elements of the time just before it, itself included.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">The key of an element.</param>
    /// <param name="span">Elements less than this before an element count for it. Positive.</param>
    /// <param name="aggregate">What is made of them.</param>
    /// <param name="result">The row of an element and its aggregate.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>One row for each element, in input order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="span"/> is not positive.</exception>
    /// <remarks>
    /// <para>As SQL's <c>OVER (PARTITION BY key ORDER BY time RANGE …)</c>. An element costs a constant number of additions and merges,
    /// whatever the span; for aggregates that cannot merge or whose states are not copied by assignment (distinct counts, TopK, Collect), one addition for each element in
    /// its span. The last digits of floating-point aggregates depend on when older elements left.</para>
    /// <para>State: each element of the last <paramref name="span"/>, as a state of the aggregate. Looks back: <paramref name="span"/>. No timers.</para>
    /// </remarks>
    public static IObservable<TRow> SlidingWindow<T, TKey, TResult, TRow>(
        this IObservable<T> source, Func<T, TKey> key, TimeSpan span, Aggregate<T, TResult> aggregate, Func<T, TResult, TRow> result, IScheduler clock)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(aggregate);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(clock);
        return aggregate.Use(new SlidingUse<T, TKey, TResult, TRow>(source, key, int.MaxValue, span, result, clock));
    }

    /// <summary>For each element, the aggregate of its key's last elements, itself included.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">The key of an element.</param>
    /// <param name="count">How many elements count. Positive. The first ones of a key have fewer.</param>
    /// <param name="aggregate">What is made of them.</param>
    /// <param name="result">The row of an element and its aggregate.</param>
    /// <returns>One row for each element, in input order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is not positive.</exception>
    /// <remarks>
    /// <para>As SQL's <c>OVER (PARTITION BY key ORDER BY time ROWS …)</c>. Cost as for the one by time.</para>
    /// <para>State: the last <paramref name="count"/> elements of each key, never forgotten. Looks back: as far as a key's last
    /// <paramref name="count"/> elements reach, which the data decide and no lane can see.</para>
    /// </remarks>
    public static IObservable<TRow> SlidingWindow<T, TKey, TResult, TRow>(
        this IObservable<T> source, Func<T, TKey> key, int count, Aggregate<T, TResult> aggregate, Func<T, TResult, TRow> result)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentNullException.ThrowIfNull(aggregate);
        ArgumentNullException.ThrowIfNull(result);
        return aggregate.Use(new SlidingUse<T, TKey, TResult, TRow>(source, key, count, null, result, null));
    }

    private sealed class SlidingUse<T, TKey, TResult, TRow>(
        IObservable<T> source, Func<T, TKey> key, int count, TimeSpan? span, Func<T, TResult, TRow> result, IScheduler? clock)
        : IAggregateUse<T, TResult, IObservable<TRow>>
        where TKey : notnull
    {
        public IObservable<TRow> With<TState>(Aggregate<T, TState, TResult> aggregate) => Observable.Create<TRow>(observer =>
        {
            var keys = new Dictionary<TKey, SlidingElements<T, TResult>>();
            var lane = clock as EventClock;
            var forgetAt = long.MinValue;
            using (clock?.LooksBack(nameof(SlidingWindow), span!.Value))
                return source.Subscribe(
                    element =>
                    {
                        TRow row;
                        try
                        {
                            var now = lane is not null ? lane.Clock : clock?.Now.UtcTicks ?? 0;
                            var over = span is { } s ? now - s.Ticks : long.MinValue;
                            if (now >= forgetAt && span is not null)
                            {
                                foreach (var (k, old) in keys)
                                    if (old.Newest <= over) keys.Remove(k);
                                forgetAt = now + span.Value.Ticks;
                            }
                            ref var elements = ref CollectionsMarshal.GetValueRefOrAddDefault(keys, key(element), out _);
                            elements ??= SlidingElements.Of(aggregate);
                            elements.Add(element, now);
                            while (elements.Count > count || elements.Oldest <= over) elements.RemoveOldest();
                            row = result(element, elements.Result());
                        }
                        catch (Exception fault)
                        {
                            observer.OnError(fault);
                            return;
                        }
                        observer.OnNext(row);
                    },
                    observer.OnError,
                    observer.OnCompleted);
        });
    }
}
