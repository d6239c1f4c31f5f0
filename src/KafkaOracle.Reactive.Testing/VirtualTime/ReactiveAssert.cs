using System.Globalization;
using System.Reactive;

namespace KafkaOracle.Reactive.Testing;

/// <summary>Compares what was observed with what was expected, and lists both when they differ.</summary>
/// <remarks>Depends on no test framework: a difference is a <see cref="ReactiveAssertException"/>.</remarks>
public static class ReactiveAssert
{
    /// <summary>Checks that two sequences (messages, subscriptions) have equal elements in the same order.</summary>
    /// <exception cref="ReactiveAssertException">They differ. The message lists both, the differing lines marked with <c>!</c>.</exception>
    public static void AssertEqual<T>(this IEnumerable<T> actual, params T[] expected) => AreElementsEqual(expected, actual);

    /// <summary>Checks that two sequences (messages, subscriptions) have equal elements in the same order.</summary>
    /// <exception cref="ReactiveAssertException">They differ. The message lists both, the differing lines marked with <c>!</c>.</exception>
    public static void AssertEqual<T>(this IEnumerable<T> actual, IEnumerable<T> expected) => AreElementsEqual(expected, actual);

    /// <summary>Checks that two observables send the same, by subscribing to both in turn.</summary>
    /// <remarks>For observables that send everything while they are subscribed to; times are not compared.</remarks>
    /// <exception cref="ReactiveAssertException">They differ.</exception>
    public static void AssertEqual<T>(this IObservable<T> actual, IObservable<T> expected)
    {
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(expected);
        AreElementsEqual(Sent(expected), Sent(actual));
    }

    /// <summary>Checks that two sequences have equal elements in the same order.</summary>
    /// <exception cref="ReactiveAssertException">They differ.</exception>
    public static void AreElementsEqual<T>(IEnumerable<T> expected, IEnumerable<T> actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        T[] wanted = [.. expected], seen = [.. actual];
        // The expected element comes first: a predicate decides what it equals, an observed notification does not know it.
        if (!wanted.AsSpan().SequenceEqual(seen))
            throw new ReactiveAssertException(Differences.Of([.. wanted.Select(Text)], [.. seen.Select(Text)], (e, a) => EqualityComparer<T>.Default.Equals(wanted[e], seen[a])));
    }

    private static IList<Recorded<Notification<T>>> Sent<T>(IObservable<T> source)
    {
        var observer = new TestScheduler().CreateObserver<T>();
        using (source.Subscribe(observer)) return observer.Messages;
    }

    private static string Text<T>(T item) => item is null ? "null" : Convert.ToString(item, CultureInfo.InvariantCulture)!;
}
