using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>One lane over all partitions, in one of the processes that were started where they have a lease to go by.</summary>
internal sealed class SingleLane(Pipeline pipeline, RunCounts counts, ILogger logger) : ILanes
{
    private readonly LaneRun _lane = new(pipeline, null, counts, logger);
    private readonly LeasedLane? _leased = pipeline.Options.Lease is { } duration ? new(pipeline, duration, logger) : null;

    public RunState State => _leased is { StandsBy: true } ? RunState.Standby : _lane.State;

    public LaneCounts Messages => _lane.Status.Messages;

    public IReadOnlyList<LaneStatus> Status => [_lane.Status];

    public IReadOnlyList<Trouble> Troubles => _lane.Troubles;

    public LookBack LookBack => _lane.LookBack;

    public void Drain()
    {
        _leased?.Drain();
        _lane.Drain();
    }

    public void EndWithEra() => _lane.EndWithEra();

    public void Pause(bool paused) => _lane.Pause(paused);

    public Task RunAsync(IMessageSource source, IEpochStore store, CancellationToken stop)
    {
        if (_leased is null) return RunLaneAsync(source, store, stop);
        if (store is not ILeaseStore leases) throw new InvalidOperationException($"Pipeline '{pipeline.Name}' is to run by a lease, and its store, a {store.GetType().Name}, gives none.");
        return _leased.RunAsync(leases, (leased, end) => RunLaneAsync(source, leased, end), stop);
    }

    public void Dispose()
    {
        _leased?.Dispose();
        _lane.Dispose();
    }

    private Task RunLaneAsync(IMessageSource source, IEpochStore store, CancellationToken stop) => _lane.RunAsync(
        source, store,
        async (query, ledger, starting) =>
        {
            var partitions = (await source.PartitionsAsync(query.Topics, starting)).Order().ToArray();
            LedgerState.CheckPartitions(query, partitions, ledger);
            return partitions;
        },
        (starts, starting) => source.OpenAsync(pipeline.Name, starts, starting), null, stop);
}
