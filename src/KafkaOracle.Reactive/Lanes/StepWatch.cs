using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>Notices that the query does not come back from a step. The lane's thread begins and ends steps; a timer looks.</summary>
internal sealed class StepWatch(string pipeline, PipelineOptions options, ILogger logger)
{
    private LaneEngine? _engine;
    private long _since;                                        // 0: no step is under way
    private volatile Trouble? _trouble;

    public Trouble? Trouble => _trouble;

    public void Begin(LaneEngine engine)
    {
        _engine = engine;
        Begin();
    }

    public void Begin() => Volatile.Write(ref _since, options.TimeProvider.GetTimestamp());

    /// <returns>Whether a step was under way.</returns>
    public bool End()
    {
        var since = Interlocked.Exchange(ref _since, 0);
        if (_trouble is null) return since != 0;
        _trouble = null;
        Log.StepEnded(logger, pipeline, options.TimeProvider.GetElapsedTime(since));
        return since != 0;
    }

    public void Look()
    {
        var since = Volatile.Read(ref _since);
        if (since == 0 || _trouble is not null) return;
        var elapsed = options.TimeProvider.GetElapsedTime(since);
        if (elapsed < options.SlowStepAfter) return;
        var where = _engine?.At is { } at ? $"on record {at}" : "in a timer, or between records";
        var trouble = new Trouble(TroubleKind.Query, options.TimeProvider.GetUtcNow() - elapsed, $"The query has not come back from a step for {elapsed:c}, {where}. It is waited for: the query should not block.");
        _trouble = trouble;
        if (Volatile.Read(ref _since) != since) _trouble = null;        // it came back meanwhile
        else Log.SlowStep(logger, pipeline, elapsed, where);
    }
}
