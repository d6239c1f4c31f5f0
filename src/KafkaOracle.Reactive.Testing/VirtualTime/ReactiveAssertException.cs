namespace KafkaOracle.Reactive.Testing;

/// <summary>What was observed is not what was expected.</summary>
/// <param name="message">Lists both, line by line.</param>
public sealed class ReactiveAssertException(string message) : Exception(message);
