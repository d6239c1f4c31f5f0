namespace KafkaOracle.Reactive;

public sealed partial class OracleStore
{
    /// <summary>Rows that are asked for by key, each when it is first needed, and remembered.</summary>
    /// <param name="sql">The query for a key, with the key in it as a value: <c>id => $"SELECT * FROM CUSTOMERS WHERE ID = {id}"</c>. The first row counts.</param>
    /// <param name="capacity">Keys remembered, those without a row among them; of more the least used are forgotten. At least 3. The default is 10,000.</param>
    /// <param name="expiry">How long a key is remembered. The default is 5 minutes.</param>
    /// <remarks>State: <paramref name="capacity"/> rows. Each miss holds a connection for one round trip or a few, so a degree of 16 takes up to 16 connections of the pool.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is less than 3, or <paramref name="expiry"/> not positive.</exception>
    public OracleLookUp<TKey, T> LookUp<TKey, T>(Func<TKey, FormattableString> sql, int capacity = 10_000, TimeSpan? expiry = null) where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(sql);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 3);
        var remembered = expiry ?? TimeSpan.FromMinutes(5);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(remembered, TimeSpan.Zero, nameof(expiry));
        return new LookUpByKey<TKey, T>(this, sql, capacity, remembered);
    }

    /// <summary>Rows that are all held in memory: read when the first is asked for, and again when they are old.</summary>
    /// <param name="sql">The query for all rows: <c>$"SELECT * FROM RATES"</c>.</param>
    /// <param name="key">A row's key; of several rows with one key the last counts.</param>
    /// <param name="refresh">How old the rows may be; who asks then waits for them to be read anew. Where that fails the old ones stay for as long again, with a warning in the log. The default is 5 minutes.</param>
    /// <remarks>State: all rows, twice while they are read anew.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="refresh"/> is not positive.</exception>
    public OracleLookUp<TKey, T> LookUp<TKey, T>(FormattableString sql, Func<T, TKey> key, TimeSpan? refresh = null) where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(sql);
        ArgumentNullException.ThrowIfNull(key);
        var age = refresh ?? TimeSpan.FromMinutes(5);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(age, TimeSpan.Zero, nameof(refresh));
        return new WholeLookUp<TKey, T>(this, sql, key, age, _options.TimeProvider, _logger);
    }
}
