using Confluent.Kafka;

namespace KafkaOracle.Reactive;

/// <summary>Dead letters cannot be sent. Their epoch was not committed: the next run computes and sends them again.</summary>
/// <remarks>Never carries a password.</remarks>
public sealed class DeadLetterException : Exception
{
    internal DeadLetterException(string message, Error error, Exception? cause = null) : base(message, cause)
        => (Error, IsTransient) = (error, KafkaErrors.IsTransient(error) || error.Code is ErrorCode.Local_MsgTimedOut or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend);

    /// <summary>What Kafka or its client said.</summary>
    public Error Error { get; }

    /// <summary>Whether trying again later, with nothing changed, may succeed.</summary>
    public bool IsTransient { get; }
}
