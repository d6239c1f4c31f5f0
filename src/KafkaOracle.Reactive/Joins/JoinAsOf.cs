using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

public static partial class EventTimeObservable
{
    /// <summary>Joins each left element with the latest right element of its key at or before it.</summary>
    /// <param name="left">The left elements: the trades.</param>
    /// <param name="right">The right elements: the quotes.</param>
    /// <param name="leftKey">The key of a left element.</param>
    /// <param name="rightKey">The key of a right element.</param>
    /// <param name="tolerance">How much earlier the right element may have come, in the clock's time; that much itself included. Not negative.</param>
    /// <param name="result">What a left element and the one found make.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>
    /// A result for each left element that found one, in the order of the left elements, one tick after each: so a right element of the
    /// same instant counts, whichever comes first. Of several of one instant, the last counts. It completes when the left source has.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tolerance"/> is negative.</exception>
    /// <remarks>
    /// State: the latest right element of each key, for at most twice <paramref name="tolerance"/>; about 40 bytes, itself and its key;
    /// and the left elements of the instant. Looks back: <paramref name="tolerance"/>. One timer for each instant that has left elements.
    /// </remarks>
    public static IObservable<TResult> JoinAsOf<TLeft, TRight, TKey, TResult>(
        this IObservable<TLeft> left, IObservable<TRight> right, Func<TLeft, TKey> leftKey, Func<TRight, TKey> rightKey,
        TimeSpan tolerance, Func<TLeft, TRight, TResult> result, IScheduler clock)
        where TKey : notnull
        => JoinedAsOf(nameof(JoinAsOf), left, right, leftKey, rightKey, tolerance, result, null, clock);

    /// <summary>As <c>JoinAsOf</c>, and each left element that found none by itself.</summary>
    /// <inheritdoc cref="JoinAsOf"/>
    /// <param name="left">The left elements: the trades.</param>
    /// <param name="right">The right elements: the quotes.</param>
    /// <param name="leftKey">The key of a left element.</param>
    /// <param name="rightKey">The key of a right element.</param>
    /// <param name="tolerance">How much earlier the right element may have come, in the clock's time; that much itself included. Not negative.</param>
    /// <param name="result">What a left element and the one found make.</param>
    /// <param name="leftOnly">What a left element makes that found none.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>
    /// A result for each left element, in their order, one tick after each: so a right element of the same instant counts, whichever
    /// comes first. Of several of one instant, the last counts. It completes when the left source has.
    /// </returns>
    public static IObservable<TResult> LeftJoinAsOf<TLeft, TRight, TKey, TResult>(
        this IObservable<TLeft> left, IObservable<TRight> right, Func<TLeft, TKey> leftKey, Func<TRight, TKey> rightKey,
        TimeSpan tolerance, Func<TLeft, TRight, TResult> result, Func<TLeft, TResult> leftOnly, IScheduler clock)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(leftOnly);
        return JoinedAsOf(nameof(LeftJoinAsOf), left, right, leftKey, rightKey, tolerance, result, leftOnly, clock);
    }

    private static IObservable<TResult> JoinedAsOf<TLeft, TRight, TKey, TResult>(
        string by, IObservable<TLeft> left, IObservable<TRight> right, Func<TLeft, TKey> leftKey, Func<TRight, TKey> rightKey,
        TimeSpan tolerance, Func<TLeft, TRight, TResult> result, Func<TLeft, TResult>? leftOnly, IScheduler clock)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(leftKey);
        ArgumentNullException.ThrowIfNull(rightKey);
        ArgumentOutOfRangeException.ThrowIfLessThan(tolerance, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(clock);
        return Observable.Create<TResult>(observer =>
        {
            var latest = new ExpiringKeys<TKey, TRight>(tolerance.Bounded() + 1);
            var join = new AsOfLookUp<TLeft, TRight, TResult>(observer, (element, now) => latest.Touch(rightKey(element), now, out _) = element, LookUp, clock);
            using (clock.LooksBack(by, tolerance)) return join.Subscribe(left, right);

            bool LookUp(TLeft element, long at, out TResult joined)
            {
                var isFound = latest.TryGet(leftKey(element), at, out var found);
                joined = isFound ? result(element, found) : leftOnly is null ? default! : leftOnly(element);
                return isFound || leftOnly is not null;
            }
        });
    }
}
