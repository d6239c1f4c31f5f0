using BitFaster.Caching;
using BitFaster.Caching.Lru;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive;

/// <summary>Reference data in Oracle, found by a key, for <see cref="EventStream{T}.Enrich"/> and <see cref="EventStream{T}.SelectAsync"/>.</summary>
/// <remarks>
/// What is found is an input of the query like the log, and only the log is kept: see <see cref="EventStream{T}.SelectAsync"/>. Look up
/// what does not change, or what held at the record's time. Safe for concurrent use.
/// </remarks>
public abstract class OracleLookUp<TKey, T> where TKey : notnull
{
    private protected OracleLookUp() { }

    /// <summary>Finds the row of a key; the default of its type, which is null for classes, where there is none.</summary>
    /// <param name="key">The key.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="OracleStoreException">The server cannot be reached or refuses, and nothing that was read before can be had.</exception>
    public abstract Task<T?> FindAsync(TKey key, CancellationToken stop = default);
}

/// <summary>Asks for each key that is not remembered.</summary>
internal sealed class LookUpByKey<TKey, T>(OracleStore store, Func<TKey, FormattableString> sql, int capacity, TimeSpan expiry) : OracleLookUp<TKey, T> where TKey : notnull
{
    // That a key has no row is remembered too. Several that miss one key at a time ask once.
    private readonly IAsyncCache<TKey, Found> _rows = new ConcurrentLruBuilder<TKey, Found>().WithCapacity(capacity).WithExpireAfterWrite(expiry).WithAtomicGetOrAdd().AsAsyncCache().Build();

    public override async Task<T?> FindAsync(TKey key, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        // Not cancelled by the one who asks first: others may wait for the same.
        return (await _rows.GetOrAddAsync(key, AskAsync).AsTask().WaitAsync(stop)).Row;
    }

    private async Task<Found> AskAsync(TKey key)
    {
        await foreach (var row in store.Query<T>(sql(key))) return new(row);
        return new(default);
    }

    private sealed record Found(T? Row);
}

/// <summary>Holds all rows, and reads them anew when they are old.</summary>
internal sealed class WholeLookUp<TKey, T>(OracleStore store, FormattableString sql, Func<T, TKey> key, TimeSpan refresh, TimeProvider time, ILogger logger) : OracleLookUp<TKey, T> where TKey : notnull
{
    private readonly Lock _gate = new();
    private Task<Snapshot>? _reading;
    private volatile Snapshot? _rows;

    public override async Task<T?> FindAsync(TKey key, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        var rows = _rows is { } fresh && !IsOld(fresh) ? fresh : await ReadOnceAsync().WaitAsync(stop);
        return rows.ByKey.GetValueOrDefault(key);
    }

    private bool IsOld(Snapshot rows) => time.GetElapsedTime(rows.ReadAt) >= refresh;

    private Task<Snapshot> ReadOnceAsync()
    {
        lock (_gate)
        {
            if (_rows is { } fresh && !IsOld(fresh)) return Task.FromResult(fresh);
            return _reading is { IsCompleted: false } ? _reading : _reading = Task.Run(ReadAsync);
        }
    }

    private async Task<Snapshot> ReadAsync()
    {
        var readAt = time.GetTimestamp();
        var byKey = new Dictionary<TKey, T>();
        try
        {
            await foreach (var row in store.Query<T>(sql)) byKey[key(row)] = row;
            return _rows = new(byKey, readAt);
        }
        catch (OracleStoreException fault) when (_rows is { } old)
        {
            Log.NotRefreshed(logger, fault, typeof(T).Name, refresh);
            return _rows = old with { ReadAt = readAt };
        }
    }

    private sealed record Snapshot(Dictionary<TKey, T> ByKey, long ReadAt);
}
