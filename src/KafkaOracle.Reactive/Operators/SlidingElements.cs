namespace KafkaOracle.Reactive;

/// <summary>The elements of one key in a sliding window, and their aggregate.</summary>
internal abstract class SlidingElements<T, TResult>
{
    public abstract int Count { get; }

    /// <summary>Time of the first element.</summary>
    public abstract long Oldest { get; }

    /// <summary>Time of the last element added.</summary>
    public long Newest { get; protected set; }

    public abstract void Add(T element, long at);

    public abstract void RemoveOldest();

    public abstract TResult Result();
}

internal static class SlidingElements
{
    public static SlidingElements<T, TResult> Of<T, TState, TResult>(Aggregate<T, TState, TResult> aggregate)
        => aggregate is { CanMerge: true, CopiesByAssignment: true } ? new MergedElements<T, TState, TResult>(aggregate) : new KeptElements<T, TState, TResult>(aggregate);
}

/// <summary>Two stacks: of the older elements each holds what it and all younger ones of its stack come to; the younger ones are summed up as they come.</summary>
/// <remarks>When the older ones are used up the younger ones are turned into such a stack: each element is moved once. See Tangwongsan, Hirzel, Schneider, "General incremental sliding-window aggregation", VLDB 2015.</remarks>
internal sealed class MergedElements<T, TState, TResult>(Aggregate<T, TState, TResult> aggregate) : SlidingElements<T, TResult>
{
    private readonly List<(long At, TState State)> _older = [], _younger = [];
    private TState _sum = aggregate.Seed();

    public override int Count => _older.Count + _younger.Count;

    public override long Oldest => _older.Count > 0 ? _older[^1].At : _younger[0].At;

    public override void Add(T element, long at)
    {
        var state = aggregate.Seed();
        aggregate.Add(ref state, element);
        aggregate.Add(ref _sum, element);
        _younger.Add((Newest = at, state));
    }

    public override void RemoveOldest()
    {
        if (_older.Count == 0) Turn();
        _older.RemoveAt(_older.Count - 1);
    }

    public override TResult Result()
    {
        if (_older.Count == 0) return aggregate.Result(_sum);
        var all = _older[^1].State;
        aggregate.Merge(ref all, _sum);
        return aggregate.Result(all);
    }

    private void Turn()
    {
        for (var i = _younger.Count - 1; i >= 0; i--)
        {
            var (at, state) = _younger[i];
            if (_older.Count > 0) aggregate.Merge(ref state, _older[^1].State);
            _older.Add((at, state));
        }
        _younger.Clear();
        _sum = aggregate.Seed();
    }
}

/// <summary>The elements themselves, added up anew for each result.</summary>
internal sealed class KeptElements<T, TState, TResult>(Aggregate<T, TState, TResult> aggregate) : SlidingElements<T, TResult>
{
    private readonly Queue<(long At, T Element)> _elements = new();

    public override int Count => _elements.Count;

    public override long Oldest => _elements.Peek().At;

    public override void Add(T element, long at) => _elements.Enqueue((Newest = at, element));

    public override void RemoveOldest() => _elements.Dequeue();

    public override TResult Result()
    {
        var state = aggregate.Seed();
        foreach (var (_, element) in _elements) aggregate.Add(ref state, element);
        return aggregate.Result(state);
    }
}
