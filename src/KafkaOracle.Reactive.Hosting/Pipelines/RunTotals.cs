namespace KafkaOracle.Reactive;

/// <summary>What the runs of a pipeline before the present one have done, so that a count does not fall when a run follows another.</summary>
internal sealed class RunTotals
{
    private LaneCounts _messages;
    private long _epochs, _rejected;
    private readonly Dictionary<string, long> _rows = [], _broken = [];

    public void Add(RunStatus run)
    {
        var sum = With(run);
        (_messages, _epochs, _rejected) = (sum.Messages, sum.Epochs, sum.Rejected);
        foreach (var (table, rows) in sum.Rows) _rows[table] = rows;
        foreach (var (rule, records) in sum.Broken) _broken[rule] = records;
    }

    /// <summary>A run's status with the counts of those before it.</summary>
    public RunStatus With(RunStatus run)
    {
        return run with
        {
            Messages = _messages + run.Messages,
            Epochs = _epochs + run.Epochs,
            Rejected = _rejected + run.Rejected,
            Rows = run.Rows.ToDictionary(r => r.Key, r => r.Value + _rows.GetValueOrDefault(r.Key)),
            Broken = run.Broken.ToDictionary(r => r.Key, r => r.Value + _broken.GetValueOrDefault(r.Key)),
        };
    }
}
