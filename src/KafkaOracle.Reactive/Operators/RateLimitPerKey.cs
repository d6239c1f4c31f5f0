using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive;

public static partial class EventTimeObservable
{
    /// <summary>Lets the first few elements of each key in each period pass and drops the others.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">The key of an element.</param>
    /// <param name="count">How many elements of a key pass in a period. Positive.</param>
    /// <param name="period">Length of a period, in the clock's time. Positive. Periods begin at multiples of it since 0001-01-01T00:00Z.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <param name="dropped">Told of each element that does not pass; null for nobody. For counting: what it writes elsewhere is written again after a crash.</param>
    /// <returns>The elements that pass, in input order and without delay.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> or <paramref name="period"/> is not positive.</exception>
    /// <remarks>
    /// <para>The periods lie on a grid and are not counted from a key's elements, so that an era knows where they begin; around the end
    /// of a period up to twice <paramref name="count"/> elements can pass within one length of it. To drop whatever follows too soon
    /// after another of its key, use <c>DistinctWithin</c>.</para>
    /// <para>State: one counter for each key of the period; about 30 bytes and the key. Looks back: nothing, where
    /// <paramref name="period"/> divides the era; else <paramref name="period"/>. No timers.</para>
    /// </remarks>
    public static IObservable<T> RateLimitPerKey<T, TKey>(
        this IObservable<T> source, Func<T, TKey> key, int count, TimeSpan period, IScheduler clock, Action<T>? dropped = null)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(clock);
        return Observable.Create<T>(observer =>
        {
            var passed = new Dictionary<TKey, int>();
            var (length, end) = (period.Bounded(), long.MinValue);
            using var declared = clock.LooksBack(nameof(RateLimitPerKey), Windows.Tumbling(period), TimeSpan.Zero);
            return source.Subscribe(
                element =>
                {
                    bool passes;
                    try
                    {
                        var now = clock.Ticks();
                        if (now >= end)
                        {
                            passed.Clear();
                            end = EventTime.Next(now, length);
                        }
                        ref var n = ref CollectionsMarshal.GetValueRefOrAddDefault(passed, key(element), out _);
                        passes = n < count;
                        if (passes) n++;
                        else dropped?.Invoke(element);
                    }
                    catch (Exception fault)
                    {
                        observer.OnError(fault);
                        return;
                    }
                    if (passes) observer.OnNext(element);
                },
                observer.OnError,
                observer.OnCompleted);
        });
    }
}
