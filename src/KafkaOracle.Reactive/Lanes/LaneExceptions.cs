namespace KafkaOracle.Reactive;

/// <summary>Another process has taken the partitions over. Nothing of this lane's open epoch was written.</summary>
public sealed class FencedException(string message) : Exception(message);

/// <summary>The rows computed again are not those committed: the query depends on more than its records, or the log has changed.</summary>
public sealed class NotDeterministicException(string message) : Exception(message);

/// <summary>The query threw. Nothing of the open epoch was written.</summary>
public sealed class QueryException(string message, Exception inner) : Exception(message, inner)
{
    /// <summary>The record that it threw on; null where that was a timer or the query's own start.</summary>
    public Position? Position => Failed?.Position;

    internal FailedRecord? Failed { get; init; }
}

/// <summary>What the ledger knows and what the log or the options say do not go together. Nothing was written.</summary>
public sealed class LedgerMismatchException(string message) : Exception(message);

/// <summary>The query scheduled a timer or produced a row outside the lane's thread, where its order would be a matter of chance.</summary>
public sealed class ForeignThreadException(string message) : InvalidOperationException(message);

/// <summary>The query asks for what it cannot have, whatever the record: it is wrong as a whole.</summary>
internal sealed class MisuseException(string message) : InvalidOperationException(message);

/// <summary>One of the lanes of a run over partitions has failed, and with it the run; the others have committed what they had computed.</summary>
public sealed class LaneFailedException : Exception
{
    internal LaneFailedException(string pipeline, int partition, Exception cause) : base($"The lane of partition {partition} of pipeline '{pipeline}' has failed: {cause.Message}", cause)
        => Partition = partition;

    /// <summary>The number of the lane's partitions.</summary>
    public int Partition { get; }
}

/// <summary>The lane is being stopped, from inside a step of the query.</summary>
internal sealed class LaneStoppedException(Exception? cause = null) : Exception("The lane was stopped.", cause);

/// <summary>The lane was asked to end with the era, and has.</summary>
internal sealed class EraEndedException() : Exception("The era has ended.");
