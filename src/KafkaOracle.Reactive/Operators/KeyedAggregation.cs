using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive;

/// <summary>What <c>AggregateBy</c> is asked for.</summary>
internal sealed record AggregationPlan<T, TKey>(Func<T, TKey> Key, Func<T, DateTimeOffset>? At, Emit Emit, IScheduler Clock, IObserver<T>? Late);

/// <summary>
/// The frame of windowed aggregates: time, timer, results and errors. Work is done in steps: a step changes state and collects
/// results; then they are emitted, and may come back as elements.
/// </summary>
internal abstract class KeyedAggregation<T, TKey, TState, TResult> : IObserver<T>, IDisposable where TKey : notnull
{
    private readonly IObserver<KeyedWindow<TKey, TResult>> _observer;
    private readonly IObserver<T>? _late;
    private readonly EventClock? _lane;
    private readonly object? _gate;                             // a lane has one thread
    private List<KeyedWindow<TKey, TResult>> _results = [];
    private List<KeyedWindow<TKey, TResult>>? _spare;

    protected KeyedAggregation(AggregationPlan<T, TKey> plan, Aggregate<T, TState, TResult> aggregate, IObserver<KeyedWindow<TKey, TResult>> observer)
    {
        (Key, At, Emit, Aggregate, _late, _observer) = (plan.Key, plan.At, plan.Emit, aggregate, plan.Late, observer);
        Timer = new(plan.Clock, OnTimer);
        _lane = plan.Clock as EventClock;
        _gate = _lane is not null ? null : new();
    }

    protected Func<T, TKey> Key { get; }
    protected Func<T, DateTimeOffset>? At { get; }
    protected Emit Emit { get; }
    protected Aggregate<T, TState, TResult> Aggregate { get; }
    protected OperatorTimer Timer { get; }

    /// <summary>Takes an element. False: all its windows are over.</summary>
    protected abstract bool Add(in T element, long now);

    /// <summary>Collects what is due at or before a time, and sets the timer.</summary>
    protected abstract void Advance(long now);

    /// <summary>Collects what has not been emitted.</summary>
    protected abstract void Close();

    /// <summary>Emits what was not collected, because it is no longer changed. False: a result threw.</summary>
    protected virtual bool EmitOver() => true;

    protected bool TryEmit(TKey key, DateTimeOffset start, DateTimeOffset end, TState state)
    {
        TResult value;
        try
        {
            value = Aggregate.Result(state);
        }
        catch (Exception fault)
        {
            _observer.OnError(fault);
            return false;
        }
        _observer.OnNext(new(key, start, end, value));
        return true;
    }

    protected void Collect(TKey key, Bounds window, TState state, int revision, bool isRetraction = false)
        => _results.Add(new(key, EventTime.At(window.Start), EventTime.At(window.End), Aggregate.Result(state), revision, isRetraction));

    /// <summary>Subscribes to a source. On a lane's clock elements and timer come on the lane's thread; elsewhere they take turns.</summary>
    public IDisposable SubscribeTo(IObservable<T> source) => (_gate is null ? source : source.Synchronize(_gate)).Subscribe(this);

    public void OnNext(T element)
    {
        var now = _lane is not null ? _lane.Clock : Timer.Now;
        if (now >= Timer.Due) Run(now);                         // a scheduler of wall time may fire late
        bool taken;
        try
        {
            taken = Add(in element, now);
        }
        catch (Exception fault)
        {
            _observer.OnError(fault);
            return;
        }
        if (_results.Count > 0) Flush();
        if (!taken) _late?.OnNext(element);
    }

    public void OnError(Exception error) => _observer.OnError(error);

    public void OnCompleted()
    {
        try
        {
            Close();
        }
        catch (Exception fault)
        {
            _observer.OnError(fault);
            return;
        }
        Flush();
        if (EmitOver()) _observer.OnCompleted();
    }

    public void Dispose() => Timer.Dispose();

    private void OnTimer(long due)
    {
        if (_gate is null) Run(due);
        else
            lock (_gate)
                if (Timer.Due <= due) Run(Math.Max(due, Timer.Now));
    }

    private void Run(long now)
    {
        try
        {
            Advance(now);
        }
        catch (Exception fault)
        {
            _observer.OnError(fault);
            return;
        }
        Flush();
        EmitOver();
    }

    private void Flush()
    {
        if (_results.Count == 0) return;
        var results = _results;
        (_results, _spare) = (_spare ?? [], null);
        foreach (ref readonly var result in CollectionsMarshal.AsSpan(results)) _observer.OnNext(result);
        results.Clear();
        _spare = results;
    }
}
