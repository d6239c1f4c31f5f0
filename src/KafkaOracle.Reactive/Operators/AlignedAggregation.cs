using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive;

/// <summary>Windows that are the same for all keys: a table of keys for each one open.</summary>
internal sealed class AlignedAggregation<T, TKey, TState, TResult>(
    AlignedWindows windows, AggregationPlan<T, TKey> plan, Aggregate<T, TState, TResult> aggregate, IObserver<KeyedWindow<TKey, TResult>> observer)
    : KeyedAggregation<T, TKey, TState, TResult>(plan, aggregate, observer)
    where TKey : notnull
{
    private readonly List<OpenWindow> _open = [];               // by start, so by end too
    private readonly bool _overlap = windows.Overlap, _revises = plan.Emit.Revises;
    private readonly Func<T, TKey> _key = plan.Key;
    private readonly Func<T, DateTimeOffset>? _at = plan.At;
    private readonly Aggregate<T, TState, TResult> _aggregate = aggregate;
    private OpenWindow? _last;
    private readonly List<OpenWindow> _over = [];               // those whose only results are still to be emitted
    private Dictionary<TKey, TState>? _spare;
    private long _tick = long.MaxValue;

    protected override bool Add(in T element, long now)
    {
        var at = _at is null ? now : _at(element).UtcTicks;
        var key = _key(element);
        if (_last is not { } last || !last.Bounds.Holds(at)) return AddToEach(at, key, in element, now);
        AddTo(last, key, in element, now);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]                  // its registers would cost the common case
    private bool AddToEach(long at, TKey key, in T element, long now)
    {
        var bounds = windows.FirstAfter(at);
        if (bounds.Start > at) return true;                     // between windows
        var taken = false;
        for (var place = PlaceOf(bounds); bounds.Start <= at; bounds = windows.Next(bounds))
        {
            if (bounds.End + Emit.Grace <= now) continue;
            if (place == _open.Count || _open[place].Bounds != bounds) Open(place, bounds, now);
            if (!_overlap) _last = _open[place];
            AddTo(_open[place++], key, in element, now);
            taken = true;
        }
        return taken;
    }

    protected override void Advance(long now)
    {
        var isTick = now >= _tick;
        if (isTick) _tick = long.MaxValue;
        var over = 0;
        foreach (var window in _open)
        {
            var isOver = window.Bounds.End + Emit.Grace <= now;
            var ends = !window.HasEnded && window.Bounds.End <= now;
            window.HasEnded |= ends;
            if (window.HasChanged && (ends || isOver || isTick)) CollectChanged(window);
            if (isOver) over++;
        }
        Release(over);
        Arm();
    }

    protected override void Close()
    {
        foreach (var window in _open) CollectChanged(window);
        Release(_open.Count);
    }

    // A dictionary from which nothing is removed is enumerated in the order in which its keys were added.
    protected override bool EmitOver()
    {
        if (_over.Count == 0) return true;
        OpenWindow[] windows = [.. _over];                      // what is emitted may come back as an element, and end more
        _over.Clear();
        foreach (var window in windows)
        {
            var (start, end) = (EventTime.At(window.Bounds.Start), EventTime.At(window.Bounds.End));
            foreach (var (key, state) in window.States)
                if (!TryEmit(key, start, end, state)) return false;
            Reuse(window.States);
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddTo(OpenWindow window, TKey key, in T element, long now)
    {
        ref var state = ref CollectionsMarshal.GetValueRefOrAddDefault(window.States, key, out var isThere);
        if (!isThere) state = _aggregate.Seed();
        _aggregate.Add(ref state!, element);
        if (_revises) Change(window, key, state, now);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Change(OpenWindow window, TKey key, TState state, long now)
    {
        ref var emission = ref CollectionsMarshal.GetValueRefOrAddDefault(window.Emissions, key, out _);
        if (Emit.Every == 0 && window.HasEnded)
        {
            Collect(key, window.Bounds, state, emission.Count++);
            return;
        }
        emission.IsDue = window.HasChanged = true;
        if (Emit.Every == 0 || _tick != long.MaxValue) return;
        _tick = EventTime.Next(now, Emit.Every);
        Arm();
    }

    private void CollectChanged(OpenWindow window)
    {
        foreach (var key in window.Emissions.Keys)
        {
            ref var emission = ref CollectionsMarshal.GetValueRefOrNullRef(window.Emissions, key);
            if (!emission.IsDue) continue;
            emission.IsDue = false;
            Collect(key, window.Bounds, window.States[key], emission.Count++);
        }
        window.HasChanged = false;
    }

    private int PlaceOf(Bounds bounds)
    {
        var place = _open.Count;
        if (place == 0 || _open[^1].Bounds.Start < bounds.Start) return place;
        var low = 0;
        while (low < place)
        {
            var middle = (low + place) / 2;
            if (_open[middle].Bounds.Start < bounds.Start) low = middle + 1;
            else place = middle;
        }
        return low;
    }

    private void Open(int place, Bounds bounds, long now)
    {
        var window = new OpenWindow(bounds, _spare ?? []) { HasEnded = bounds.End <= now };
        _spare = null;
        _open.Insert(place, window);
        Arm();
    }

    private void Release(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (_last == _open[i]) _last = null;
            if (!Emit.Revises) _over.Add(_open[i]);
        }
        _open.RemoveRange(0, count);
    }

    // To clear a table costs as much as it has room.
    private void Reuse(Dictionary<TKey, TState> states)
    {
        if (states.Count < states.Capacity / 8) return;
        states.Clear();
        _spare = states;
    }

    private void Arm()
    {
        var due = _tick;
        foreach (var window in _open)
            due = Math.Min(due, window.Bounds.End + (Emit.Revises && !window.HasEnded ? 0 : Emit.Grace));
        Timer.Set(due);
    }

    private struct Emission
    {
        public int Count;
        public bool IsDue;
    }

    private sealed class OpenWindow(Bounds bounds, Dictionary<TKey, TState> states)
    {
        public readonly Bounds Bounds = bounds;
        public readonly Dictionary<TKey, TState> States = states;
        public readonly Dictionary<TKey, Emission> Emissions = [];   // where there may be more than one
        public bool HasChanged, HasEnded;
    }
}
