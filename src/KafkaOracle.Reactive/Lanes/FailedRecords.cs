namespace KafkaOracle.Reactive;

/// <summary>A record that the query threw on.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="FromEra">The era from which on the query goes without it; 0: side outputs too.</param>
/// <param name="Reason">What was thrown.</param>
/// <param name="BeforeIt">How many records of the era were skipped before it.</param>
internal sealed record FailedRecord(Position Position, long FromEra, string Reason, int BeforeIt)
{
    public LogPartition Partition => new(Position.Topic, Position.Partition);
}

/// <summary>The records that the query threw on in one run of a lane, each of which begins the lane's next life.</summary>
/// <remarks>A life ends with the record that it cannot get past. The next one reads it again, and then writes reject and skip in one epoch.</remarks>
internal sealed class FailedRecords(PipelineOptions options)
{
    private readonly List<FailedRecord> _all = [];
    private readonly Queue<long> _withoutEra = new();

    public IReadOnlyList<FailedRecord> All
    {
        get
        {
            lock (_all) return [.. _all];
        }
    }

    /// <summary>Forgets records whose messages are rejected: from there on the ledger knows.</summary>
    public void Settle(Epoch committed)
    {
        foreach (var reject in committed.Rejects)
        {
            if (reject.Kind != RejectKind.Failed) continue;
            lock (_all) _all.RemoveAll(f => f.Position == reject.Position);
        }
    }

    /// <summary>Whether the lane can go on without the record that the query threw on.</summary>
    /// <exception cref="QueryException">They are too many.</exception>
    public bool TryAdd(QueryException fault)
    {
        if (fault.Failed is not { } failed || options.MaxFailedRecords == 0) return false;
        if (Math.Max(failed.BeforeIt, WithoutEra(failed)) >= options.MaxFailedRecords)
            throw new QueryException($"{fault.Message} Before it {options.MaxFailedRecords} records of the era were put aside; more than that are a fault of the query, not of the records. Mend it, or raise MaxFailedRecords.", fault.InnerException!) { Failed = failed };
        lock (_all) _all.Add(failed);
        return true;
    }

    // What has no era is forgotten when it is committed, so it is counted by the machine's clock.
    private int WithoutEra(FailedRecord failed)
    {
        if (failed.FromEra > 0) return 0;
        var now = options.TimeProvider.GetTimestamp();
        while (_withoutEra.TryPeek(out var at) && options.TimeProvider.GetElapsedTime(at, now) > options.Era) _withoutEra.Dequeue();
        _withoutEra.Enqueue(now);
        return _withoutEra.Count - 1;
    }
}
