using System.Collections;
using Confluent.Kafka;

namespace KafkaOracle.Reactive;

/// <summary>A reader's partitions, and which place each has among them. Asked once a message.</summary>
internal sealed class PartitionIndex : IReadOnlyList<TopicPartition>
{
    private readonly TopicPartition[] _partitions;
    private readonly Dictionary<string, int[]> _places = new(StringComparer.Ordinal);
    private string? _lastTopic;
    private int[] _last = [];

    public PartitionIndex(IReadOnlyList<LogPartition> partitions)
    {
        _partitions = [.. partitions.Select(p => p.ToKafka())];
        foreach (var topic in partitions.GroupBy(p => p.Topic))
        {
            var places = new int[topic.Max(p => p.Partition) + 1];
            Array.Fill(places, -1);
            _places[topic.Key] = places;
        }
        for (var i = 0; i < partitions.Count; i++) _places[partitions[i].Topic][partitions[i].Partition] = i;
    }

    public int Count => _partitions.Length;

    public TopicPartition this[int index] => _partitions[index];

    /// <summary>The place of a partition that was assigned.</summary>
    public int Of(string topic, int partition)
    {
        if (topic != _lastTopic) (_lastTopic, _last) = (topic, _places[topic]);
        return _last[partition];
    }

    /// <summary>The place of a partition, -1 for a strange one.</summary>
    public int IndexOf(TopicPartition partition) => Array.IndexOf(_partitions, partition);

    public IEnumerator<TopicPartition> GetEnumerator() => ((IEnumerable<TopicPartition>)_partitions).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
