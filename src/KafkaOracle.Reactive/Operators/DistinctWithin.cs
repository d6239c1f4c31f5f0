using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

public static partial class EventTimeObservable
{
    /// <summary>Drops an element whose key was seen less than <paramref name="expiry"/> before it, whether or not it was let through then.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">What makes elements equal.</param>
    /// <param name="expiry">How long a key is remembered, in the clock's time, from its last occurrence. Positive.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>The elements whose key did not occur within <paramref name="expiry"/> before them, in input order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="expiry"/> is not positive.</exception>
    /// <remarks>
    /// <para>A key that keeps coming stays dropped. This is what makes the result depend on the last <paramref name="expiry"/> alone:
    /// with a lead-in no shorter, the rows are those of an endless run.</para>
    /// <para>State: one entry a key, for at most twice <paramref name="expiry"/>; about 40 bytes and the key. Looks back:
    /// <paramref name="expiry"/>. No timers.</para>
    /// </remarks>
    public static IObservable<T> DistinctWithin<T, TKey>(this IObservable<T> source, Func<T, TKey> key, TimeSpan expiry, IScheduler clock)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(expiry, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(clock);
        return Observable.Create<T>(observer =>
        {
            var seen = new ExpiringKeys<TKey>(expiry.Ticks);
            return source.Subscribe(
                element =>
                {
                    bool isNew;
                    try
                    {
                        isNew = seen.Add(key(element), clock.Now.UtcTicks);
                    }
                    catch (Exception fault)
                    {
                        observer.OnError(fault);
                        return;
                    }
                    if (isNew) observer.OnNext(element);
                },
                observer.OnError,
                observer.OnCompleted);
        });
    }

    /// <summary>Drops an element that occurred less than <paramref name="expiry"/> before, whether or not it was let through then.</summary>
    /// <inheritdoc cref="DistinctWithin{T, TKey}(IObservable{T}, Func{T, TKey}, TimeSpan, IScheduler)"/>
    public static IObservable<T> DistinctWithin<T>(this IObservable<T> source, TimeSpan expiry, IScheduler clock) where T : notnull
        => source.DistinctWithin(static element => element, expiry, clock);

    // Two generations, swapped once an expiry: forgetting costs nothing a key.
    private sealed class ExpiringKeys<TKey>(long expiry) where TKey : notnull
    {
        private Dictionary<TKey, long> _young = [], _old = [];
        private long _swapAt;

        /// <summary>Notes an occurrence. True: there was none within the expiry before it.</summary>
        public bool Add(TKey key, long now)
        {
            if (now >= _swapAt)
            {
                (_old, _young) = (_young, _old);
                _young.Clear();
                if (now - _swapAt >= expiry) _old.Clear();
                _swapAt = now + expiry;
            }
            var isKnown = (_young.TryGetValue(key, out var last) || _old.TryGetValue(key, out last)) && now - last < expiry;
            _young[key] = now;
            return !isKnown;
        }
    }
}
