namespace KafkaOracle.Reactive;

/// <summary>
/// A decoder cannot work now, whatever the message holds: something that it needs beside it, such as a schema registry or a key to
/// decrypt with, does not answer.
/// </summary>
/// <remarks>The message is not rejected. It is tried again for <see cref="PipelineOptions.DecoderRetryTimeout"/>, then the run fails.</remarks>
public sealed class DecoderUnavailableException : Exception
{
    /// <summary>A decoder cannot work now.</summary>
    /// <param name="message">What it needs, where, and what is wrong with it. Shown to people; no passwords.</param>
    /// <param name="inner">What it was told; null for nothing.</param>
    /// <param name="isTransient">Whether trying again, with nothing changed, may succeed. Otherwise the run fails at once.</param>
    public DecoderUnavailableException(string message, Exception? inner = null, bool isTransient = true) : base(message, inner) => IsTransient = isTransient;

    /// <summary>Whether trying again, with nothing changed, may succeed.</summary>
    public bool IsTransient { get; }
}
