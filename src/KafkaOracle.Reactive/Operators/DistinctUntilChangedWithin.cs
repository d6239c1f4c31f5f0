using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

public static partial class EventTimeObservable
{
    /// <summary>Drops an element whose value is that of the element of its key before it, if that came less than <paramref name="expiry"/> before.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">The key of an element.</param>
    /// <param name="value">What has to change.</param>
    /// <param name="expiry">How long a value is remembered, in the clock's time, from its last occurrence. Positive.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <param name="comparer">Which values are equal; the default of the type where null.</param>
    /// <returns>The first element of each key and those that bring a change or come after a silence, in input order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="expiry"/> is not positive.</exception>
    /// <remarks>
    /// State: one entry a key, for at most twice <paramref name="expiry"/>; about 40 bytes, the key and the value. Looks back:
    /// <paramref name="expiry"/>. No timers.
    /// </remarks>
    public static IObservable<T> DistinctUntilChangedWithin<T, TKey, TValue>(
        this IObservable<T> source, Func<T, TKey> key, Func<T, TValue> value, TimeSpan expiry, IScheduler clock, IEqualityComparer<TValue>? comparer = null)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(expiry, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(clock);
        comparer ??= EqualityComparer<TValue>.Default;
        return Observable.Create<T>(observer =>
        {
            var latest = new ExpiringKeys<TKey, TValue>(expiry.Bounded());
            using var declared = clock.LooksBack(nameof(DistinctUntilChangedWithin), expiry);
            return source.Subscribe(
                element =>
                {
                    bool isChange;
                    try
                    {
                        var now = value(element);
                        ref var before = ref latest.Touch(key(element), clock.Ticks(), out var isKnown);
                        isChange = !isKnown || !comparer.Equals(before, now);
                        before = now;
                    }
                    catch (Exception fault)
                    {
                        observer.OnError(fault);
                        return;
                    }
                    if (isChange) observer.OnNext(element);
                },
                observer.OnError,
                observer.OnCompleted);
        });
    }
}
