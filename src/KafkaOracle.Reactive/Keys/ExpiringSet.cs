using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive;

/// <summary>Keys that are forgotten when they were not added for a while: <see cref="ExpiringKeys{TKey, TState}"/> without state.</summary>
/// <remarks>Two generations, each for one expiry. Adding costs a look-up in the young one, and one in the old one where the key is new.</remarks>
internal sealed class ExpiringSet<TKey>(long expiry) where TKey : notnull
{
    private Dictionary<TKey, long> _young = [], _old = [];      // when a key was added last
    private long _turnAt = long.MinValue;

    /// <summary>Adds a key, or remembers it anew. True: it was not added less than the expiry ago.</summary>
    public bool Add(TKey key, long now)
    {
        if (now >= _turnAt) Turn(now);
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_young, key, out var isKnown);
        if (!isKnown && _old.Count > 0) isKnown = _old.TryGetValue(key, out last);
        var isNew = !isKnown || now - last >= expiry;
        last = now;
        return isNew;
    }

    private void Turn(long now)
    {
        (_old, _young) = (_young, _old);
        _young.Clear();
        if (now - _turnAt >= expiry) _old.Clear();
        _turnAt = now + expiry;
    }
}
