namespace KafkaOracle.Reactive;

/// <summary>The look-ups of a lane: begun when a record arrives, waited for when its turn has come.</summary>
internal sealed class LaneLookUps : IDisposable
{
    private readonly LookUpWorkers[][] _workers;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop;
    private bool _stopped;

    public LaneLookUps(IReadOnlyList<TopicInput> inputs, TimeProvider time, CancellationToken stop)
    {
        (_time, _stop) = (time, CancellationTokenSource.CreateLinkedTokenSource(stop));
        _workers = [.. inputs.Select(i => i.LookUps.Select(l => l.Start(_stop.Token)).ToArray())];
    }

    /// <summary>For how long the lane has waited, in the time provider's units.</summary>
    public long HeldUp { get; private set; }

    public void Begin(TopicInput input, Record record)
    {
        var workers = _workers[input.Index];
        if (workers.Length > 0) record.Findings = Array.ConvertAll(workers, w => w.Begin(record));
    }

    /// <exception cref="LaneStoppedException">The lane was stopped meanwhile.</exception>
    public void Await(Record record)
    {
        foreach (var finding in record.Findings ?? [])
        {
            if (finding.IsThere) continue;
            var since = _time.GetTimestamp();
            try
            {
                finding.Wait(_stop.Token);
            }
            catch (OperationCanceledException cause)
            {
                throw new LaneStoppedException(cause);
            }
            HeldUp += _time.GetTimestamp() - since;
        }
    }

    public void Dispose()
    {
        if (_stopped) return;
        _stopped = true;
        _stop.CancelAll();
        foreach (var workers in _workers.SelectMany(w => w)) workers.Dispose();
        _stop.Dispose();
    }
}
