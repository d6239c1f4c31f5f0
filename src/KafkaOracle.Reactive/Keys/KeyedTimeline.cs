using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive;

/// <summary>Elements in the order of their times, found by key, taken out from the oldest on.</summary>
/// <remarks>
/// A ring, through which a list runs for each key, and a dictionary of the lists' ends: an element costs its entry of about 32 bytes
/// beside itself and its key, a key about 40. Places are numbers that go on rising; each is good until its element is taken out.
/// </remarks>
internal sealed class KeyedTimeline<TKey, T> where TKey : notnull
{
    /// <summary>No such place.</summary>
    public const long None = -1;

    private readonly Dictionary<TKey, Run> _runs = [];
    private Entry[] _ring = new Entry[16];
    private long _head, _end;

    public bool IsEmpty => _head == _end;

    /// <summary>The oldest element's time. There must be one.</summary>
    public long Oldest => this[_head].At;

    public ref Entry this[long place] => ref _ring[place & (_ring.Length - 1)];

    /// <summary>The place of a key's oldest element.</summary>
    public long FirstOf(TKey key)
    {
        ref var run = ref CollectionsMarshal.GetValueRefOrNullRef(_runs, key);
        return Unsafe.IsNullRef(ref run) ? None : run.First;
    }

    /// <summary>The place of the key's next element; after one that was taken out meanwhile, of its oldest.</summary>
    public long After(long place, TKey key) => place >= _head ? this[place].Next : FirstOf(key);

    public void Add(TKey key, T element, long at, bool isMatched)
    {
        if (_end - _head == _ring.Length) Grow();
        var place = _end++;
        this[place] = new() { Key = key, Element = element, At = at, IsMatched = isMatched, Next = None };
        ref var run = ref CollectionsMarshal.GetValueRefOrAddDefault(_runs, key, out var isKnown);
        if (isKnown) this[run.Last].Next = place;
        else run.First = place;
        run.Last = place;
    }

    /// <summary>Takes the oldest element out.</summary>
    public Entry Take()
    {
        var entry = this[_head];
        this[_head++] = default;
        if (entry.Next == None) _runs.Remove(entry.Key);
        else CollectionsMarshal.GetValueRefOrNullRef(_runs, entry.Key).First = entry.Next;
        return entry;
    }

    private void Grow()
    {
        var ring = new Entry[_ring.Length * 2];
        for (var place = _head; place < _end; place++) ring[place & (ring.Length - 1)] = this[place];
        _ring = ring;
    }

    internal struct Entry
    {
        public TKey Key;
        public T Element;
        public long At, Next;
        public bool IsMatched;
    }

    private struct Run
    {
        public long First, Last;
    }
}
