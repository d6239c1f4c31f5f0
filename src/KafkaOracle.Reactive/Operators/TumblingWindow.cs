using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive;

/// <summary>The aggregate of one key in one window.</summary>
/// <param name="Key">The key.</param>
/// <param name="Start">Start of the window, in UTC, inclusive.</param>
/// <param name="End">End of the window, in UTC, exclusive.</param>
/// <param name="Value">The aggregate.</param>
public readonly record struct KeyedWindow<TKey, TValue>(TKey Key, DateTimeOffset Start, DateTimeOffset End, TValue Value);

/// <summary>Operators on event time. Each takes the clock as a scheduler, so that it works in any Rx program too.</summary>
public static partial class EventTimeObservable
{
    /// <summary>Aggregates the elements of each key over windows of one length, one after the other.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">The key of an element.</param>
    /// <param name="size">Length of a window. Positive. Windows start at multiples of it since 0001-01-01T00:00Z.</param>
    /// <param name="seed">The aggregate of no element; each key of each window starts with it. A value that <paramref name="add"/> does not change in place.</param>
    /// <param name="add">The aggregate with one element more.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>When a window ends, one aggregate for each key that occurred in it, in the order in which the keys first did.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is not positive.</exception>
    /// <remarks>
    /// <para>The fast path of <c>GroupBy</c> and <c>Window</c> and <c>Aggregate</c>. An element at a window's end belongs to the next
    /// one. When the source completes, the open window is emitted early; an error drops it.</para>
    /// <para>State: one aggregate for each key of the open window. Looks back: nothing, where <paramref name="size"/> divides the era;
    /// else <paramref name="size"/>. One timer.</para>
    /// </remarks>
    public static IObservable<KeyedWindow<TKey, TValue>> TumblingWindow<T, TKey, TValue>(
        this IObservable<T> source, Func<T, TKey> key, TimeSpan size, TValue seed, Func<TValue, T, TValue> add, IScheduler clock)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(size, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(add);
        ArgumentNullException.ThrowIfNull(clock);
        return Observable.Create<KeyedWindow<TKey, TValue>>(observer =>
        {
            var window = new OpenWindow<T, TKey, TValue>(observer, key, size.Ticks, seed, add, clock);
            return StableCompositeDisposable.Create(source.Subscribe(window), window);
        });
    }

    private sealed class OpenWindow<T, TKey, TValue>(
        IObserver<KeyedWindow<TKey, TValue>> observer, Func<T, TKey> key, long size, TValue seed, Func<TValue, T, TValue> add, IScheduler clock)
        : IObserver<T>, IDisposable
        where TKey : notnull
    {
        private readonly Lock _gate = new();
        private readonly SerialDisposable _timer = new();
        private readonly Dictionary<TKey, int> _places = [];
        private readonly List<(TKey Key, TValue Value)> _values = [];
        private long _end = long.MinValue;

        public void OnNext(T element)
        {
            lock (_gate)
            {
                var now = clock.Now.UtcTicks;
                if (now >= _end)
                {
                    Close();                                    // a scheduler of wall time may fire late
                    _end = EventTime.Floor(now, size) + size;
                    _timer.Disposable = clock.Schedule(_end, EventTime.At(_end), (_, end) =>
                    {
                        lock (_gate)
                            if (_end == end) Close();
                        return Disposable.Empty;
                    });
                }
                try
                {
                    var k = key(element);
                    ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, k, out var isKnown);
                    if (!isKnown)
                    {
                        place = _values.Count;
                        _values.Add((k, seed));
                    }
                    ref var value = ref CollectionsMarshal.AsSpan(_values)[place];
                    value = (value.Key, add(value.Value, element));
                }
                catch (Exception fault)
                {
                    observer.OnError(fault);
                }
            }
        }

        public void OnError(Exception error)
        {
            lock (_gate) observer.OnError(error);
        }

        public void OnCompleted()
        {
            lock (_gate)
            {
                Close();
                observer.OnCompleted();
            }
        }

        public void Dispose() => _timer.Dispose();

        private void Close()
        {
            if (_values.Count == 0) return;
            var (start, end) = (EventTime.At(_end - size), EventTime.At(_end));
            var values = _values.ToArray();                     // what is emitted may come back as an element
            _values.Clear();
            _places.Clear();
            _end = long.MinValue;
            foreach (var (k, value) in values) observer.OnNext(new(k, start, end, value));
        }
    }
}
