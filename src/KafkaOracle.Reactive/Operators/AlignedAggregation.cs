using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive;

/// <summary>Windows that are the same for all keys: a table of keys for each one open.</summary>
internal sealed class AlignedAggregation<T, TKey, TState, TResult>(
    AlignedWindows windows, AggregationPlan<T, TKey> plan, Aggregate<T, TState, TResult> aggregate, IObserver<KeyedWindow<TKey, TResult>> observer)
    : KeyedAggregation<T, TKey, TState, TResult>(plan, aggregate, observer)
    where TKey : notnull
{
    private readonly List<OpenWindow> _open = [];               // by start, so by end too
    private readonly bool _overlap = windows.Overlap;
    private OpenWindow? _last;
    private Dictionary<TKey, Slot>? _spare;
    private long _tick = long.MaxValue;

    protected override bool Add(T element, long now)
    {
        var at = At is null ? now : At(element).UtcTicks;
        var key = Key(element);
        if (_last is { } last && last.Bounds.Holds(at))
        {
            AddTo(last, key, element, now);
            return true;
        }
        var bounds = windows.FirstAfter(at);
        if (bounds.Start > at) return true;                     // between windows
        var taken = false;
        for (var place = PlaceOf(bounds); bounds.Start <= at; bounds = windows.Next(bounds))
        {
            if (bounds.End + Emit.Grace <= now) continue;
            if (place == _open.Count || _open[place].Bounds != bounds) Open(place, bounds, now);
            if (!_overlap) _last = _open[place];
            AddTo(_open[place++], key, element, now);
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
            if (!Emit.Revises)
            {
                if (isOver) CollectAll(window);
            }
            else if (window.Changed > 0 && (ends || isOver || isTick)) CollectChanged(window);
            if (isOver) over++;
        }
        for (var i = 0; i < over; i++) Release(_open[i]);
        _open.RemoveRange(0, over);
        Arm();
    }

    protected override void Close()
    {
        foreach (var window in _open)
        {
            if (!Emit.Revises) CollectAll(window);
            else CollectChanged(window);
        }
        _open.Clear();
    }

    private void AddTo(OpenWindow window, TKey key, T element, long now)
    {
        ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(window.Slots, key, out var isKnown);
        if (!isKnown) slot.State = Aggregate.Seed();
        Aggregate.Add(ref slot.State, element);
        if (Emit.Revises) Change(window, key, ref slot, now);
    }

    private void Change(OpenWindow window, TKey key, ref Slot slot, long now)
    {
        if (Emit.Every == 0 && window.HasEnded)
        {
            Collect(key, window.Bounds, slot.State, slot.Emitted++);
            return;
        }
        if (slot.IsChanged) return;
        slot.IsChanged = true;
        window.Changed++;
        if (Emit.Every == 0 || _tick != long.MaxValue) return;
        _tick = EventTime.Floor(now, Emit.Every) + Emit.Every;
        Arm();
    }

    // A dictionary from which nothing is removed is enumerated in the order in which its keys were added.
    private void CollectAll(OpenWindow window)
    {
        foreach (var (key, slot) in window.Slots) Collect(key, window.Bounds, slot.State, 0);
    }

    private void CollectChanged(OpenWindow window)
    {
        foreach (var key in window.Slots.Keys)
        {
            ref var slot = ref CollectionsMarshal.GetValueRefOrNullRef(window.Slots, key);
            if (!slot.IsChanged) continue;
            slot.IsChanged = false;
            Collect(key, window.Bounds, slot.State, slot.Emitted++);
        }
        window.Changed = 0;
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

    private void Release(OpenWindow window)
    {
        if (_last == window) _last = null;
        var isMuchTooLarge = window.Slots.EnsureCapacity(0) > 1024 && window.Slots.Count < window.Slots.EnsureCapacity(0) / 8;
        if (isMuchTooLarge) return;
        window.Slots.Clear();
        _spare = window.Slots;
    }

    private void Arm()
    {
        var due = _tick;
        foreach (var window in _open)
            due = Math.Min(due, window.Bounds.End + (Emit.Revises && !window.HasEnded ? 0 : Emit.Grace));
        Timer.Set(due);
    }

    private struct Slot
    {
        public TState State;
        public int Emitted;
        public bool IsChanged;
    }

    private sealed class OpenWindow(Bounds bounds, Dictionary<TKey, Slot> slots)
    {
        public readonly Bounds Bounds = bounds;
        public readonly Dictionary<TKey, Slot> Slots = slots;
        public int Changed;
        public bool HasEnded;
    }
}
