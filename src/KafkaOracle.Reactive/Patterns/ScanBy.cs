using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

public static partial class EventTimeObservable
{
    /// <summary>Rx's Scan for each key: folds each element into the state of its key and emits the result; forgets keys that fall silent.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">The key of an element.</param>
    /// <param name="seed">The state of a key that is not known. A value that <paramref name="add"/> does not change in place.</param>
    /// <param name="add">The state with one element more.</param>
    /// <param name="expiry">How long a key is remembered, in the clock's time, from its last element. Positive.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>For each element its key and the state after it, in input order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="expiry"/> is not positive.</exception>
    /// <remarks>
    /// <para>On a lane, a key that never falls silent has a state that began with the era's lead-in, not with the log: a lead-in as long
    /// as the longest activity of a key without a silence of <paramref name="expiry"/>, and that silence, gives the rows of an endless
    /// run. Totals over more than an era belong in Oracle.</para>
    /// <para>State: one entry a key, for at most twice <paramref name="expiry"/>; about 50 bytes, the key and its state. Looks back: as
    /// the data decide, see above. No timers.</para>
    /// </remarks>
    public static IObservable<KeyValuePair<TKey, TState>> ScanBy<T, TKey, TState>(
        this IObservable<T> source, Func<T, TKey> key, TState seed, Func<TState, T, TState> add, TimeSpan expiry, IScheduler clock)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(add);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(expiry, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(clock);
        return Observable.Create<KeyValuePair<TKey, TState>>(observer =>
        {
            var states = new ExpiringKeys<TKey, (long Since, TState State)>(expiry.Bounded());
            var gauge = (clock as EventClock)?.LookBack;
            using var declared = clock.LooksBack(nameof(ScanBy), expiry);
            return source.Subscribe(
                element =>
                {
                    KeyValuePair<TKey, TState> result;
                    try
                    {
                        var (k, now) = (key(element), clock.Ticks());
                        ref var entry = ref states.Touch(k, now, out var isKnown);
                        if (!isKnown) entry = (now, seed);
                        gauge?.See(nameof(ScanBy), entry.Since, now + 1);     // a record of a boundary belongs to what follows
                        entry.State = add(entry.State, element);
                        result = new(k, entry.State);
                    }
                    catch (Exception fault)
                    {
                        observer.OnError(fault);
                        return;
                    }
                    observer.OnNext(result);
                },
                observer.OnError,
                observer.OnCompleted);
        });
    }
}
