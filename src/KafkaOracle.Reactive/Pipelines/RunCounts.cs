using System.Collections.Concurrent;

namespace KafkaOracle.Reactive;

/// <summary>What a run has committed, over all of its lanes.</summary>
internal sealed class RunCounts
{
    private readonly ConcurrentDictionary<string, long> _rows = new(), _broken = new();
    private long _epochs, _rejected;

    public RunCounts(QueryPlan plan)
    {
        foreach (var table in plan.Tables) _rows[table.Name] = 0;
        foreach (var rule in plan.Rules) _broken[rule] = 0;
    }

    public long Epochs => Interlocked.Read(ref _epochs);

    public long Rejected => Interlocked.Read(ref _rejected);

    public IReadOnlyDictionary<string, long> Rows => new Dictionary<string, long>(_rows);

    public IReadOnlyDictionary<string, long> Broken => new Dictionary<string, long>(_broken);

    public void AddBroken(string rule) => _broken.AddOrUpdate(rule, 1, static (_, count) => count + 1);

    public void Add(EpochCommitted committed)
    {
        foreach (var batch in committed.Epoch.Batches) _rows.AddOrUpdate(batch.Table.Name, batch.Count, (_, rows) => rows + batch.Count);
        Interlocked.Add(ref _rejected, committed.Epoch.Rejects.Count + committed.Quarantined);
        Interlocked.Increment(ref _epochs);
    }
}
