using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace KafkaOracle.Reactive;

/// <summary>Joins two sources by key where the right element came within an interval around the left one.</summary>
/// <remarks>
/// An element is kept for as long as one of the other side can still match it; on the tick after that it is forgotten, and emitted by
/// itself where it matched none and that was asked for. One timer, where it was.
/// </remarks>
internal sealed class IntervalJoin<TLeft, TRight, TKey, TResult> : IDisposable where TKey : notnull
{
    private readonly IObserver<TResult> _observer;
    private readonly long _before, _after;
    private readonly Lock _gate = new();
    private readonly OperatorTimer _timer;
    private readonly KeyedTimeline<TKey, TLeft> _lefts = new();
    private readonly KeyedTimeline<TKey, TRight> _rights = new();
    private int _completed;

    public IntervalJoin(IObserver<TResult> observer, long before, long after, IScheduler clock)
    {
        (_observer, _before, _after) = (observer, before, after);
        _timer = new(clock, Fire);
    }

    public required Func<TLeft, TKey> LeftKey { get; init; }
    public required Func<TRight, TKey> RightKey { get; init; }

    /// <summary>Makes a result of each pair; null where pairs are not asked for.</summary>
    public required Func<TLeft, TRight, TResult>? Pair { get; init; }

    /// <summary>Makes a result of a left element that matched none; null where those are dropped.</summary>
    public Func<TLeft, TResult>? LeftOnly { get; init; }

    /// <inheritdoc cref="LeftOnly"/>
    public Func<TRight, TResult>? RightOnly { get; init; }

    public IDisposable Subscribe(IObservable<TLeft> left, IObservable<TRight> right)
    {
        Func<TRight, TLeft, TResult>? reverse = Pair is { } pair ? (r, l) => pair(l, r) : null;
        var lefts = Observer.Create<TLeft>(x => Take(x, LeftKey, _lefts, _rights, Pair), OnError, OnCompleted);
        var rights = Observer.Create<TRight>(x => Take(x, RightKey, _rights, _lefts, reverse), OnError, OnCompleted);
        return StableCompositeDisposable.Create(left.Subscribe(lefts), right.Subscribe(rights), this);
    }

    public void Dispose() => _timer.Dispose();

    private void Take<T, TOther>(T element, Func<T, TKey> keyOf, KeyedTimeline<TKey, T> own, KeyedTimeline<TKey, TOther> others, Func<T, TOther, TResult>? pair)
    {
        lock (_gate)
        {
            var now = _timer.Now;
            if (!Forget(now)) return;
            TKey key;
            try
            {
                key = keyOf(element);
            }
            catch (Exception fault)
            {
                _observer.OnError(fault);
                return;
            }
            var isMatched = false;
            // What is emitted may come back as an element of either side: it then finds what is here, or is found here.
            for (var place = others.FirstOf(key); place != KeyedTimeline<TKey, TOther>.None; place = others.After(place, key))
            {
                ref var other = ref others[place];
                other.IsMatched = isMatched = true;
                if (pair is not null && !TryEmit(pair, element, other.Element)) return;
            }
            own.Add(key, element, now, isMatched);
            Arm();
        }
    }

    private void OnError(Exception error)
    {
        lock (_gate) _observer.OnError(error);
    }

    private void OnCompleted()
    {
        lock (_gate)
            if (++_completed == 2 && Forget(long.MaxValue)) _observer.OnCompleted();
    }

    /// <summary>Lets go of what nothing from now on can match, in the order in which that came about. False: it ended with an error.</summary>
    private bool Forget(long now)
    {
        while (true)
        {
            var (leftEnd, rightEnd) = (LeftEnd, RightEnd);
            if (Math.Min(leftEnd, rightEnd) >= now) return true;
            if (leftEnd <= rightEnd)
            {
                var left = _lefts.Take();
                if (!left.IsMatched && LeftOnly is not null && !TryEmit(LeftOnly, left.Element)) return false;
            }
            else
            {
                var right = _rights.Take();
                if (!right.IsMatched && RightOnly is not null && !TryEmit(RightOnly, right.Element)) return false;
            }
        }
    }

    private long LeftEnd => _lefts.IsEmpty ? long.MaxValue : _lefts.Oldest + _after;

    private long RightEnd => _rights.IsEmpty ? long.MaxValue : _rights.Oldest + _before;

    // Only for what may have to be emitted; at the end itself a match may still come.
    private void Arm()
    {
        var end = Math.Min(LeftOnly is null ? long.MaxValue : LeftEnd, RightOnly is null ? long.MaxValue : RightEnd);
        if (end < _timer.Due - 1) _timer.Set(end + 1);
    }

    private void Fire(long due)
    {
        lock (_gate)
        {
            if (_timer.Due != due) return;
            _timer.Set(long.MaxValue);
            if (Forget(Math.Max(due, _timer.Now))) Arm();
        }
    }

    private bool TryEmit<T>(Func<T, TResult> result, T element)
    {
        TResult value;
        try
        {
            value = result(element);
        }
        catch (Exception fault)
        {
            _observer.OnError(fault);
            return false;
        }
        _observer.OnNext(value);
        return true;
    }

    private bool TryEmit<T1, T2>(Func<T1, T2, TResult> result, T1 first, T2 second)
    {
        TResult value;
        try
        {
            value = result(first, second);
        }
        catch (Exception fault)
        {
            _observer.OnError(fault);
            return false;
        }
        _observer.OnNext(value);
        return true;
    }
}
