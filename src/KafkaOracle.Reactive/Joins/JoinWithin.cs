using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

public static partial class EventTimeObservable
{
    /// <summary>Pairs elements of equal keys where the right one came from <paramref name="before"/> before to <paramref name="after"/> after the left one.</summary>
    /// <param name="left">The left elements.</param>
    /// <param name="right">The right elements.</param>
    /// <param name="leftKey">The key of a left element.</param>
    /// <param name="rightKey">The key of a right element.</param>
    /// <param name="before">How much earlier than the left one the right one may come, in the clock's time; that much itself included. Not negative.</param>
    /// <param name="after">How much later it may come; that much itself included. Not negative.</param>
    /// <param name="result">What a pair makes.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>
    /// Every pair, when its second element comes; those of one element in the order in which the others came. It completes when both
    /// sources have.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="before"/> or <paramref name="after"/> is negative.</exception>
    /// <remarks>
    /// <para>Which of two elements of one instant comes first makes no difference to the pairs.</para>
    /// <para>State: each left element for <paramref name="after"/>, each right one for <paramref name="before"/>; about 32 bytes, the
    /// element and its key, and about 40 a key. It is let go when the next element of either side comes. An element costs three
    /// look-ups by key, and a step for each pair. Looks back: the longer of the two. No timers.</para>
    /// </remarks>
    public static IObservable<TResult> JoinWithin<TLeft, TRight, TKey, TResult>(
        this IObservable<TLeft> left, IObservable<TRight> right, Func<TLeft, TKey> leftKey, Func<TRight, TKey> rightKey,
        TimeSpan before, TimeSpan after, Func<TLeft, TRight, TResult> result, IScheduler clock)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(result);
        return Joined(nameof(JoinWithin), left, right, leftKey, rightKey, before, after, result, null, null, clock);
    }

    /// <summary>As <c>JoinWithin</c>, and each left element without a match by itself.</summary>
    /// <inheritdoc cref="JoinWithin"/>
    /// <param name="left">The left elements.</param>
    /// <param name="right">The right elements.</param>
    /// <param name="leftKey">The key of a left element.</param>
    /// <param name="rightKey">The key of a right element.</param>
    /// <param name="before">How much earlier than the left one the right one may come, in the clock's time; that much itself included. Not negative.</param>
    /// <param name="after">How much later it may come; that much itself included. Not negative.</param>
    /// <param name="result">What a pair makes.</param>
    /// <param name="leftOnly">What a left element without a match makes.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>
    /// Every pair, when its second element comes; each left element without a match one tick after its interval, since a match may come
    /// at the interval's very end. When both sources have completed, those that wait are emitted, in the order of their times.
    /// </returns>
    /// <remarks>
    /// <para>State: each left element for <paramref name="after"/>, each right one for <paramref name="before"/>; about 32 bytes, the
    /// element and its key, and about 40 a key. An element costs three look-ups by key, and a step for each pair. Looks back: the sum
    /// of the two. One timer.</para>
    /// </remarks>
    public static IObservable<TResult> LeftJoinWithin<TLeft, TRight, TKey, TResult>(
        this IObservable<TLeft> left, IObservable<TRight> right, Func<TLeft, TKey> leftKey, Func<TRight, TKey> rightKey,
        TimeSpan before, TimeSpan after, Func<TLeft, TRight, TResult> result, Func<TLeft, TResult> leftOnly, IScheduler clock)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(leftOnly);
        return Joined(nameof(LeftJoinWithin), left, right, leftKey, rightKey, before, after, result, leftOnly, null, clock);
    }

    /// <summary>As <c>JoinWithin</c>, and each element of either side without a match by itself.</summary>
    /// <inheritdoc cref="LeftJoinWithin"/>
    /// <param name="left">The left elements.</param>
    /// <param name="right">The right elements.</param>
    /// <param name="leftKey">The key of a left element.</param>
    /// <param name="rightKey">The key of a right element.</param>
    /// <param name="before">How much earlier than the left one the right one may come, in the clock's time; that much itself included. Not negative.</param>
    /// <param name="after">How much later it may come; that much itself included. Not negative.</param>
    /// <param name="result">What a pair makes.</param>
    /// <param name="leftOnly">What a left element without a match makes.</param>
    /// <param name="rightOnly">What a right element without a match makes.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>
    /// Every pair, when its second element comes; each element without a match one tick after the interval in which one could have come;
    /// of one instant, left ones first. When both sources have completed, those that wait are emitted, in the order of their times.
    /// </returns>
    public static IObservable<TResult> OuterJoinWithin<TLeft, TRight, TKey, TResult>(
        this IObservable<TLeft> left, IObservable<TRight> right, Func<TLeft, TKey> leftKey, Func<TRight, TKey> rightKey,
        TimeSpan before, TimeSpan after, Func<TLeft, TRight, TResult> result, Func<TLeft, TResult> leftOnly, Func<TRight, TResult> rightOnly, IScheduler clock)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(leftOnly);
        ArgumentNullException.ThrowIfNull(rightOnly);
        return Joined(nameof(OuterJoinWithin), left, right, leftKey, rightKey, before, after, result, leftOnly, rightOnly, clock);
    }

    private static IObservable<TResult> Joined<TLeft, TRight, TKey, TResult>(
        string by, IObservable<TLeft> left, IObservable<TRight> right, Func<TLeft, TKey> leftKey, Func<TRight, TKey> rightKey, TimeSpan before, TimeSpan after,
        Func<TLeft, TRight, TResult>? pair, Func<TLeft, TResult>? leftOnly, Func<TRight, TResult>? rightOnly, IScheduler clock)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(leftKey);
        ArgumentNullException.ThrowIfNull(rightKey);
        ArgumentOutOfRangeException.ThrowIfLessThan(before, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(after, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(clock);
        var (ticksBefore, ticksAfter) = (before.Bounded(), after.Bounded());
        var isOuter = leftOnly is not null || rightOnly is not null;
        var lookBack = TimeSpan.FromTicks(isOuter ? Math.Min(ticksBefore + ticksAfter, TimeSpan.MaxValue.Ticks) : Math.Max(ticksBefore, ticksAfter));
        return Observable.Create<TResult>(observer =>
        {
            var join = new IntervalJoin<TLeft, TRight, TKey, TResult>(observer, ticksBefore, ticksAfter, clock)
            {
                LeftKey = leftKey,
                RightKey = rightKey,
                Pair = pair,
                LeftOnly = leftOnly,
                RightOnly = rightOnly,
            };
            using (clock.LooksBack(by, lookBack)) return join.Subscribe(left, right);
        });
    }
}
