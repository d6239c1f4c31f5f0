namespace KafkaOracle.Reactive;

/// <summary>A named condition that a good record meets. Made by <see cref="Rule"/>.</summary>
public sealed class Rule<T>
{
    internal Rule(string name, Func<Record<T>, bool> holds, string message, Severity severity = Severity.Error, Func<T, T>? mend = null)
        => (Name, Condition, Message, Severity, Mending) = (name, holds, message, severity, mend);

    /// <summary>The name, as it appears in rows and metrics, such as <c>price-positive</c>.</summary>
    public string Name { get; }

    /// <summary>What is wrong with a record that breaks it, for people.</summary>
    public string Message { get; }

    /// <summary>What becomes of a record that breaks it.</summary>
    public Severity Severity { get; }

    internal Func<T, T>? Mending { get; }

    private Func<Record<T>, bool> Condition { get; }

    /// <summary>Whether a record meets it. A condition that throws is broken.</summary>
    public bool Holds(Record<T> record)
    {
        try
        {
            return Condition(record);
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>The same rule as a warning: a record that breaks it is good, and is reported as well.</summary>
    /// <param name="mend">
    /// Makes of a value that breaks the rule the one that goes on, for example with a default in a field that is missing; null: it goes on
    /// as it is. What is reported is the record as it came. An exception of it is one of the query.
    /// </param>
    public Rule<T> AsWarning(Func<T, T>? mend = null) => new(Name, Condition, Message, Severity.Warning, mend);

    /// <summary>The same rule for records that nobody misses: one that breaks it is dropped, and counted.</summary>
    public Rule<T> AsDrop() => new(Name, Condition, Message, Severity.Drop);

    /// <summary>Name and message.</summary>
    public override string ToString() => $"{Name}: {Message}";
}

/// <summary>A record that breaks rules.</summary>
/// <param name="Record">The record, as it came.</param>
/// <param name="Broken">Every rule it breaks, in the order of the rules; at least one.</param>
public sealed record BrokenRecord<T>(Record<T> Record, IReadOnlyList<Rule<T>> Broken);
