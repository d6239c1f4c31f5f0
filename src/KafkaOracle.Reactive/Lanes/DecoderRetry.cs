using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>Decodes messages, and tries one again while its decoder cannot work: what may be good is not rejected.</summary>
internal sealed class DecoderRetry(string pipeline, PipelineOptions options, ILogger logger, CancellationToken stop)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>For how long the lane has waited, in the time provider's units.</summary>
    public long HeldUp { get; private set; }

    /// <exception cref="DecoderUnavailableException">It did not work for as long as the options allow.</exception>
    /// <exception cref="LaneStoppedException">The lane was stopped meanwhile.</exception>
    public Arrival Take(Slab slab, in SlabEntry entry, PartitionProgress partition)
    {
        try
        {
            return Arrival.Of(slab, entry, partition);
        }
        catch (DecoderUnavailableException fault)
        {
            return Again(slab, entry, partition, fault);
        }
    }

    private Arrival Again(Slab slab, in SlabEntry entry, PartitionProgress partition, DecoderUnavailableException fault)
    {
        var position = new Position(partition.Partition.Topic, partition.Partition.Partition, entry.Offset);
        var since = options.TimeProvider.GetTimestamp();
        Log.DecoderUnavailable(logger, pipeline, position, options.DecoderRetryTimeout, fault.Message);
        try
        {
            for (var pause = FirstPause; fault.IsTransient && options.TimeProvider.GetElapsedTime(since) < options.DecoderRetryTimeout; pause = Longer(pause))
            {
                Wait(pause);
                try
                {
                    var arrival = Arrival.Of(slab, entry, partition);
                    Log.DecoderAvailable(logger, pipeline, position, options.TimeProvider.GetElapsedTime(since));
                    return arrival;
                }
                catch (DecoderUnavailableException again)
                {
                    fault = again;
                }
            }
            throw new DecoderUnavailableException(
                $"Pipeline '{pipeline}' cannot decode {position}: {fault.Message} It was tried for {options.TimeProvider.GetElapsedTime(since).TotalSeconds:0.#} s. The message was not rejected, and nothing of the open epoch was written.",
                fault, fault.IsTransient);
        }
        finally
        {
            HeldUp += options.TimeProvider.GetTimestamp() - since;
        }
    }

    private void Wait(TimeSpan pause)
    {
        try
        {
            Task.Delay(pause, options.TimeProvider, stop).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException cause)
        {
            throw new LaneStoppedException(cause);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => 2 * pause < LongestPause ? 2 * pause : LongestPause;
}
