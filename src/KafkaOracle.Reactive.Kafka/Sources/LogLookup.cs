using System.Diagnostics;
using Confluent.Kafka;

namespace KafkaOracle.Reactive;

/// <summary>What the servers know of topics and partitions before anything is read. Blocks; used from a thread of its own.</summary>
internal sealed class LogLookup(KafkaConnection connection, KafkaSourceOptions options)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The partitions of a topic.</summary>
    /// <exception cref="KafkaSourceException">The topic does not exist, or nobody answers.</exception>
    public IEnumerable<LogPartition> Partitions(string topic)
    {
        var metadata = Ask($"describe topic '{topic}'", timeout => connection.Describe(topic, timeout));
        var error = metadata?.Error ?? new(ErrorCode.UnknownTopicOrPart);
        if (KafkaErrors.IsMissingTopic(error) || (!error.IsError && metadata!.Partitions.Count == 0)) throw Missing(topic, error);
        if (error.IsError) throw new KafkaSourceException($"Kafka at {options.BootstrapServers} does not give topic '{topic}': {connection.Text(error)} ({error.Code})", error);
        return metadata!.Partitions.Select(p => new LogPartition(topic, p.PartitionId));
    }

    /// <summary>First offset, starting point and end of each partition.</summary>
    public IReadOnlyList<PartitionRange> Ranges(IReadOnlyList<PartitionStart> starts)
    {
        var ranges = new PartitionRange[starts.Count];
        for (var i = 0; i < ranges.Length; i++)
        {
            var (partition, offset) = starts[i];
            var range = Range(partition);
            var start = offset ?? (options.Position == KafkaPosition.Earliest ? range.Low.Value : range.High.Value);
            ranges[i] = new(range.Low.Value, start, range.High.Value);
        }
        if (options.Position != KafkaPosition.Timestamp) return ranges;
        int[] unknown = [.. Enumerable.Range(0, ranges.Length).Where(i => starts[i].Offset is null)];
        var found = Find([.. unknown.Select(i => new PartitionTime(starts[i].Partition, options.FromTime!.Value))]);
        foreach (var (i, range) in unknown.Zip(found)) ranges[i] = range;
        return ranges;
    }

    /// <summary>How long the log of a partition is. With <c>read_committed</c> it ends before the first open transaction.</summary>
    public WatermarkOffsets Range(LogPartition partition)
        => Ask($"say where {partition} begins and ends", timeout => connection.Consumer.QueryWatermarkOffsets(partition.ToKafka(), timeout));

    /// <summary>First offset and end of each partition, and where the messages of a time begin.</summary>
    public IReadOnlyList<PartitionRange> Find(IReadOnlyList<PartitionTime> times)
    {
        var ranges = times.Select(t => Range(t.Partition)).Select(r => new PartitionRange(r.Low.Value, r.Low.Value, r.High.Value)).ToArray();
        if (times.Count == 0) return ranges;
        var found = OffsetsAt(times.Select(t => (t.Partition, t.At.ToUnixTimeMilliseconds())));
        for (var i = 0; i < ranges.Length; i++)
            // Offset.End: nothing that late. Within an open transaction, reading begins after what is readable now.
            ranges[i] = ranges[i] with { Start = found[times[i].Partition] is { IsSpecial: false } offset ? Math.Min(offset.Value, ranges[i].End) : ranges[i].End };

        // A server that finds nothing since 1970 either, where there are messages, knows no times: they are all read.
        int[] nothing = [.. Enumerable.Range(0, ranges.Length).Where(i => ranges[i].Start == ranges[i].End && ranges[i].First < ranges[i].End)];
        if (nothing.Length == 0) return ranges;
        var since1970 = OffsetsAt(nothing.Select(i => (times[i].Partition, 0L)));
        foreach (var i in nothing)
            if (since1970[times[i].Partition].IsSpecial) ranges[i] = ranges[i] with { Start = ranges[i].First };
        return ranges;
    }

    // Kafka takes times before 1970 for commands.
    private Dictionary<LogPartition, Offset> OffsetsAt(IEnumerable<(LogPartition Partition, long Time)> times)
        => Ask("find messages by their time", timeout => connection.Consumer
            .OffsetsForTimes(times.Select(t => new TopicPartitionTimestamp(t.Partition.ToKafka(), new Timestamp(Math.Max(0, t.Time), TimestampType.CreateTime))), timeout))
            .ToDictionary(p => new LogPartition(p.Topic, p.Partition.Value), p => p.Offset);

    /// <summary>Asks again, within the time to connect, where the error is one that passes: a topic just created has no leaders yet.</summary>
    private T Ask<T>(string what, Func<TimeSpan, T> question)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return question(Left());
            }
            catch (KafkaException fault)
            {
                if (!KafkaErrors.IsTransient(fault.Error) || Left() <= Pause) throw connection.Explain(fault, what);
            }
            connection.ServeCallbacks(Pause);
        }

        TimeSpan Left() => options.ConnectTimeout - Stopwatch.GetElapsedTime(started);
    }

    private KafkaSourceException Missing(string topic, Error error) => new(
        $"Topic '{topic}' does not exist at {options.BootstrapServers}. Create it, for example with: kafka-topics.sh --bootstrap-server {options.BootstrapServers} --create --topic {topic} --partitions 8",
        error.IsError ? error : new(ErrorCode.UnknownTopicOrPart));
}

internal static class LogPartitionExtensions
{
    public static TopicPartition ToKafka(this LogPartition partition) => new(partition.Topic, partition.Partition);
}
