namespace KafkaOracle.Reactive;

/// <summary>A message breaks its JSON Schema.</summary>
public sealed class JsonSchemaException : FormatException
{
    internal JsonSchemaException(IReadOnlyList<SchemaViolation> violations)
        : base($"The message breaks its JSON Schema in {violations.Count} places: {string.Join("; ", violations)}") => Violations = violations;

    /// <summary>All that is wrong with it.</summary>
    public IReadOnlyList<SchemaViolation> Violations { get; }
}

/// <summary>One thing that is wrong with a message by its JSON Schema.</summary>
/// <param name="Path">The value that breaks the schema, as a JSON Pointer (RFC 6901); empty for the whole message.</param>
/// <param name="Keyword">The schema's keyword that it breaks, such as <c>minimum</c>.</param>
/// <param name="Message">What is wrong, for people.</param>
public readonly record struct SchemaViolation(string Path, string Keyword, string Message)
{
    /// <summary><c>/lines/0/price (minimum): -1 should be at least 0</c></summary>
    public override string ToString() => $"{(Path.Length == 0 ? "the message" : Path)} ({Keyword}): {Message}";
}
