using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>One lane over all partitions.</summary>
internal sealed class SingleLane(Pipeline pipeline, RunCounts counts, ILogger logger) : ILanes
{
    private readonly LaneRun _lane = new(pipeline, null, counts, logger);

    public RunState State => _lane.State;

    public LaneCounts Messages => _lane.Status.Messages;

    public IReadOnlyList<LaneStatus> Status => [_lane.Status];

    public IReadOnlyList<Trouble> Troubles => _lane.Troubles;

    public LookBack LookBack => _lane.LookBack;

    public void Drain() => _lane.Drain();

    public void EndWithEra() => _lane.EndWithEra();

    public void Pause(bool paused) => _lane.Pause(paused);

    public Task RunAsync(IMessageSource source, IEpochStore store, CancellationToken stop) => _lane.RunAsync(
        source, store,
        async (query, ledger, starting) =>
        {
            var partitions = (await source.PartitionsAsync(query.Topics, starting)).Order().ToArray();
            LedgerState.CheckPartitions(query, partitions, ledger);
            return partitions;
        },
        (starts, starting) => source.OpenAsync(pipeline.Name, starts, starting), null, stop);

    public void Dispose() => _lane.Dispose();
}
