using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

/// <summary>A key that has been silent for too long.</summary>
/// <param name="Key">The key.</param>
/// <param name="Since">When its last element came.</param>
/// <param name="NoticedAt">When the silence had lasted as long as is allowed.</param>
public readonly record struct Gap<TKey>(TKey Key, DateTimeOffset Since, DateTimeOffset NoticedAt);

public static partial class EventTimeObservable
{
    /// <summary>Tells of each key that has not occurred for a while: once, when that while has passed.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">The key of an element.</param>
    /// <param name="longest">The silence that is one too long, in the clock's time. Positive.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>A gap for each silence, <paramref name="longest"/> after the key's last element; of one instant, in the order of those elements.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="longest"/> is not positive.</exception>
    /// <remarks>
    /// <para>A key is watched from its first element on, and no more after its gap until it comes again. For the absence of an answer to
    /// an element, see <see cref="NotFollowedBy"/>. Nothing is emitted for the silence after the source has completed.</para>
    /// <para>On a lane, time passes with the records of all partitions: where nothing comes at all, no gap is noticed until something does.</para>
    /// <para>State: one entry a key for <paramref name="longest"/> after its last element; about 60 bytes and the key. Looks back:
    /// <paramref name="longest"/>. One timer.</para>
    /// </remarks>
    public static IObservable<Gap<TKey>> DetectGaps<T, TKey>(this IObservable<T> source, Func<T, TKey> key, TimeSpan longest, IScheduler clock)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(longest, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(clock);
        return Observable.Create<Gap<TKey>>(observer =>
        {
            var gaps = new Gaps<T, TKey>(observer, key, longest.Bounded(), clock);
            using var declared = clock.LooksBack(nameof(DetectGaps), longest);
            return StableCompositeDisposable.Create(source.Subscribe(gaps), gaps);
        });
    }

    private sealed class Gaps<T, TKey>(IObserver<Gap<TKey>> observer, Func<T, TKey> key, long longest, IScheduler clock)
        : WhenSilent<T, TKey, Unit, Gap<TKey>>(observer, key, longest, clock)
        where TKey : notnull
    {
        protected override bool EmitsAtEnd => false;

        protected override void Gather(ref Unit state, T element, long now, bool isNew) { }

        protected override Gap<TKey> ResultOf(TKey key, in Unit state, long last) => new(key, EventTime.At(last), EventTime.At(last + Silence));
    }
}
