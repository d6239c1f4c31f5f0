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

    /// <summary>Parameters for the rows from <paramref name="start"/> on, one a column.</summary>
    OracleParameter[] Bind(int start, int count);

    /// <summary>A parameter for the starts of the eras that those rows belong to.</summary>
    OracleParameter BindEra(int start, int count);

    RowOrigin OriginOf(int row);

    /// <summary>A row as JSON, by the columns' names.</summary>
    string Payload(int row);

    /// <summary>Gives the rows' memory back, once they are committed. Of the batch only its count stays.</summary>
    void Release();
}

/// <summary>The rows of one epoch for one table, column by column.</summary>
internal sealed class OracleBatch<T>(OracleTable<T> table, OracleColumn<T>[] columns) : RowBatch<T>(table), IOracleBatch
{
    // Rows can hold NaN and infinities, which JSON has no numbers for, and bytes, which people read in hexadecimal.
    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ColumnValues<T>[] _values = [.. columns.Select(c => c.NewValues())];
    private readonly PooledArray<RowOrigin> _origins = new();
    private int _count;

    OracleTable IOracleBatch.Table => table;

    public override int Count => _count;

    public override void Add(T row, RowOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(row);
        // By index: a property that throws leaves nothing behind.
        foreach (var values in _values) values.Set(_count, row);
        _origins[_count] = origin;
        _count++;
    }

    public OracleParameter[] Bind(int start, int count)
        => [.. _values.Select(v => v.Bind(start, count)), .. table.KeepsEra ? [BindEra(start, count)] : Array.Empty<OracleParameter>()];

    public RowOrigin OriginOf(int row) => _origins[row];

    public string Payload(int row) => JsonSerializer.Serialize(
        columns.Select((c, i) => (c.Name, Value: _values[i].At(row) is var value && value is byte[] bytes ? Convert.ToHexString(bytes) : value)).ToDictionary(v => v.Name, v => v.Value), Json);

    public OracleParameter BindEra(int start, int count)
        => new() { OracleDbType = OracleDbType.TimeStamp, Value = Array.ConvertAll(_origins.Items[start..(start + count)], o => o.EraStart!.Value.UtcDateTime) };

    public void Release()
    {
        foreach (var values in _values) values.Release();
        _origins.Release();
    }
}
