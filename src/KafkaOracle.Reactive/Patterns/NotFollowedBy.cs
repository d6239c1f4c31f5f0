using System.Reactive.Concurrency;

namespace KafkaOracle.Reactive;

public static partial class EventTimeObservable
{
    /// <summary>Lets the elements pass that no answer of their key has followed in time: the order without a payment, the request without a reply.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="answers">What should follow each of them.</param>
    /// <param name="key">The key of an element.</param>
    /// <param name="answerKey">The key of an answer.</param>
    /// <param name="within">How long an answer may take, in the clock's time; that much itself included. Not negative.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>
    /// Each element that was not answered, one tick after <paramref name="within"/> has passed. When both sources have completed, those that
    /// wait pass.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="within"/> is negative.</exception>
    /// <remarks>
    /// <para>One answer answers every element of its key that waits. An answer of the same instant counts, whichever comes first.</para>
    /// <para>State: each element for <paramref name="within"/>; about 32 bytes, itself and its key, and about 40 a key. Looks back:
    /// <paramref name="within"/>. One timer.</para>
    /// </remarks>
    public static IObservable<T> NotFollowedBy<T, TAnswer, TKey>(
        this IObservable<T> source, IObservable<TAnswer> answers, Func<T, TKey> key, Func<TAnswer, TKey> answerKey, TimeSpan within, IScheduler clock)
        where TKey : notnull
        => Joined<T, TAnswer, TKey, T>(nameof(NotFollowedBy), source, answers, key, answerKey, TimeSpan.Zero, within, null, static element => element, null, clock);
}
