namespace KafkaOracle.Reactive;

/// <summary>Where a trouble lies.</summary>
public enum TroubleKind
{
    /// <summary>Epochs cannot be committed.</summary>
    Store,

    /// <summary>Messages cannot be read.</summary>
    Source,

    /// <summary>The query has not come back from a step for long.</summary>
    Query,
}

/// <summary>What holds a run up, while it goes on trying by itself.</summary>
/// <param name="Kind">Where it lies.</param>
/// <param name="Since">Since when, by the machine's clock, in UTC.</param>
/// <param name="Error">The last error, in words.</param>
/// <param name="NextAttempt">When it is tried next, by the machine's clock, in UTC; null where it is not for the run to say.</param>
public sealed record Trouble(TroubleKind Kind, DateTimeOffset Since, string Error, DateTimeOffset? NextAttempt = null);
