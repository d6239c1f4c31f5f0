namespace KafkaOracle.Reactive;

/// <summary>A store that says which of several processes runs a pipeline: for <see cref="PipelineOptions.Lease"/>.</summary>
public interface ILeaseStore : IEpochStore
{
    /// <summary>Takes the lease of a pipeline, unless another holder has it whose time is not over. The store's clock counts.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="holder">Who asks, for people.</param>
    /// <param name="duration">How long it lasts unless it is renewed.</param>
    /// <param name="stop">Cancels.</param>
    Task<LeaseAttempt> TryLeaseAsync(string pipeline, string holder, TimeSpan duration, CancellationToken stop);
}

/// <summary>What came of asking for a lease.</summary>
/// <param name="Lease">The lease; null where another has it.</param>
/// <param name="Holder">Who has it.</param>
public sealed record LeaseAttempt(ILease? Lease, string Holder);

/// <summary>The right to run a pipeline. Disposing gives it back.</summary>
public interface ILease : IAsyncDisposable
{
    /// <summary>The store, to whose epochs the lease belongs: none commits when another has taken it.</summary>
    IEpochStore Store { get; }

    /// <summary>Makes it last as long again from now on.</summary>
    /// <returns>False: another has taken it.</returns>
    Task<bool> RenewAsync(CancellationToken stop);
}
