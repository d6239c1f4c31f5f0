namespace KafkaOracle.Reactive;

/// <summary>A named condition that a good value meets.</summary>
/// <param name="Name">The name, as it appears in rows and metrics, such as <c>price-positive</c>.</param>
/// <param name="Holds">Whether a value meets it. One that throws counts as broken.</param>
/// <param name="Message">What is wrong with a value that does not, for people.</param>
public sealed record Rule<T>(string Name, Func<T, bool> Holds, string Message);

/// <summary>Makes rules.</summary>
public static class Rule
{
    /// <summary>A rule for values of one type.</summary>
    /// <param name="name">The name, as it appears in rows and metrics, such as <c>price-positive</c>. Not empty.</param>
    /// <param name="holds">Whether a value meets it. It must depend on the value alone.</param>
    /// <param name="message">What is wrong with a value that does not; the name where null.</param>
    public static Rule<T> For<T>(string name, Func<T, bool> holds, string? message = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(holds);
        return new(name, holds, message ?? name);
    }
}

/// <summary>A record that breaks rules.</summary>
/// <param name="Record">The record.</param>
/// <param name="Broken">Every rule it breaks, in the order of the rules; at least one.</param>
public sealed record BrokenRecord<T>(Record<T> Record, IReadOnlyList<Rule<T>> Broken);
