using System.Text;
using KafkaOracle.Reactive.Testing;

namespace KafkaOracle.Reactive.Tests.Lanes;

/// <summary>A log written by hand and a lane that reads each message as soon as it is there; its epochs commit at once.</summary>
internal sealed class LaneRig : IDisposable
{
    private readonly Action<Lane> _query;
    private readonly LogPartition[] _partitions;
    private readonly CancellationToken _stop;
    private readonly List<(long Offset, long Timestamp, byte[]? Value)>[] _log;
    private QueryPlan? _plan;

    /// <summary>A lane over one partition of topic "a", in eras of a minute.</summary>
    public LaneRig(Action<Lane> query, PipelineOptions? options = null, CancellationToken stop = default) : this(query, options, [new("a", 0)], stop: stop) { }

    public LaneRig(Action<Lane> query, PipelineOptions? options, LogPartition[] partitions, int known = int.MaxValue, CancellationToken stop = default)
    {
        (_query, _partitions, _stop) = (query, partitions, stop);
        _log = [.. partitions.Select(_ => new List<(long, long, byte[]?)>())];
        Options = options ?? new();
        if (options is null) Options.Era = TimeSpan.FromMinutes(1);
        Engine = Create(known);
    }

    public PipelineOptions Options { get; set; }

    public LaneEngine Engine { get; private set; }

    public MemoryStore Store { get; } = new();

    public IEnumerable<string?> Rows => Store.Rows.Select(r => r.Text);

    public LedgerRow Ledger(int partition = 0) => Store.Ledger.Single(r => r.Partition == _partitions[partition]);

    public static LogPartition[] PartitionsOfA(int count) => [.. Enumerable.Range(0, count).Select(p => new LogPartition("a", p))];

    /// <summary>Messages to partition 0, each with its event time as its time stamp.</summary>
    public void Send(params string[] texts) => SendTo(0, texts);

    public void SendTo(int partition, params string[] texts)
    {
        foreach (var text in texts) Append(partition, Encoding.UTF8.GetBytes(text), Beat.Milliseconds(text.Contains('@', StringComparison.Ordinal) ? Beat.Parse(text).Second : 0));
    }

    /// <summary>Messages to partition 0 that the lane reads all at once.</summary>
    public void SendTogether(params string[] texts)
    {
        var first = _log[0].Count;
        foreach (var text in texts) _log[0].Add((_log[0].Count, Beat.Milliseconds(text.Contains('@', StringComparison.Ordinal) ? Beat.Parse(text).Second : 0), Encoding.UTF8.GetBytes(text)));
        Feed(0, _log[0].Skip(first));
    }

    public void Append(int partition, byte[]? value, long timestamp)
    {
        _log[partition].Add((_log[partition].Count, timestamp, value));
        Feed(partition, _log[partition][^1..]);
    }

    /// <summary>Says that a partition has no more for now.</summary>
    public void End(int partition)
    {
        using var slab = new Slab(1, 16);
        slab.AddEnd(partition, _log[partition].Count);
        Engine.Process(slab);
    }

    /// <summary>The process dies, and a new one goes on from the ledger over the same log.</summary>
    /// <param name="known">How many partitions the lane now has.</param>
    public void Restart(int known = int.MaxValue)
    {
        Engine.Dispose();
        Engine = Create(known);
        for (var p = 0; p < Engine.PartitionCount; p++) Feed(p, _log[p].Where(m => m.Offset >= Engine.Partition(p).Next));
    }

    public void Dispose() => Engine.Dispose();

    private LaneEngine Create(int known)
    {
        var options = Options.Validated("rig");
        _plan = QueryPlan.Of("rig", _query);
        var ledger = Store.Ledger.ToDictionary(r => r.Partition);
        return new("rig", _query, _plan, options,
            [.. _partitions.Take(known).Select(p => (p, ledger.GetValueOrDefault(p)?.RewindOffset ?? 0, ledger.GetValueOrDefault(p)))],
            epoch => Store.TryCommit(epoch).Should().BeTrue(), stop: _stop);
    }

    private void Feed(int partition, IEnumerable<(long Offset, long Timestamp, byte[]? Value)> messages)
    {
        if (partition >= Engine.PartitionCount) return;
        using var slab = new Slab(16, 256);
        foreach (var (offset, timestamp, value) in messages)
        {
            if (value is not null) slab.WriteValue(value);
            slab.Add(partition, offset, timestamp);
        }
        Engine.Process(slab);
    }
}
