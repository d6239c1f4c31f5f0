using Microsoft.Extensions.Logging.Abstractions;

namespace KafkaOracle.Reactive.Testing;

/// <summary>One life of a lane, from a start to a crash: the engine that runs in production, fed from a log in memory by the caller's thread.</summary>
internal sealed class TestedLane : IDisposable
{
    private readonly MemoryLog _log;
    private readonly MemoryPartition[] _logs;
    private readonly LaneEngine _engine;

    /// <param name="query">The query.</param>
    /// <param name="number">The number of its partitions; null where it has all.</param>
    /// <param name="log">The log; every such partition it has now is read.</param>
    /// <param name="ledger">The pipeline's ledger.</param>
    /// <param name="onEpoch">Takes each epoch that is cut. It ends the life by throwing <see cref="LaneStoppedException"/>; a former version's ends by <see cref="EraEndedException"/>.</param>
    /// <param name="failed">Records that the query threw on in earlier lives.</param>
    public TestedLane(RecordedQuery query, int? number, MemoryLog log, IReadOnlyList<LedgerRow> ledger, IReadOnlyList<FailedRecord> failed, Action<Epoch> onEpoch)
    {
        _log = log;
        var start = LaneStart.Of(query.Pipeline, [.. ledger.Where(r => IsIts(r.Partition))]);
        var version = query.Of(start.Pipeline);
        _logs = [.. version.Plan.Inputs.SelectMany(i => log.Partitions(i.Topic)).Where(p => IsIts(p.Name)).OrderBy(p => p.Name)];
        // The log in memory answers at once.
        var positions = start.PositionsAsync(log, [.. _logs.Select(p => p.Name)], NullLogger.Instance, CancellationToken.None).GetAwaiter().GetResult();
        foreach (var partition in _logs)
            if (start.Ledger.TryGetValue(partition.Name, out var row)) LedgerState.CheckLog(query.Name, row, new(partition.First, row.RewindOffset, partition.End));
        _engine = new(query.Name, version.Connect, version.Plan, start.Options,
            [.. _logs.Select((p, i) => (p.Name, positions[i].Offset ?? p.First, start.Ledger.GetValueOrDefault(p.Name)))], onEpoch)
        { EndsWithEra = start.EndsWithEra, ReplacedEra = start.ReplacedEra };
        _engine.Skip(failed);

        bool IsIts(LogPartition partition) => number is null || partition.Partition == number;
    }

    public LaneEngine Engine
    {
        get
        {
            _engine.Thread.Enter();                             // a test may go on on another thread after it awaited something
            return _engine;
        }
    }

    public int Partitions => _logs.Length;

    /// <summary>Reads all that is there.</summary>
    public void Read()
    {
        for (var partition = 0; partition < _logs.Length; partition++) Read(partition, int.MaxValue);
    }

    /// <summary>Reads some messages of a partition.</summary>
    public void Read(int partition, int most)
    {
        using var slab = new Slab(16, 1024);
        lock (_log.Gate)
        {
            var next = _engine.Partition(partition).Next;
            foreach (var message in _logs[partition].From(next).Take(most))
            {
                message.WriteTo(slab, partition);
                next = message.Offset + 1;
            }
            if (!_logs[partition].From(next).Any()) slab.AddEnd(partition, _logs[partition].End);
        }
        Engine.Process(slab);
    }

    /// <summary>Decides everything before a time, as if each partition of event time had been told that nothing earlier comes.</summary>
    public void AdvanceTo(DateTimeOffset at)
    {
        for (var partition = 0; partition < _logs.Length; partition++)
            if (_engine.Partition(partition) is { Input.HasEventTime: true } progress) progress.AddFloor(progress.Next, at.UtcTicks);
        using var nothing = new Slab(0, 0);
        Engine.Process(nothing);
    }

    public void GoIdle(LogPartition partition)
    {
        Engine.GoIdle(Array.FindIndex(_logs, p => p.Name == partition));
    }

    /// <summary>Cuts the epoch where there is anything to commit.</summary>
    public void Commit()
    {
        if (Engine.HasUnsavedProgress) _engine.Cut();
    }

    public void Dispose() => _engine.Dispose();
}
