namespace KafkaOracle.Reactive;

/// <summary>Where a pipeline's rows and its ledger live: the port that Oracle, and a test's memory, plug into.</summary>
public interface IEpochStore
{
    /// <summary>Checks, and where told to creates, the tables; then reads the ledger.</summary>
    /// <param name="pipeline">The pipeline's name, its key in the ledger.</param>
    /// <param name="tables">The tables that its query names.</param>
    /// <param name="stop">Cancels the opening, not the writing.</param>
    /// <exception cref="Exception">A table is missing or does not fit, or the server refuses: one clear message, nothing written.</exception>
    Task<IEpochWriter> OpenAsync(string pipeline, IReadOnlyList<ITable> tables, CancellationToken stop);
}

/// <summary>Commits a lane's epochs, in their order.</summary>
public interface IEpochWriter : IAsyncDisposable
{
    /// <summary>The ledger's rows of the pipeline when the writer was opened; none for a new one.</summary>
    IReadOnlyList<LedgerRow> Ledger { get; }

    /// <summary>Each epoch after its commit, in order, on the writer's thread. Ends with <see cref="Completion"/>.</summary>
    IObservable<EpochCommitted> Committed { get; }

    /// <summary>Ends when <see cref="CompleteAsync"/> has, or with the error that stopped the writer.</summary>
    Task Completion { get; }

    /// <summary>What holds the commits up, while the writer tries by itself; null while nothing does. Any thread may ask.</summary>
    Trouble? Trouble => null;

    /// <summary>Hands an epoch over, and waits while as many as the bound allows are under way.</summary>
    /// <returns>False when the writer has stopped: <see cref="Completion"/> says why.</returns>
    Task<bool> SendAsync(Epoch epoch, CancellationToken stop);

    /// <summary>Takes no more epochs, and waits until those handed over are committed.</summary>
    Task CompleteAsync();
}

/// <summary>A committed epoch.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Quarantined">How many of its rows the database refused and the rejects took.</param>
public readonly record struct EpochCommitted(Epoch Epoch, int Quarantined);
