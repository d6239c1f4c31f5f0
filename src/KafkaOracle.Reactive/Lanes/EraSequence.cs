namespace KafkaOracle.Reactive;

/// <summary>The eras of a lane, one after the other, and the instances of the query that serve them.</summary>
/// <remarks>
/// State: one instance for the era under way and one for each era whose lead-in has begun: one where the lead-in is no longer than
/// the era, else the quotient more.
/// </remarks>
internal sealed class EraSequence(TimeSpan era, TimeSpan leadIn, EraTally tally, Func<long, long, QueryInstance> create, Action onBoundary) : IDisposable
{
    private readonly List<QueryInstance> _instances = [];       // the first serves the era under way, the others are in their lead-in
    private long _next, _end;

    public bool HasBegun => _instances.Count > 0;

    /// <summary>Start of the era under way.</summary>
    public long Start => _instances[0].Start;

    /// <summary>Start of its lead-in.</summary>
    public long From => Start - leadIn.Ticks;

    /// <summary>Event time reached.</summary>
    public long Now => _instances[0].Clock.Clock;

    /// <summary>The end of the era that a time lies in.</summary>
    public long EndOf(long time) => EventTime.Next(time, era.Ticks);

    public long StartOf(long time) => EventTime.Floor(time, era.Ticks);

    public void Begin(long start)
    {
        _next = start;
        _end = EndOf(start);
        Subscribe(start - leadIn.Ticks);
    }

    /// <summary>Fires the timers up to and including a time, and ends the eras that end on the way.</summary>
    public void AdvanceTo(long time)
    {
        for (; _end <= time; _end = EndOf(Start))
        {
            Subscribe(_end);
            _instances[0].RunTo(_end);                          // the timers of the boundary belong to the era that ends
            tally.Next(Start);
            _instances[0].Dispose();
            _instances.RemoveAt(0);
            _instances[0].RunTo(_end);
            onBoundary();
        }
        Subscribe(time);
        for (var i = 0; i < _instances.Count; i++) _instances[i].RunTo(time);
    }

    /// <summary>Start of the era whose instance has a record.</summary>
    public long Pushing { get; private set; }

    /// <summary>Gives a record, at whose time the clocks stand, to every instance of an era before one; the era under way first.</summary>
    public void Push(int input, Record record, long before = long.MaxValue)
    {
        for (var i = 0; i < _instances.Count; i++)
        {
            if ((Pushing = _instances[i].Start) < before) _instances[i].Push(input, record);
        }
    }

    public void Dispose()
    {
        foreach (var instance in _instances) instance.Dispose();
    }

    private void Subscribe(long time)
    {
        for (; _next - leadIn.Ticks <= time; _next = EndOf(_next)) _instances.Add(create(_next, _next - leadIn.Ticks));
    }
}
