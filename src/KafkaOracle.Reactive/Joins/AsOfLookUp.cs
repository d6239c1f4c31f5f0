using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace KafkaOracle.Reactive;

/// <summary>What the right side says to a left element as of a time. False: nothing is to be emitted.</summary>
internal delegate bool FindAsOf<TLeft, TResult>(TLeft left, long at, out TResult result);

/// <summary>Looks each left element up in what the right side has said until its time, that instant included.</summary>
/// <remarks>
/// An element waits for one tick: only then have all right elements of its own instant come. Otherwise the order of topics and
/// partitions would decide whether a price of ten o'clock holds for an order of ten o'clock.
/// </remarks>
internal sealed class AsOfLookUp<TLeft, TRight, TResult> : IDisposable
{
    private readonly IObserver<TResult> _observer;
    private readonly Action<TRight, long> _note;
    private readonly FindAsOf<TLeft, TResult> _find;
    private readonly Lock _gate = new();
    private readonly OperatorTimer _timer;
    private readonly Queue<(TLeft Element, long At)> _waiting = new();

    public AsOfLookUp(IObserver<TResult> observer, Action<TRight, long> note, FindAsOf<TLeft, TResult> find, IScheduler clock)
    {
        (_observer, _note, _find) = (observer, note, find);
        _timer = new(clock, Fire);
    }

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
            var now = _timer.Now;
            if (!Emit(now)) return;
            _waiting.Enqueue((element, now));
            Arm();
        }
    }

    private void OnRight(TRight element)
    {
        lock (_gate)
        {
            var now = _timer.Now;
            if (!Emit(now)) return;
            try
            {
                _note(element, now);
            }
            catch (Exception fault)
            {
                _observer.OnError(fault);
            }
        }
    }

    private void OnError(Exception error)
    {
        lock (_gate) _observer.OnError(error);
    }

    private void OnCompleted()
    {
        lock (_gate)
            if (Emit(long.MaxValue)) _observer.OnCompleted();
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
                isFound = _find(first.Element, first.At, out result);
            }
            catch (Exception fault)
            {
                _observer.OnError(fault);
                return false;
            }
            if (isFound) _observer.OnNext(result);
        }
        return true;
    }

    private void Arm()
    {
        if (_timer.Due == long.MaxValue && _waiting.Count > 0) _timer.Set(_waiting.Peek().At + 1);
    }

    private void Fire(long due)
    {
        lock (_gate)
        {
            if (_timer.Due != due) return;
            _timer.Set(long.MaxValue);
            if (Emit(Math.Max(due, _timer.Now))) Arm();
        }
    }
}
