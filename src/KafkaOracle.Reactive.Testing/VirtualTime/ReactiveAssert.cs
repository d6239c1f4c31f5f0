using System.Globalization;
using System.Reactive;
using System.Text;

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
            throw new ReactiveAssertException(Differences(wanted, seen));
    }

    private static IList<Recorded<Notification<T>>> Sent<T>(IObservable<T> source)
    {
        var observer = new TestScheduler().CreateObserver<T>();
        using (source.Subscribe(observer)) return observer.Messages;
    }

    private static string Differences<T>(T[] expected, T[] actual)
    {
        var rows = Enumerable.Range(0, Math.Max(expected.Length, actual.Length))
            .Select(i => (Expected: Text(expected, i), Actual: Text(actual, i), Same: Same(expected, actual, i)))
            .ToList();
        var width = Math.Min(60, rows.Max(row => row.Expected.Length));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Expected {expected.Length} and saw {actual.Length}; ");
        text.Append(CultureInfo.InvariantCulture, $"the first difference is [{rows.FindIndex(row => !row.Same)}].\n");
        for (var i = 0; i < rows.Count; i++)
        {
            text.Append(rows[i].Same ? "    " : "  ! ");
            text.Append(CultureInfo.InvariantCulture, $"[{i}] expected {rows[i].Expected.PadRight(width)}  saw {rows[i].Actual}\n");
        }
        return text.ToString();
    }

    private static bool Same<T>(T[] expected, T[] actual, int i) =>
        i < expected.Length && i < actual.Length && EqualityComparer<T>.Default.Equals(expected[i], actual[i]);

    private static string Text<T>(T[] items, int i) =>
        i >= items.Length ? "nothing"
        : items[i] is { } item ? Convert.ToString(item, CultureInfo.InvariantCulture)!
        : "null";
}
