using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

/// <summary>Records parted by rules; each record is in one of the two.</summary>
/// <param name="Good">Those that meet every rule, in input order.</param>
/// <param name="Bad">Those that break any, each with all that it breaks, in input order.</param>
public sealed record CheckedRecords<T>(IObservable<Record<T>> Good, IObservable<BrokenRecord<T>> Bad);

public static partial class EventTimeObservable
{
    /// <summary>Parts records into those that meet every rule and those that break any.</summary>
    /// <param name="source">The records; hot, as a lane's are: both parts share one subscription to it.</param>
    /// <param name="rules">The rules. Names are unique.</param>
    /// <returns>Both parts. A record that breaks rules reports all of them, not the first. A rule that throws counts as broken.</returns>
    /// <exception cref="ArgumentException">Two rules have the same name.</exception>
    /// <remarks>State: none. Looks back: nothing.</remarks>
    public static CheckedRecords<T> Check<T>(this IObservable<Record<T>> source, IReadOnlyList<Rule<T>> rules)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(rules);
        if (rules.GroupBy(r => r.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Two rules have the name '{twice.Key}'.", nameof(rules));
        Rule<T>[] all = [.. rules];
        var judged = source.Select(record => (Record: record, Broken: Broken(record.Value, all))).Publish().RefCount();
        return new(
            judged.Where(j => j.Broken is null).Select(j => j.Record),
            judged.Where(j => j.Broken is not null).Select(j => new BrokenRecord<T>(j.Record, j.Broken!)));
    }

    private static List<Rule<T>>? Broken<T>(T value, Rule<T>[] rules)
    {
        List<Rule<T>>? broken = null;
        foreach (var rule in rules)
            if (!Holds(rule, value)) (broken ??= []).Add(rule);
        return broken;
    }

    private static bool Holds<T>(Rule<T> rule, T value)
    {
        try
        {
            return rule.Holds(value);
        }
        catch (Exception)
        {
            return false;
        }
    }
}
