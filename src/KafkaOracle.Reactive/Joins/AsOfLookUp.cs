using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace KafkaOracle.Reactive;

/// <summary>What the right side says to a left element as of a time. False: nothing is to be emitted.</summary>
internal delegate bool LookUp<TLeft, TResult>(TLeft left, long at, out TResult result);

/// <summary>Looks each left element up in what the right side has said until its time, that instant included.</summary>
/// <remarks>
/// An element waits for one tick: only then have all right elements of its own instant come. Otherwise the order of topics and
/// partitions would decide whether a price of ten o'clock holds for an order of ten o'clock.
/// </remarks>
internal sealed class AsOfLookUp<TLeft, TRight, TResult>(IObserver<TResult> observer, Action<TRight, long> note, LookUp<TLeft, TResult> lookUp, IScheduler clock)
    : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SerialDisposable _timer = new();
    private readonly Queue<(TLeft Element, long At)> _waiting = new();
    private bool _isArmed;

    public IDisposable Subscribe(IObservable<TLeft> left, IObservable<TRight> right)
    {
        var rights = Observer.Create<TRight>(OnRight, OnError, static () => { });
        var lefts = Observer.Create<TLeft>(OnLeft, OnError, OnCompleted);
        return StableCompositeDisposable.Create(right.Subscribe(rights), left.Subscribe(lefts), this);
    }

    public void Dispose() => _timer.Dispose();

    private void OnLeft(TLeft element)
    {
        lock (_gate)
        {
            var now = clock.Ticks();
            if (!Emit(now)) return;
            _waiting.Enqueue((element, now));
            if (!_isArmed) Arm();
        }
    }

    private void OnRight(TRight element)
    {
        lock (_gate)
        {
            var now = clock.Ticks();
            if (!Emit(now)) return;
            try
            {
                note(element, now);
            }
            catch (Exception fault)
            {
                observer.OnError(fault);
            }
        }
    }

    private void OnError(Exception error)
    {
        lock (_gate) observer.OnError(error);
    }

    private void OnCompleted()
    {
        lock (_gate)
            if (Emit(long.MaxValue)) observer.OnCompleted();
    }

    /// <summary>Emits what waits since before now. False: it ended with an error.</summary>
    private bool Emit(long now)
    {
        while (_waiting.TryPeek(out var first) && first.At < now)
        {
            _waiting.Dequeue();
            bool isFound;
            TResult result;
            try
            {
                isFound = lookUp(first.Element, first.At, out result);
            }
            catch (Exception fault)
            {
                observer.OnError(fault);
                return false;
            }
            if (isFound) observer.OnNext(result);
        }
        return true;
    }

    private void Arm()
    {
        _isArmed = true;
        var due = _waiting.Peek().At + 1;
        _timer.Disposable = clock.ScheduleAt(due, () =>
        {
            lock (_gate)
            {
                _isArmed = false;
                if (Emit(Math.Max(due, clock.Ticks())) && !_isArmed && _waiting.Count > 0) Arm();
            }
        });
    }
}
