using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive;

/// <summary>State by key, forgotten when its key has not been touched for an expiry.</summary>
/// <remarks>
/// Two generations, swapped once an expiry: forgetting costs nothing a key and needs no timer. An entry takes up room for at most
/// twice the expiry. What <see cref="Touch"/> returns is valid until the next call.
/// </remarks>
internal sealed class ExpiringKeys<TKey, TState>(long expiry) where TKey : notnull
{
    private Dictionary<TKey, Entry> _young = [], _old = [];
    private long _turnAt = long.MinValue;

    /// <summary>Finds a key that was touched less than the expiry ago, or begins one with no state; and touches it.</summary>
    public ref TState Touch(TKey key, long now, out bool isKnown)
    {
        if (now >= _turnAt) Turn(now);
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_young, key, out isKnown);
        if (!isKnown && _old.Count > 0) isKnown = _old.TryGetValue(key, out entry);
        isKnown = isKnown && now - entry.Last < expiry;
        if (!isKnown) entry.State = default!;
        entry.Last = now;
        return ref entry.State;
    }

    /// <summary>Finds a key that was touched less than the expiry ago, and leaves it as it is.</summary>
    public bool TryGet(TKey key, long now, out TState state)
    {
        if (now >= _turnAt) Turn(now);
        var isKnown = (_young.TryGetValue(key, out var entry) || _old.TryGetValue(key, out entry)) && now - entry.Last < expiry;
        state = isKnown ? entry.State : default!;
        return isKnown;
    }

    private void Turn(long now)
    {
        (_old, _young) = (_young, _old);
        _young.Clear();
        if (now - _turnAt >= expiry) _old.Clear();              // also at the first call, by overflow or not: both are empty
        _turnAt = now + expiry;
    }

    private struct Entry
    {
        public long Last;
        public TState State;
    }
}
