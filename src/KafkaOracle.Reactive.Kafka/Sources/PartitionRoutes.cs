namespace KafkaOracle.Reactive;

/// <summary>Which lane reads a partition, and as which of its partitions. Asked once a message.</summary>
internal sealed class PartitionRoutes
{
    private readonly Dictionary<string, (LaneReader? Reader, int Index)[]> _routes = new(StringComparer.Ordinal);
    private string? _lastTopic;
    private (LaneReader? Reader, int Index)[] _last = [];

    /// <summary>The reader of a partition, null where nobody reads it.</summary>
    public LaneReader? Of(string topic, int partition, out int index)
    {
        index = -1;
        if (topic != _lastTopic)
        {
            if (!_routes.TryGetValue(topic, out var found)) return null;
            (_lastTopic, _last) = (topic, found);
        }
        if (partition >= _last.Length) return null;
        (var reader, index) = _last[partition];
        return reader;
    }

    public void Add(LaneReader reader)
    {
        for (var i = 0; i < reader.Partitions.Count; i++)
        {
            var (topic, partition) = (reader.Partitions[i].Topic, reader.Partitions[i].Partition.Value);
            var routes = _routes.GetValueOrDefault(topic) ?? [];
            if (routes.Length <= partition) Array.Resize(ref routes, partition + 1);
            routes[partition] = (reader, i);
            _routes[topic] = routes;
        }
        _lastTopic = null;
    }

    public void Remove(LaneReader reader)
    {
        foreach (var partition in reader.Partitions)
            if (_routes.TryGetValue(partition.Topic, out var routes) && routes[partition.Partition.Value].Reader == reader) routes[partition.Partition.Value] = default;
    }
}
