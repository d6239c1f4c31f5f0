namespace KafkaOracle.Reactive;

/// <summary>What becomes of a value that is missing: null, or the empty string, which Oracle stores as null.</summary>
public sealed class ValueRule
{
    private ValueRule(bool rejects, object? replacement) => (Rejects, Replacement) = (rejects, replacement);

    /// <summary>It is stored as null.</summary>
    public static ValueRule AsIs { get; } = new(false, null);

    /// <summary>Its row goes to the rejects, and is not sent.</summary>
    public static ValueRule Reject { get; } = new(true, null);

    /// <summary>Another value takes its place.</summary>
    /// <param name="replacement">A value of the property's type.</param>
    public static ValueRule Replace(object replacement)
    {
        ArgumentNullException.ThrowIfNull(replacement);
        return new(false, replacement);
    }

    internal bool Rejects { get; }

    internal object? Replacement { get; }
}
