using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

/// <summary>The latest element of a key, as it stands at a time.</summary>
/// <param name="Key">The key.</param>
/// <param name="At">The time.</param>
/// <param name="Since">When the element came.</param>
/// <param name="Value">The element.</param>
public readonly record struct Standing<TKey, T>(TKey Key, DateTimeOffset At, DateTimeOffset Since, T Value);

public static partial class EventTimeObservable
{
    /// <summary>At each multiple of a period, the latest element of each key, whether or not it is new: a heart beat for each key.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">The key of an element.</param>
    /// <param name="period">Length of a period, in the clock's time. Positive. Periods begin at multiples of it since 0001-01-01T00:00Z.</param>
    /// <param name="expiry">How long an element stands, in the clock's time. Not shorter than <paramref name="period"/>.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>At each multiple of the period, one element for each key that occurred within <paramref name="expiry"/> before it, in the order in which they came.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is not positive or <paramref name="expiry"/> is shorter.</exception>
    /// <remarks>
    /// <para>A series with a value at every step (last observation carried forward). An element at a point of the grid belongs to the
    /// next. What has come since the last point is dropped when the source completes.</para>
    /// <para>State: one entry a key for <paramref name="expiry"/> after its last element; about 60 bytes, the key and the element. Looks
    /// back: <paramref name="expiry"/>. One timer; each point costs a step for each key.</para>
    /// </remarks>
    public static IObservable<Standing<TKey, T>> LatestAtEach<T, TKey>(
        this IObservable<T> source, Func<T, TKey> key, TimeSpan period, TimeSpan expiry, IScheduler clock)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(expiry, period);
        ArgumentNullException.ThrowIfNull(clock);
        return Observable.Create<Standing<TKey, T>>(observer =>
        {
            var grid = new StandingElements<T, TKey>(observer, key, period.Bounded(), expiry.Bounded(), clock);
            using var declared = clock.LooksBack(nameof(LatestAtEach), expiry);
            return StableCompositeDisposable.Create(source.Subscribe(grid), grid);
        });
    }

    private sealed class StandingElements<T, TKey>(IObserver<Standing<TKey, T>> observer, Func<T, TKey> key, long period, long expiry, IScheduler clock)
        : IObserver<T>, IDisposable
        where TKey : notnull
    {
        private readonly Lock _gate = new();
        private readonly SerialDisposable _timer = new();
        private readonly RecentKeys<TKey, T> _keys = new();
        private long _due = long.MaxValue;

        public void OnNext(T element)
        {
            lock (_gate)
            {
                var now = clock.Ticks();
                while (_due <= now) Emit(_due);                 // a scheduler of wall time may fire late
                try
                {
                    _keys.Touch(key(element), now, out _) = element;
                }
                catch (Exception fault)
                {
                    observer.OnError(fault);
                    return;
                }
                if (_due == long.MaxValue) Arm(EventTime.Floor(now, period) + period);
            }
        }

        public void OnError(Exception error)
        {
            lock (_gate) observer.OnError(error);
        }

        public void OnCompleted()
        {
            lock (_gate) observer.OnCompleted();
        }

        public void Dispose() => _timer.Dispose();

        private void Arm(long due)
        {
            _due = due;
            _timer.Disposable = clock.ScheduleAt(due, () =>
            {
                lock (_gate)
                    if (_due == due) Emit(due);
            });
        }

        private void Emit(long at)
        {
            while (_keys.Count > 0 && _keys.First < at - expiry) _keys.TakeFirst();
            if (_keys.Count == 0)
            {
                _due = long.MaxValue;
                return;
            }
            Arm(at + period);
            foreach (var (k, value, since) in _keys.All().ToArray()) // what is emitted may come back as an element
                observer.OnNext(new(k, EventTime.At(at), EventTime.At(since), value));
        }
    }
}
