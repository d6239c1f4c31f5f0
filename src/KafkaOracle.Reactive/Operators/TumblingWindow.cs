using System.Reactive.Concurrency;

namespace KafkaOracle.Reactive;

public static partial class EventTimeObservable
{
    /// <summary>Aggregates the elements of each key over windows of one length, one after the other.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">The key of an element.</param>
    /// <param name="size">Length of a window. Positive. Windows start at multiples of it since 0001-01-01T00:00Z.</param>
    /// <param name="seed">The aggregate of no element; each key of each window starts with it. A value that <paramref name="add"/> does not change in place.</param>
    /// <param name="add">The aggregate with one element more.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>When a window ends, one aggregate for each key that occurred in it, in the order in which the keys first did.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is not positive.</exception>
    /// <remarks>
    /// <para>Short for <c>AggregateBy(key, Windows.Tumbling(size), Aggregates.Fold(seed, add), clock)</c>. When the source completes,
    /// the open window is emitted early; an error drops it.</para>
    /// <para>State: one aggregate for each key of the open window. Looks back: nothing, where <paramref name="size"/> divides the era;
    /// else <paramref name="size"/>. One timer.</para>
    /// </remarks>
    public static IObservable<KeyedWindow<TKey, TValue>> TumblingWindow<T, TKey, TValue>(
        this IObservable<T> source, Func<T, TKey> key, TimeSpan size, TValue seed, Func<TValue, T, TValue> add, IScheduler clock)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(size, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(add);
        ArgumentNullException.ThrowIfNull(clock);
        return source.AggregateBy(key, Windows.Tumbling(size), Aggregates.Fold(seed, add), clock);
    }
}
