using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

public static partial class EventTimeObservable
{
    /// <summary>Rx's Throttle for each key: lets an element pass once no other of its key has come for a while.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">The key of an element.</param>
    /// <param name="dueTime">The silence that lets an element pass, in the clock's time. Positive.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>The last element of each burst, <paramref name="dueTime"/> after it; of one instant, in the order in which they came.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dueTime"/> is not positive.</exception>
    /// <remarks>
    /// <para>The fast path of <c>GroupBy</c> and <c>Throttle</c>. A key that keeps coming never passes: see
    /// <see cref="Debounce{T, TKey}"/> for a limit. An element exactly <paramref name="dueTime"/> after another begins a burst of its
    /// own. When the source completes, the elements that wait are let through at once; an error drops them.</para>
    /// <para>State: one entry a key for <paramref name="dueTime"/> after its last element; about 60 bytes, the key and the element. Looks
    /// back: <paramref name="dueTime"/>. One timer.</para>
    /// </remarks>
    public static IObservable<T> ThrottlePerKey<T, TKey>(this IObservable<T> source, Func<T, TKey> key, TimeSpan dueTime, IScheduler clock)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(dueTime, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(clock);
        return Observable.Create<T>(observer =>
        {
            var bursts = new LastOfBurst<T, TKey>(observer, key, dueTime.Bounded(), atMost: 0, clock);
            using var declared = clock.LooksBack(nameof(ThrottlePerKey), dueTime);
            return StableCompositeDisposable.Create(source.Subscribe(bursts), bursts);
        });
    }

    private sealed class LastOfBurst<T, TKey>(IObserver<T> observer, Func<T, TKey> key, long quiet, long atMost, IScheduler clock)
        : WhenSilent<T, TKey, T, T>(observer, key, quiet, clock)
        where TKey : notnull
    {
        protected override void Gather(ref T state, T element, long now, bool isNew) => state = element;

        protected override T ResultOf(TKey key, in T state, long last) => state;

        protected override long NextLimit(long now) => atMost == 0 ? base.NextLimit(now) : EventTime.Next(now, atMost);
    }
}
