using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace KafkaOracle.Reactive;

/// <summary>Gathers the elements of each key until none has come for a while, then emits what was gathered.</summary>
/// <remarks>
/// An element that comes when the silence has just been reached begins anew. Keys that fall silent at one instant do so in the order
/// of their last elements. One timer, for the key that has been silent longest.
/// </remarks>
internal abstract class WhenSilent<T, TKey, TState, TResult>(IObserver<TResult> observer, Func<T, TKey> key, long silence, IScheduler clock)
    : IObserver<T>, IDisposable
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly SerialDisposable _timer = new();
    private readonly RecentKeys<TKey, TState> _keys = new();
    private long _due = long.MaxValue, _limit = long.MaxValue;

    protected long Silence => silence;

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
            var now = clock.Ticks();
            if (now >= _due) Emit(now);                         // a scheduler of wall time may fire late
            try
            {
                Gather(ref _keys.Touch(key(element), now, out var isNew), element, now, isNew);
            }
            catch (Exception fault)
            {
                observer.OnError(fault);
                return;
            }
            if (_due == long.MaxValue) Arm(now);
        }
    }

    public void OnError(Exception error)
    {
        lock (_gate) observer.OnError(error);
    }

    public void OnCompleted()
    {
        lock (_gate)
        {
            if (EmitsAtEnd) EmitThrough(long.MaxValue);
            observer.OnCompleted();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Emit(long now)
    {
        _due = long.MaxValue;
        EmitThrough(now >= _limit ? long.MaxValue : now - silence);
        if (_keys.Count > 0 && _due == long.MaxValue) Arm(now);
    }

    private void EmitThrough(long last)
    {
        while (_keys.Count > 0 && _keys.First <= last)
        {
            var (k, state, at) = _keys.TakeFirst();             // what is emitted may come back as an element
            observer.OnNext(ResultOf(k, state, at));
        }
    }

    private void Arm(long now)
    {
        _limit = NextLimit(now);
        var due = _due = Math.Min(_keys.First + silence, _limit);
        _timer.Disposable = clock.ScheduleAt(due, () =>
        {
            lock (_gate)
                if (_due == due) Emit(Math.Max(due, clock.Ticks()));
        });
    }
}
