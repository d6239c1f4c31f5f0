using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

public static partial class EventTimeObservable
{
    /// <summary>Rx's Sample for each key: at each multiple of a period, the latest element of each key that came since the one before.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">The key of an element.</param>
    /// <param name="period">Length of a period, in the clock's time. Positive. Periods begin at multiples of it since 0001-01-01T00:00Z.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>At the end of a period, one element for each key that occurred in it, in the order in which the keys first did.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is not positive.</exception>
    /// <remarks>
    /// <para>An element at a period's end belongs to the next one. When the source completes, the open period is emitted early; an error
    /// drops it. For a value at every period, also where nothing came, see <see cref="LatestAtEach"/>.</para>
    /// <para>State: one element for each key of the open period. Looks back: nothing, where <paramref name="period"/> divides the era;
    /// else <paramref name="period"/>. One timer.</para>
    /// </remarks>
    public static IObservable<T> SamplePerKey<T, TKey>(this IObservable<T> source, Func<T, TKey> key, TimeSpan period, IScheduler clock)
        where TKey : notnull
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        return source.TumblingWindow(key, period, default(T)!, static (_, element) => element, clock).Select(static window => window.Value);
    }
}
