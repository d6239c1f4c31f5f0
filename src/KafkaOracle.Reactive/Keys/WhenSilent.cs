using System.Reactive.Concurrency;

namespace KafkaOracle.Reactive;

/// <summary>Gathers the elements of each key until none has come for a while, then emits what was gathered.</summary>
/// <remarks>
/// An element that comes when the silence has just been reached begins anew. Keys that fall silent at one instant do so in the order
/// of their last elements. One timer, for the key that has been silent longest.
/// </remarks>
internal abstract class WhenSilent<T, TKey, TState, TResult> : IObserver<T>, IDisposable where TKey : notnull
{
    private readonly IObserver<TResult> _observer;
    private readonly Func<T, TKey> _key;
    private readonly Lock _gate = new();
    private readonly OperatorTimer _timer;
    private readonly RecentKeys<TKey, TState> _keys = new();
    private long _limit = long.MaxValue;

    protected WhenSilent(IObserver<TResult> observer, Func<T, TKey> key, long silence, IScheduler clock)
    {
        (_observer, _key, Silence) = (observer, key, silence);
        _timer = new(clock, Fire);
    }

    protected long Silence { get; }

    /// <summary>Takes an element into the state of its key. May throw what the user's functions throw.</summary>
    protected abstract void Gather(ref TState state, T element, long now, bool isNew);

    protected abstract TResult ResultOf(TKey key, in TState state, long last);

    /// <summary>Whether what is gathered is emitted when the source completes.</summary>
    protected virtual bool EmitsAtEnd => true;

    /// <summary>When all keys are emitted, silent or not: the first such time after now.</summary>
    protected virtual long NextLimit(long now) => long.MaxValue;

    public void OnNext(T element)
    {
        lock (_gate)
        {
            var now = _timer.Now;
            if (now >= _timer.Due) Emit(now);                   // a scheduler of wall time may fire late
            try
            {
                Gather(ref _keys.Touch(_key(element), now, out var isNew), element, now, isNew);
            }
            catch (Exception fault)
            {
                _observer.OnError(fault);
                return;
            }
            if (_timer.Due == long.MaxValue) Arm(now);
        }
    }

    public void OnError(Exception error)
    {
        lock (_gate) _observer.OnError(error);
    }

    public void OnCompleted()
    {
        lock (_gate)
        {
            if (EmitsAtEnd) EmitThrough(long.MaxValue);
            _observer.OnCompleted();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Fire(long due)
    {
        lock (_gate)
            if (_timer.Due == due) Emit(Math.Max(due, _timer.Now));
    }

    private void Emit(long now)
    {
        _timer.Set(long.MaxValue);
        EmitThrough(now >= _limit ? long.MaxValue : now - Silence);
        if (_keys.Count > 0 && _timer.Due == long.MaxValue) Arm(now);
    }

    private void EmitThrough(long last)
    {
        while (_keys.Count > 0 && _keys.First <= last)
        {
            var (key, state, at) = _keys.TakeFirst();           // what is emitted may come back as an element
            _observer.OnNext(ResultOf(key, state, at));
        }
    }

    private void Arm(long now)
    {
        _limit = NextLimit(now);
        _timer.Set(Math.Min(_keys.First + Silence, _limit));
    }
}
