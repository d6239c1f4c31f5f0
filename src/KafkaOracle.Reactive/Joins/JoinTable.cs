using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

public static partial class EventTimeObservable
{
    /// <summary>Joins each left element with what a table said to its key at its time.</summary>
    /// <param name="left">The left elements.</param>
    /// <param name="table">The table, as the versions of its rows.</param>
    /// <param name="key">The key of a left element.</param>
    /// <param name="retention">How long a version is remembered, in the clock's time, from its arrival; that much itself included. Not negative.</param>
    /// <param name="result">What a left element and the row's value make.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <param name="at">The time for which a left element asks; the clock's, when it comes, where null.</param>
    /// <returns>
    /// A result for each left element whose row there was, in the order of the left elements, one tick after each: so a version that
    /// arrives in the same instant counts, whichever comes first. It completes when the left source has.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="retention"/> is negative.</exception>
    /// <remarks>
    /// <para>Of the versions of a key that arrived within <paramref name="retention"/>, that one counts which begins last at or before the
    /// time asked for; of those that begin at one time, the last to arrive. Versions may be announced ahead and be backdated.</para>
    /// <para>A row that was not published for longer than <paramref name="retention"/> is not known. Reference data that rarely change
    /// belong in Oracle and are looked up with <see cref="EventStream{T}.SelectAsync"/>.</para>
    /// <para>State: each version, for at most twice <paramref name="retention"/>; about 30 bytes and its value, and 80 a key; and the left
    /// elements of the instant. A look-up takes the logarithm of the key's versions. Looks back: <paramref name="retention"/>. One
    /// timer for each instant that has left elements.</para>
    /// </remarks>
    public static IObservable<TResult> JoinTable<TLeft, TKey, TValue, TResult>(
        this IObservable<TLeft> left, IObservable<TableVersion<TKey, TValue>> table, Func<TLeft, TKey> key, TimeSpan retention,
        Func<TLeft, TValue, TResult> result, IScheduler clock, Func<TLeft, DateTimeOffset>? at = null)
        where TKey : notnull
        => JoinedTable(nameof(JoinTable), left, table, key, retention, result, null, clock, at);

    /// <summary>As <c>JoinTable</c>, and each left element whose row there was not by itself.</summary>
    /// <inheritdoc cref="JoinTable"/>
    /// <param name="left">The left elements.</param>
    /// <param name="table">The table, as the versions of its rows.</param>
    /// <param name="key">The key of a left element.</param>
    /// <param name="retention">How long a version is remembered, in the clock's time, from its arrival; that much itself included. Not negative.</param>
    /// <param name="result">What a left element and the row's value make.</param>
    /// <param name="leftOnly">What a left element makes that has no row.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <param name="at">The time for which a left element asks; the clock's, when it comes, where null.</param>
    /// <returns>
    /// A result for each left element, in their order, one tick after each: so a version that arrives in the same instant counts,
    /// whichever comes first. It completes when the left source has.
    /// </returns>
    public static IObservable<TResult> LeftJoinTable<TLeft, TKey, TValue, TResult>(
        this IObservable<TLeft> left, IObservable<TableVersion<TKey, TValue>> table, Func<TLeft, TKey> key, TimeSpan retention,
        Func<TLeft, TValue, TResult> result, Func<TLeft, TResult> leftOnly, IScheduler clock, Func<TLeft, DateTimeOffset>? at = null)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(leftOnly);
        return JoinedTable(nameof(LeftJoinTable), left, table, key, retention, result, leftOnly, clock, at);
    }

    private static IObservable<TResult> JoinedTable<TLeft, TKey, TValue, TResult>(
        string by, IObservable<TLeft> left, IObservable<TableVersion<TKey, TValue>> table, Func<TLeft, TKey> key, TimeSpan retention,
        Func<TLeft, TValue, TResult> result, Func<TLeft, TResult>? leftOnly, IScheduler clock, Func<TLeft, DateTimeOffset>? at)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThan(retention, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(clock);
        return Observable.Create<TResult>(observer =>
        {
            var rows = new VersionedTable<TKey, TValue>(retention.Bounded());
            var join = new AsOfLookUp<TLeft, TableVersion<TKey, TValue>, TResult>(observer, (version, now) => rows.Add(version, now), LookUp, clock);
            using (clock.LooksBack(by, retention)) return join.Subscribe(left, table);

            bool LookUp(TLeft element, long now, out TResult joined)
            {
                var isFound = rows.TryFind(key(element), at is null ? now : at(element).UtcTicks, now, out var value);
                joined = isFound ? result(element, value) : leftOnly is null ? default! : leftOnly(element);
                return isFound || leftOnly is not null;
            }
        });
    }
}
