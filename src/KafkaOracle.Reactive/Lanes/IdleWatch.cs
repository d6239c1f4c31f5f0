using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>Leaves partitions out of the watermark that have been silent for long, and lets them hold it again once messages of them are on their way.</summary>
/// <remarks>
/// Time in which the lane could not listen, as it waited for the writer or for look-ups, is no silence: there may be messages in the queue.
/// Nor is it one where the servers cannot be reached, or have messages that are still under way: so they are asked, and again while it lasts.
/// </remarks>
internal sealed class IdleWatch(string pipeline, PipelineOptions options, IMessageReader reader, int partitions, Action wake, ILogger logger)
{
    private readonly Silence[] _silences = new Silence[partitions];

    /// <summary>The lane does not listen: what was silence so far is none.</summary>
    public void Forget() => Array.Clear(_silences);

    /// <summary>Looks at the lane after each step.</summary>
    /// <param name="engine">The lane.</param>
    /// <param name="heldUp">For how long it could not listen, in the time provider's units.</param>
    public void Look(LaneEngine engine, long heldUp)
    {
        var now = options.TimeProvider.GetTimestamp() - heldUp;
        for (var i = 0; i < _silences.Length; i++)
        {
            ref var silence = ref _silences[i];
            var partition = engine.Partition(i);
            if (!partition.IsAtEnd || !partition.Input.HasEventTime || silence.Since is not { } since || silence.Next != partition.Next)
                silence = new() { Next = partition.Next, Since = now };
            else if (options.TimeProvider.GetElapsedTime(since, now) >= options.IdleAfter)
            {
                if ((silence.Asked ??= Ask(i, partition.Next)) is not { IsCompleted: true } asked) continue;
                (silence.Since, silence.Asked) = (now, null);
                if (asked is not { IsCompletedSuccessfully: true, Result: true })
                {
                    engine.Await(i);
                    if (!silence.IsTold) Log.Awaited(logger, pipeline, partition.Partition, options.IdleAfter);
                    silence.IsTold = true;
                }
                else if (!partition.IsIdle)
                {
                    engine.GoIdle(i);
                    Log.Idle(logger, pipeline, partition.Partition, options.IdleAfter);
                    silence.IsTold = false;
                }
            }
        }
    }

    private Task<bool> Ask(int partition, long next)
    {
        var answer = reader.IsAtEndAsync(partition, next);
        answer.ContinueWith(_ => wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return answer;
    }

    /// <summary>A partition at whose end nothing has come.</summary>
    private struct Silence
    {
        /// <summary>The offset of the next message.</summary>
        public long Next;

        /// <summary>Since when, or since the servers were asked last; null before the first look.</summary>
        public long? Since;

        /// <summary>The question to the servers that is under way.</summary>
        public Task<bool>? Asked;

        /// <summary>Whether the log says that the partition is waited for.</summary>
        public bool IsTold;
    }
}
