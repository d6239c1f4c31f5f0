namespace KafkaOracle.Reactive;

/// <summary>A version of a row of a table that changes: what a key says from a time on.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">What it says; not looked at where the row is deleted.</param>
/// <param name="From">From when on. It may lie before or after the time at which the version becomes known.</param>
/// <param name="IsDeleted">From then on there is no such row.</param>
public readonly record struct TableVersion<TKey, TValue>(TKey Key, TValue Value, DateTimeOffset From, bool IsDeleted = false);

/// <summary>The versions that arrived within the retention.</summary>
internal sealed class VersionedTable<TKey, TValue>(long retention) where TKey : notnull
{
    private readonly ExpiringKeys<TKey, List<Version>?> _keys = new(retention + 1);

    public void Add(in TableVersion<TKey, TValue> version, long now)
    {
        ref var slot = ref _keys.Touch(version.Key, now, out _);
        var versions = slot ??= [];
        if (versions.Count == versions.Capacity) Forget(versions, now);
        versions.Insert(After(versions, version.From.UtcTicks), new(version.From.UtcTicks, now, version.Value, version.IsDeleted));
    }

    /// <summary>Finds the version with the latest beginning at or before a time, of equal ones the last to arrive.</summary>
    public bool TryFind(TKey key, long at, long now, out TValue value)
    {
        value = default!;
        if (!_keys.TryGet(key, now, out var versions)) return false;
        for (var place = After(versions!, at) - 1; place >= 0; place--)
        {
            var version = versions![place];
            if (now - version.Arrived > retention) continue;
            value = version.Value;
            return !version.IsDeleted;
        }
        return false;
    }

    private void Forget(List<Version> versions, long now)
    {
        versions.RemoveAll(v => now - v.Arrived > retention);
        versions.EnsureCapacity(2 * versions.Count);            // so that it pays only after as many have come again
    }

    private static int After(List<Version> versions, long from)
    {
        var (low, high) = (0, versions.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (versions[middle].From <= from) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private readonly record struct Version(long From, long Arrived, TValue Value, bool IsDeleted);
}
