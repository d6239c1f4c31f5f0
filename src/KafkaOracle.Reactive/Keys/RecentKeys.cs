using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive;

/// <summary>State by key, in the order in which the keys were last touched: the one that has been silent longest is found at once.</summary>
/// <remarks>A list through an array, and a dictionary into it: about 60 bytes a key beside key and state. What <see cref="Touch"/> returns is valid until the next call.</remarks>
internal sealed class RecentKeys<TKey, TState> where TKey : notnull
{
    private const int None = -1;

    private readonly Dictionary<TKey, int> _places = [];
    private Entry[] _entries = new Entry[16];
    private int _first = None, _last = None, _free = None, _used;

    public int Count => _places.Count;

    /// <summary>When the first key was last touched. There must be one.</summary>
    public long First => _entries[_first].At;

    /// <summary>Finds a key, or begins one with no state, and puts it at the end.</summary>
    public ref TState Touch(TKey key, long now, out bool isNew)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, key, out var isKnown);
        isNew = !isKnown;
        if (isKnown) Unlink(place);
        else place = Room();
        ref var entry = ref _entries[place];
        if (isNew) (entry.Key, entry.State) = (key, default!);
        (entry.At, entry.Previous, entry.Next) = (now, _last, None);
        if (_last == None) _first = place;
        else _entries[_last].Next = place;
        _last = place;
        return ref entry.State;
    }

    /// <summary>Takes the first key out.</summary>
    public (TKey Key, TState State, long At) TakeFirst()
    {
        var place = _first;
        var (key, state, at) = (_entries[place].Key, _entries[place].State, _entries[place].At);
        Unlink(place);
        _places.Remove(key);
        _entries[place] = new() { Next = _free };
        _free = place;
        return (key, state, at);
    }

    /// <summary>The keys with their states, in order.</summary>
    public IEnumerable<(TKey Key, TState State, long At)> All()
    {
        for (var place = _first; place != None; place = _entries[place].Next)
            yield return (_entries[place].Key, _entries[place].State, _entries[place].At);
    }

    private void Unlink(int place)
    {
        var (previous, next) = (_entries[place].Previous, _entries[place].Next);
        if (previous == None) _first = next;
        else _entries[previous].Next = next;
        if (next == None) _last = previous;
        else _entries[next].Previous = previous;
    }

    private int Room()
    {
        if (_free != None)
        {
            var place = _free;
            _free = _entries[place].Next;
            return place;
        }
        if (_used == _entries.Length) Array.Resize(ref _entries, _used * 2);
        return _used++;
    }

    private struct Entry
    {
        public TKey Key;
        public TState State;
        public long At;
        public int Previous, Next;
    }
}
