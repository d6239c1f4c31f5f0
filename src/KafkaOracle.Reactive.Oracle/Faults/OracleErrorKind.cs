namespace KafkaOracle.Reactive;

/// <summary>What an error of the database means for a run.</summary>
public enum OracleErrorKind
{
    /// <summary>Not in the table: the run stops rather than loop.</summary>
    Unknown,

    /// <summary>It passes by itself: the epoch is tried again with growing, jittered pauses, for <see cref="OracleStoreOptions.RetryTimeout"/>.</summary>
    Transient,

    /// <summary>
    /// The database lacks something that people or time give back: space, sessions, a listener. The run is held up, shows
    /// that in its status, tries at growing pauses, and goes on by itself, for <see cref="OracleStoreOptions.ResourceTimeout"/>.
    /// </summary>
    Resource,

    /// <summary>The row itself is wrong: it goes to the rejects, the others are written.</summary>
    Data,

    /// <summary>Tables, rights or settings are not as agreed: the run stops, and the message holds the remedy.</summary>
    Contract,
}

/// <summary>A code of the database or of its driver, and what it means for a run.</summary>
/// <param name="Code">The ORA code; 50000 and above are the driver's own.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Meaning">What has happened, in a few words.</param>
/// <param name="Remedy">What a person can do; null where nothing is to be done.</param>
public sealed record OracleErrorRule(int Code, OracleErrorKind Kind, string Meaning, string? Remedy = null);
