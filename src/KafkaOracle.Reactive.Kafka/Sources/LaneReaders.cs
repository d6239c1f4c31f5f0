using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>The lanes that read from one consumer, on its poll thread. One that is behind has its own partitions paused, and holds up no other.</summary>
internal sealed class LaneReaders(KafkaConnection connection, KafkaSourceOptions options, string group, ILogger logger)
{
    /// <summary>How long a lane with a full queue is waited for while no other is held up: pausing throws prefetched messages away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    private readonly List<LaneReader> _readers = [];
    private readonly PartitionRoutes _routes = new();

    /// <summary>Whether the partitions of any are paused.</summary>
    public bool ArePaused => _readers.Exists(r => r.IsPaused);

    /// <summary>The reader of a partition, null where nobody reads it.</summary>
    public LaneReader? Of(string topic, int partition, out int index) => _routes.Of(topic, partition, out index);

    /// <summary>Lets a lane read partitions that are assigned and paused.</summary>
    /// <exception cref="KafkaException">The client cannot go to where the lane begins; with <see cref="ErrorCode.Local_State"/> not yet.</exception>
    public void Open(LaneReader reader)
    {
        for (var i = 0; i < reader.Partitions.Count; i++) connection.Consumer.Seek(new(reader.Partitions[i], reader.Next[i]));
        _readers.Add(reader);
        _routes.Add(reader);
        connection.Consumer.Resume(reader.Partitions);
    }

    /// <summary>A lane reads no more.</summary>
    public void Close(LaneReader reader)
    {
        if (_readers.Contains(reader))
        {
            Store(reader);
            connection.Consumer.Pause(reader.Partitions);
        }
        End(reader, null);
        reader.Empty();
    }

    /// <summary>Ends the reading of a lane with an error.</summary>
    public void Fail(LaneReader reader, KafkaSourceException fault)
    {
        connection.Consumer.Pause(reader.Partitions);
        End(reader, fault);
    }

    /// <summary>Ends the lanes of partitions that are no longer assigned.</summary>
    /// <returns>Their other partitions.</returns>
    public List<TopicPartition> EndThoseOf(List<TopicPartition> partitions)
    {
        var ended = _readers.Where(r => r.Partitions.Any(partitions.Contains)).ToList();
        foreach (var reader in ended)
        {
            Store(reader);
            End(reader, null);
        }
        return [.. ended.SelectMany(r => r.Partitions).Except(partitions)];
    }

    public void EndAll()
    {
        foreach (var reader in _readers.ToList()) End(reader, null);
    }

    /// <summary>Stores what lanes have committed, and resumes those that have made room.</summary>
    public void Tend()
    {
        foreach (var reader in _readers)
        {
            Store(reader);
            if (!reader.IsPaused || !reader.HasRoom || !reader.TryHandOver()) continue;
            reader.IsPaused = false;
            connection.Consumer.Resume(reader.Partitions);
            Log.LaneResumed(logger, group, reader.Partitions[0].Partition.Value);
        }
    }

    /// <summary>Hands over what has been read.</summary>
    public void HandOver(CancellationToken stop)
    {
        foreach (var reader in _readers)
            if (!reader.IsPaused) HandOver(reader, stop);
    }

    /// <summary>Hands over what a lane is to read; it is paused where it has no room.</summary>
    public void HandOver(LaneReader reader, CancellationToken stop)
    {
        var since = options.TimeProvider.GetTimestamp();
        while (!reader.TryHandOver())
        {
            if (options.TimeProvider.GetElapsedTime(since) < Patience && !stop.IsCancellationRequested && !_readers.Exists(r => r.IsHungry))
            {
                reader.WaitForRoom(Step);
                continue;
            }
            // The position of each partition stays at the last message taken, so nothing is lost or read twice.
            connection.Consumer.Pause(reader.Partitions);
            reader.IsPaused = true;
            Log.LanePaused(logger, group, reader.Partitions[0].Partition.Value);
            return;
        }
    }

    private void End(LaneReader reader, KafkaSourceException? fault)
    {
        if (_readers.Remove(reader)) _routes.Remove(reader);
        reader.End(fault);
    }

    private void Store(LaneReader reader)
    {
        foreach (var offset in reader.TakeReported())
        {
            try
            {
                connection.Consumer.StoreOffset(offset);
            }
            catch (KafkaException fault)
            {
                Log.NotReported(logger, fault.Error.Code, connection.Text(fault.Error));
            }
        }
    }
}
