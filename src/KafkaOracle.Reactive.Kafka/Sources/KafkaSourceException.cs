using Confluent.Kafka;

namespace KafkaOracle.Reactive;

/// <summary>Kafka cannot be read, or no longer.</summary>
/// <remarks>Never carries a password.</remarks>
public sealed class KafkaSourceException : Exception
{
    internal KafkaSourceException(string message, Error error, Exception? cause = null) : base(message, cause)
        => (Error, IsTransient) = (error, KafkaErrors.IsTransient(error));

    /// <summary>What Kafka or its client said.</summary>
    public Error Error { get; }

    /// <summary>Whether trying again later, with nothing changed, may succeed.</summary>
    public bool IsTransient { get; }
}
