using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>A batch as the writer sees it, whatever its row type.</summary>
internal interface IOracleBatch
{
    OracleTable Table { get; }
    int Count { get; }

    /// <summary>The rows' values, one element a column.</summary>
    IReadOnlyList<ColumnValues> Values { get; }

    /// <summary>Whether any row deletes the stored one instead of replacing it.</summary>
    bool HasTombstones { get; }

    bool IsTombstone(int row);

    /// <summary>Parameters for the rows from <paramref name="start"/> on, one a column.</summary>
    OracleParameter[] Bind(int start, int count);

    RowOrigin OriginOf(int row);

    /// <summary>A row as JSON, by the columns' names.</summary>
    string Payload(int row);

    /// <summary>Gives the rows' memory back, once they are committed. Of the batch only its count stays.</summary>
    void Release();
}

/// <summary>The rows of one epoch for one table, column by column.</summary>
internal sealed class OracleBatch<T>(OracleTable<T> table, OracleColumn<T>[] columns, Func<T, bool>? isTombstone) : RowBatch<T>(table), IOracleBatch
{
    // Rows can hold NaN and infinities, which JSON has no numbers for, and bytes, which people read in hexadecimal.
    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ColumnValues<T>[] _values = [.. columns.Select(c => c.NewValues())];
    private readonly PooledArray<RowOrigin> _origins = new();
    private readonly PooledArray<bool>? _tombstones = isTombstone is null ? null : new();
    private int _count;

    OracleTable IOracleBatch.Table => table;

    public override int Count => _count;

    IReadOnlyList<ColumnValues> IOracleBatch.Values => _values;

    public bool HasTombstones { get; private set; }

    public bool IsTombstone(int row) => _tombstones is not null && _tombstones[row];

    public override void Add(T row, RowOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(row);
        // By index: a property that throws leaves nothing behind.
        foreach (var values in _values) values.Set(_count, row);
        if (_tombstones is not null) HasTombstones |= _tombstones[_count] = isTombstone!(row);
        _origins[_count] = origin;
        _count++;
    }

    public OracleParameter[] Bind(int start, int count) => [.. _values.Select(v => v.Bind(start, count))];

    public RowOrigin OriginOf(int row) => _origins[row];

    public string Payload(int row) => JsonSerializer.Serialize(
        columns.Select((c, i) => (c.Name, Value: _values[i].At(row) is var value && value is byte[] bytes ? Convert.ToHexString(bytes) : value)).ToDictionary(v => v.Name, v => v.Value), Json);

    public void Release()
    {
        foreach (var values in _values) values.Release();
        _origins.Release();
        _tombstones?.Release();
    }
}
