using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

public sealed partial class OracleStore
{
    /// <inheritdoc/>
    /// <exception cref="OracleStoreException">The server cannot be reached or refuses, or the table of leases is missing and may not be created.</exception>
    /// <remarks>In table <c>KAFKAORACLE_LEASES</c>, by the database's clock. An epoch of the lease looks whether it still holds, in its transaction, before the commit.</remarks>
    public async Task<LeaseAttempt> TryLeaseAsync(string pipeline, string holder, TimeSpan duration, CancellationToken stop)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pipeline);
        ArgumentException.ThrowIfNullOrWhiteSpace(holder);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        var lease = new OracleLease(this, pipeline, holder.Length <= LeaseRecord.HolderLength ? holder : holder[..LeaseRecord.HolderLength], duration);
        return await _opening.ExecuteAsync(async again => await TryLeaseAsync(lease, pipeline, holder, duration, again), stop);
    }

    private async Task<LeaseAttempt> TryLeaseAsync(OracleLease lease, string pipeline, string holder, TimeSpan duration, CancellationToken stop)
    {
        await using var connection = await ConnectAsync(_options, stop);
        try
        {
            await TableCheck.EnsureAsync(connection, [LeasesTable.Table], _options, _logger, stop);
            return await lease.TakeAsync(connection, duration, stop) ? new(lease, holder) : new(null, await LeasesTable.HolderAsync(connection, pipeline, null, _options, stop) ?? "another process");
        }
        catch (OracleException fault)
        {
            throw _options.Policy.Explain($"Oracle refused the lease of pipeline '{pipeline}': ", fault, "Nothing was written.");
        }
    }

    private sealed class OracleLease(OracleStore store, string pipeline, string holder, TimeSpan duration) : ILease, IEpochStore
    {
        private readonly Guid _owner = Guid.NewGuid();

        public IEpochStore Store => this;

        public Task<IEpochWriter> OpenAsync(string pipeline, IReadOnlyList<ITable> tables, CancellationToken stop) => store.OpenAsync(pipeline, tables, _owner, stop);

        public Task<bool> TakeAsync(OracleConnection connection, TimeSpan time, CancellationToken stop)
            => LeasesTable.TakeAsync(connection, pipeline, _owner, holder, time, store._options, stop);

        public async Task<bool> RenewAsync(CancellationToken stop)
        {
            await using var connection = await ConnectAsync(store._options, stop);
            return await TakeAsync(connection, duration, stop);
        }

        /// <summary>Lets it run out now. Where that fails it runs out by itself.</summary>
        public async ValueTask DisposeAsync()
        {
            try
            {
                await using var connection = await ConnectAsync(store._options, CancellationToken.None);
                await TakeAsync(connection, TimeSpan.Zero, CancellationToken.None);
            }
            catch (Exception fault) when (fault is OracleException or OracleStoreException or NoAnswerException)
            {
                return;
            }
        }
    }
}
