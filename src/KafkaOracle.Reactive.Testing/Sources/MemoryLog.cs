using System.Text;

namespace KafkaOracle.Reactive.Testing;

/// <summary>Topics with partitions in memory, which a test appends to while pipelines read them: a source without servers.</summary>
/// <remarks>
/// Thread-safe, and without threads of its own: a reader takes from the log what is there when it is asked. Partitions are read in
/// turns, a slab each, and every time a reader comes to the end of one it says so, as Kafka does.
/// </remarks>
/// <param name="slabMessages">Most messages that a reader hands over at a time. The default is 512.</param>
public sealed class MemoryLog(int slabMessages = 512) : IMessageSource
{
    private readonly Dictionary<string, List<MemoryPartition>> _topics = [];
    private readonly Dictionary<(string Group, LogPartition Partition), long> _reported = [];
    private readonly List<MemoryReader> _readers = [];
    private readonly Dictionary<string, MemoryGroup> _groups = [];

    /// <summary>Called, with the token that cancels the start, before the partitions are listed. It may throw, and it may wait.</summary>
    public Func<CancellationToken, Task>? BeforePartitions { get; set; }

    /// <summary>Called, with the token that cancels the start, before a reader is opened. It may throw, and it may wait.</summary>
    public Func<CancellationToken, Task>? BeforeOpen { get; set; }

    /// <summary>Until when members of groups are waited for that have partitions to give up.</summary>
    /// <value>The default is for ever.</value>
    public CancellationToken RevokeDeadline { get; set; }

    /// <summary>Readers that are open.</summary>
    public int OpenReaders
    {
        get { lock (Gate) return _readers.Count; }
    }

    /// <summary>Whether the readers that are open have taken all there is and wait for more: whoever reads has then dealt with what it took.</summary>
    /// <value>False also where no reader is open.</value>
    public bool IsReadToEnd
    {
        get { lock (Gate) return _readers.Count > 0 && _readers.TrueForAll(r => r.Waits); }
    }

    internal Lock Gate { get; } = new();

    /// <summary>Creates a topic, or adds partitions to the one there is.</summary>
    /// <param name="topic">The name.</param>
    /// <param name="partitions">How many partitions it then has. A topic never loses one; 0 makes a topic that has none.</param>
    public void CreateTopic(string topic, int partitions = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(topic);
        ArgumentOutOfRangeException.ThrowIfNegative(partitions);
        lock (Gate)
        {
            if (!_topics.TryGetValue(topic, out var all)) _topics[topic] = all = [];
            while (all.Count < partitions) all.Add(new(new(topic, all.Count)));
            foreach (var group in _groups.Values) group.Rebalance();
        }
    }

    /// <summary>Deletes a topic. Readers that are open see no end of it, and no more messages.</summary>
    public void DeleteTopic(string topic)
    {
        lock (Gate) _topics.Remove(topic);
    }

    /// <summary>Appends a message of texts in UTF-8.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The partition, from 0.</param>
    /// <param name="timestamp">The message's own time stamp, to the millisecond.</param>
    /// <param name="key">The key; null where it has none.</param>
    /// <param name="value">The value; null for a tombstone.</param>
    /// <returns>Where it now stands.</returns>
    public Position Append(string topic, int partition, DateTimeOffset timestamp, string? key, string? value)
        => Append(topic, partition, new() { Timestamp = timestamp, Key = Bytes(key), Value = Bytes(value) });

    /// <summary>Appends a message. Its offset is the next one, whatever it says.</summary>
    /// <returns>Where it now stands.</returns>
    public Position Append(string topic, int partition, MemoryMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        lock (Gate)
        {
            var log = Find(new(topic, partition));
            var position = new Position(topic, partition, log.Append(message));
            Wake();
            return position;
        }
    }

    /// <summary>Leaves offsets without messages, as control records and compaction do.</summary>
    public void Skip(string topic, int partition, long offsets = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(offsets, 1);
        lock (Gate)
        {
            Find(new(topic, partition)).End += offsets;
            Wake();
        }
    }

    /// <summary>Removes the messages below an offset, as retention does.</summary>
    public void Trim(string topic, int partition, long first)
    {
        lock (Gate)
        {
            Find(new(topic, partition)).Trim(first);
            Wake();
        }
    }

    /// <summary>Whether a partition's broker cannot be reached: its messages are there, and nobody reads them until it can.</summary>
    public void Withhold(string topic, int partition, bool isWithheld = true)
    {
        lock (Gate)
        {
            Find(new(topic, partition)).IsWithheld = isWithheld;
            Wake();
        }
    }

    /// <summary>Ends the readers that are open with an error, once they have read what is there.</summary>
    public void Break(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        lock (Gate)
            foreach (var reader in _readers) reader.Break(error);
    }

    /// <summary>The messages of a partition that are there.</summary>
    public IReadOnlyList<MemoryMessage> Messages(string topic, int partition = 0)
    {
        lock (Gate) return [.. Find(new(topic, partition)).From(0)];
    }

    /// <summary>The offset that a partition's next message will have.</summary>
    public long End(string topic, int partition = 0)
    {
        lock (Gate) return Find(new(topic, partition)).End;
    }

    /// <summary>The offset last reported for a partition under the name of a group; null where none was.</summary>
    public long? Reported(string group, string topic, int partition = 0)
    {
        lock (Gate) return _reported.TryGetValue((group, new(topic, partition)), out var offset) ? offset : null;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A topic does not exist.</exception>
    public async Task<IReadOnlyList<LogPartition>> PartitionsAsync(IReadOnlyCollection<string> topics, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(topics);
        if (BeforePartitions is { } before) await before(stop);
        stop.ThrowIfCancellationRequested();
        lock (Gate) return [.. topics.SelectMany(Partitions).Select(p => p.Name)];
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<PartitionRange>> FindAsync(IReadOnlyList<PartitionTime> times, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(times);
        lock (Gate)
        {
            return Task.FromResult<IReadOnlyList<PartitionRange>>([.. times.Select(time =>
            {
                var log = Find(time.Partition);
                var first = log.From(log.First).FirstOrDefault(m => m.Timestamp.ToUnixTimeMilliseconds() >= time.At.ToUnixTimeMilliseconds());
                return new PartitionRange(log.First, first?.Offset ?? log.End, log.End);
            })]);
        }
    }

    /// <inheritdoc/>
    public async Task<IMessageReader> OpenAsync(string group, IReadOnlyList<PartitionStart> starts, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(starts);
        if (BeforeOpen is { } before) await before(stop);
        stop.ThrowIfCancellationRequested();
        lock (Gate)
        {
            var reader = new MemoryReader(this, group, slabMessages, [.. starts.Select(s => Find(s.Partition))], starts);
            _readers.Add(reader);
            return reader;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Partition p belongs to the member p modulo their number, in the order in which they joined. Partitions move when one joins, leaves, or is expelled.</remarks>
    public Task<IGroupMember> JoinAsync(string group, IReadOnlyCollection<string> topics, IPartitionOwner owner, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(topics);
        ArgumentNullException.ThrowIfNull(owner);
        stop.ThrowIfCancellationRequested();
        lock (Gate)
        {
            if (!_groups.TryGetValue(group, out var found)) _groups[group] = found = new(this, group);
            return Task.FromResult(found.Join(topics, owner));
        }
    }

    /// <summary>A group takes a member for dead, and gives its partitions to the others. The member does not know, and goes on.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="member">Which of its members, in the order in which they joined.</param>
    /// <returns>Lets the member know: it has lost its partitions, and joins again.</returns>
    public Action Expel(string group, int member = 0)
    {
        ArgumentNullException.ThrowIfNull(group);
        lock (Gate) return (_groups.GetValueOrDefault(group) ?? throw new ArgumentException($"Nobody has joined a group '{group}'.", nameof(group))).Expel(member);
    }

    internal int PartitionCount(string topic)
    {
        lock (Gate) return _topics.GetValueOrDefault(topic)?.Count ?? 0;
    }

    internal void Report(string group, LogPartition partition, long next) => _reported[(group, partition)] = next;

    internal void Closed(MemoryReader reader) => _readers.Remove(reader);

    /// <summary>A partition's log. Ask and use it under the gate.</summary>
    internal MemoryPartition Find(LogPartition partition)
        => _topics.GetValueOrDefault(partition.Topic) is { } all && partition.Partition >= 0 && partition.Partition < all.Count
            ? all[partition.Partition]
            : throw new InvalidOperationException($"The log has no partition {partition}. Create it with MemoryLog.CreateTopic.");

    /// <summary>A topic's partitions. Ask under the gate.</summary>
    internal IEnumerable<MemoryPartition> Partitions(string topic)
        => _topics.TryGetValue(topic, out var all)
            ? all
            : throw new InvalidOperationException($"Topic '{topic}' does not exist. Create it with MemoryLog.CreateTopic.");

    private void Wake()
    {
        foreach (var reader in _readers) reader.Wake();
    }

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}

/// <summary>One partition of a <see cref="MemoryLog"/>.</summary>
internal sealed class MemoryPartition(LogPartition name)
{
    private readonly List<MemoryMessage> _messages = [];

    public LogPartition Name => name;
    public long First { get; private set; }
    public long End { get; set; }
    public bool IsWithheld { get; set; }

    public long Append(MemoryMessage message)
    {
        _messages.Add(message with { Offset = End });
        return End++;
    }

    public void Trim(long first)
    {
        First = Math.Clamp(first, First, End);
        _messages.RemoveRange(0, Index(First));
    }

    public IEnumerable<MemoryMessage> From(long offset) => _messages.Skip(Index(offset));

    // Offsets have gaps: the first message at or after the offset.
    private int Index(long offset)
    {
        int low = 0, high = _messages.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_messages[middle].Offset < offset) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
