using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

/// <summary>Which of equal elements is let through.</summary>
public enum Keep
{
    /// <summary>The first, at once.</summary>
    First,

    /// <summary>The last, when it is known to be: one expiry after it.</summary>
    Last,
}

public static partial class EventTimeObservable
{
    /// <summary>Drops an element whose key was seen less than <paramref name="expiry"/> before it, whether or not it was let through then.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">What makes elements equal; a tuple for several fields: <c>s => (s.Invoice, s.StockCode)</c>.</param>
    /// <param name="expiry">How long a key is remembered, in the clock's time, from its last occurrence. Positive.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <param name="keep">
    /// With <see cref="Keep.Last"/>, the last of equal elements is let through instead, one <paramref name="expiry"/> after it: the
    /// same as <see cref="ThrottlePerKey"/>.
    /// </param>
    /// <returns>The elements whose key did not occur within <paramref name="expiry"/> before them, in input order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="expiry"/> is not positive.</exception>
    /// <remarks>
    /// <para>A key that keeps coming stays dropped. This is what makes the result depend on the last <paramref name="expiry"/> alone:
    /// with a lead-in no shorter, the rows are those of an endless run.</para>
    /// <para>State: one entry a key, for at most twice <paramref name="expiry"/>; 24 to 40 bytes and what the key refers to. Looks back:
    /// <paramref name="expiry"/>. No timers.</para>
    /// </remarks>
    public static IObservable<T> DistinctWithin<T, TKey>(
        this IObservable<T> source, Func<T, TKey> key, TimeSpan expiry, IScheduler clock, Keep keep = Keep.First)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(expiry, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(clock);
        if (keep == Keep.Last) return source.ThrottlePerKey(key, expiry, clock);
        return Observable.Create<T>(observer =>
        {
            using (clock.LooksBack(nameof(DistinctWithin), expiry))
                return source.Subscribe(new FirstWithin<T, TKey>(key, expiry.Bounded(), clock, observer));
        });
    }

    /// <summary>Drops an element that occurred less than <paramref name="expiry"/> before, whether or not it was let through then.</summary>
    /// <inheritdoc cref="DistinctWithin{T, TKey}(IObservable{T}, Func{T, TKey}, TimeSpan, IScheduler, Keep)"/>
    public static IObservable<T> DistinctWithin<T>(this IObservable<T> source, TimeSpan expiry, IScheduler clock, Keep keep = Keep.First) where T : notnull
        => source.DistinctWithin(static element => element, expiry, clock, keep);

    private sealed class FirstWithin<T, TKey>(Func<T, TKey> key, long expiry, IScheduler clock, IObserver<T> observer) : IObserver<T> where TKey : notnull
    {
        private readonly EventClock? _lane = clock as EventClock;
        private readonly ExpiringSet<TKey> _seen = new(expiry);

        public void OnNext(T element)
        {
            bool isFirst;
            try
            {
                isFirst = _seen.Add(key(element), _lane is not null ? _lane.Clock : clock.Ticks());
            }
            catch (Exception fault)
            {
                observer.OnError(fault);
                return;
            }
            if (isFirst) observer.OnNext(element);
        }

        public void OnError(Exception error) => observer.OnError(error);

        public void OnCompleted() => observer.OnCompleted();
    }
}
