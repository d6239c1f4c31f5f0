using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

/// <summary>Records parted by rules. A record is good, or bad, or was dropped; good ones may be warned of as well.</summary>
/// <param name="Good">Those that break no rule but warnings, mended where a rule says how, in input order.</param>
/// <param name="Bad">Those that break any rule of <see cref="Severity.Error"/>, each with all that it breaks, in input order.</param>
/// <param name="Warned">Those of the good that break warnings, as they came, each with all that it breaks, in input order.</param>
public sealed record CheckedRecords<T>(IObservable<Record<T>> Good, IObservable<BrokenRecord<T>> Bad, IObservable<BrokenRecord<T>> Warned)
{
    /// <summary>The good and the bad.</summary>
    public void Deconstruct(out IObservable<Record<T>> good, out IObservable<BrokenRecord<T>> bad) => (good, bad) = (Good, Bad);
}

public static partial class EventTimeObservable
{
    /// <summary>Parts records by rules.</summary>
    /// <param name="source">The records; hot, as a lane's are: all parts share one subscription to it.</param>
    /// <param name="rules">The rules. Names are unique.</param>
    /// <returns>The parts. A record that breaks rules reports all of them, not the first.</returns>
    /// <exception cref="ArgumentException">Two rules have the same name.</exception>
    /// <remarks>
    /// <para>State: none. Looks back: nothing.</para>
    /// <para>Called in a query itself, it counts the records that break each rule: <see cref="RunStatus.Broken"/>.</para>
    /// </remarks>
    public static CheckedRecords<T> Check<T>(this IObservable<Record<T>> source, IReadOnlyList<Rule<T>> rules)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(rules);
        if (rules.GroupBy(r => r.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Two rules have the name '{twice.Key}'.", nameof(rules));
        Rule<T>[] all = [.. rules];
        var count = Lane.UnderConstruction?.CountRules([.. all.Select(r => r.Name)]);
        var judged = source.Select(record => Judgement<T>.Of(record, all, count)).Publish().RefCount();
        return new(
            judged.Where(j => j.Worst is null or Severity.Warning).Select(j => j.Mended()),
            judged.Where(j => j.Worst == Severity.Error).Select(j => new BrokenRecord<T>(j.Record, j.Broken)),
            judged.Where(j => j.Worst == Severity.Warning).Select(j => new BrokenRecord<T>(j.Record, j.Broken)));
    }

    /// <summary>What the rules say of a record.</summary>
    private readonly record struct Judgement<T>(Record<T> Record, IReadOnlyList<Rule<T>> Broken, Severity? Worst)
    {
        public static Judgement<T> Of(Record<T> record, Rule<T>[] rules, Action<string>? count)
        {
            List<Rule<T>>? broken = null;
            foreach (var rule in rules)
                if (!rule.Holds(record)) (broken ??= []).Add(rule);
            if (broken is null) return new(record, [], null);
            foreach (var rule in broken) count?.Invoke(rule.Name);
            return new(record, broken, broken.Max(r => r.Severity));
        }

        public Record<T> Mended()
        {
            var record = Record;
            foreach (var rule in Broken)
                if (rule.Mending is { } mend) record = record.With(mend(record.Value));
            return record;
        }
    }
}
