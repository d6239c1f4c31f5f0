using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

public static partial class EventTimeObservable
{
    /// <summary>Makes one element of each burst of a key: its last, when the key has been quiet for a while, or when the waiting gets too long.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">The key of an element.</param>
    /// <param name="quiet">The silence that ends a burst, in the clock's time. Positive.</param>
    /// <param name="atMost">
    /// A burst that goes on is cut at each multiple of this length since 0001-01-01T00:00Z, and the last element so far let through.
    /// Positive.
    /// </param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>The last element of each burst or of each part of it; of one instant, in the order in which they came.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quiet"/> or <paramref name="atMost"/> is not positive.</exception>
    /// <remarks>
    /// <para><see cref="ThrottlePerKey"/> with a bound on how long an element is held back. The limit is a grid in time and not counted
    /// from a burst's beginning, so that the result depends on the last <paramref name="quiet"/> alone. An element at a point of the
    /// grid belongs to what follows.</para>
    /// <para>State: one entry a key for <paramref name="quiet"/> after its last element; about 60 bytes, the key and the element. Looks
    /// back: <paramref name="quiet"/>. One timer.</para>
    /// </remarks>
    public static IObservable<T> Debounce<T, TKey>(this IObservable<T> source, Func<T, TKey> key, TimeSpan quiet, TimeSpan atMost, IScheduler clock)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(quiet, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(atMost, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(clock);
        return Observable.Create<T>(observer =>
        {
            var bursts = new LastOfBurst<T, TKey>(observer, key, quiet.Bounded(), atMost.Bounded(), clock);
            using var declared = clock.LooksBack(nameof(Debounce), quiet);
            return StableCompositeDisposable.Create(source.Subscribe(bursts), bursts);
        });
    }

    /// <summary>Makes one element of each burst: its last, when it has been quiet for a while, or when the waiting gets too long.</summary>
    /// <inheritdoc cref="Debounce{T, TKey}(IObservable{T}, Func{T, TKey}, TimeSpan, TimeSpan, IScheduler)"/>
    public static IObservable<T> Debounce<T>(this IObservable<T> source, TimeSpan quiet, TimeSpan atMost, IScheduler clock)
        => source.Debounce(static _ => 0, quiet, atMost, clock);
}
