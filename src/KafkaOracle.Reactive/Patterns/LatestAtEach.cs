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

    private sealed class StandingElements<T, TKey> : IObserver<T>, IDisposable where TKey : notnull
    {
        private readonly IObserver<Standing<TKey, T>> _observer;
        private readonly Func<T, TKey> _key;
        private readonly long _period, _expiry;
        private readonly Lock _gate = new();
        private readonly OperatorTimer _timer;
        private readonly RecentKeys<TKey, T> _keys = new();

        public StandingElements(IObserver<Standing<TKey, T>> observer, Func<T, TKey> key, long period, long expiry, IScheduler clock)
        {
            (_observer, _key, _period, _expiry) = (observer, key, period, expiry);
            _timer = new(clock, Fire);
        }

        public void OnNext(T element)
        {
            lock (_gate)
            {
                var now = _timer.Now;
                while (_timer.Due <= now) Emit(_timer.Due);     // a scheduler of wall time may fire late
                try
                {
                    _keys.Touch(_key(element), now, out _) = element;
                }
                catch (Exception fault)
                {
                    _observer.OnError(fault);
                    return;
                }
                if (_timer.Due == long.MaxValue) _timer.Set(EventTime.Next(now, _period));
            }
        }

        public void OnError(Exception error)
        {
            lock (_gate) _observer.OnError(error);
        }

        public void OnCompleted()
        {
            lock (_gate) _observer.OnCompleted();
        }

        public void Dispose() => _timer.Dispose();

        private void Fire(long due)
        {
            lock (_gate)
                if (_timer.Due == due) Emit(due);
        }

        private void Emit(long at)
        {
            while (_keys.Count > 0 && _keys.First < at - _expiry) _keys.TakeFirst();
            _timer.Set(_keys.Count == 0 ? long.MaxValue : at + _period);
            foreach (var (key, value, since) in _keys.All().ToArray()) // what is emitted may come back as an element
                _observer.OnNext(new(key, EventTime.At(at), EventTime.At(since), value));
        }
    }
}
