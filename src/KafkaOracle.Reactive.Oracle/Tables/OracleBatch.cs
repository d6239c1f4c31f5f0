using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>A batch as the writer sees it, whatever its row type.</summary>
internal interface IOracleBatch
{
    OracleTable Table { get; }

    /// <summary>Rows to be sent.</summary>
    int Count { get; }

    /// <summary>The rows' values, one element for each column of a table: the batch's own, or one that differs by an era column.</summary>
    IReadOnlyList<ColumnValues> ValuesFor(OracleTable table);

    /// <summary>Whether any row deletes the stored one instead of replacing it.</summary>
    bool HasTombstones { get; }

    bool IsTombstone(int row);

    /// <summary>Parameters for the rows from <paramref name="start"/> on, one a column.</summary>
    OracleParameter[] Bind(int start, int count);


    RowOrigin OriginOf(int row);

    /// <summary>A row as JSON, by the columns' names.</summary>
    string Payload(int row);

    /// <summary>The rows that never go to the database, each with the reason.</summary>
    IReadOnlyList<UnfitRow> Unfit { get; }

    /// <summary>Gives the rows' memory back, once they are committed. Of the batch only its count stays.</summary>
    void Release();
}

/// <summary>A row with a value that its table does not take: it goes to the rejects, not to the database.</summary>
internal readonly record struct UnfitRow(string Reason, string Payload, RowOrigin Origin);

/// <summary>The rows of one epoch for one table, column by column.</summary>
internal sealed class OracleBatch<T>(OracleTable<T> table, OracleColumn<T>[] columns, Func<T, bool>? isTombstone) : RowBatch<T>(table), IOracleBatch
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ColumnValues<T>[] _values = [.. columns.Select(c => c.NewValues())];
    private readonly ColumnValues<RowOrigin>[] _origin = [.. table.Origin.Select(c => c.NewValues())];
    private readonly PooledArray<RowOrigin> _origins = new();
    private readonly PooledArray<bool>? _tombstones = isTombstone is null ? null : new();
    private readonly List<UnfitRow> _unfit = [];
    private int _count;

    OracleTable IOracleBatch.Table => table;

    public override int Count => _count + _unfit.Count;

    int IOracleBatch.Count => _count;

    IReadOnlyList<UnfitRow> IOracleBatch.Unfit => _unfit;

    public IReadOnlyList<ColumnValues> ValuesFor(OracleTable target)
    {
        if (target.Origin == table.Origin) return [.. _values, .. _origin];
        ColumnValues<RowOrigin>[] made = [.. target.Origin.Select(c => c.NewValues())];
        for (var row = 0; row < _count; row++)
            foreach (var column in made) column.Set(row, _origins[row]);
        return [.. _values, .. made];
    }

    public bool HasTombstones { get; private set; }

    public bool IsTombstone(int row) => _tombstones is not null && _tombstones[row];

    public override void Add(T row, RowOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(row);
        var column = 0;
        try
        {
            // By index: a property that throws leaves nothing behind.
            for (; column < _values.Length; column++) _values[column].Set(_count, row);
        }
        catch (UnfitValueException unfit)
        {
            _unfit.Add(new(unfit.Message + ".", Shown(row, column), origin));
            return;
        }
        if (_tombstones is not null) HasTombstones |= _tombstones[_count] = isTombstone!(row);
        foreach (var values in _origin) values.Set(_count, origin);
        _origins[_count] = origin;
        _count++;
    }

    public OracleParameter[] Bind(int start, int count) => [.. ValuesFor(table).Select(v => v.Bind(start, count))];

    public RowOrigin OriginOf(int row) => _origins[row];

    public string Payload(int row) => Written((json, column) => _values[column].ToJson(row, json));

    /// <summary>A row one of whose values does not go into its column: that one as it is.</summary>
    private string Shown(T row, int unfit) => Written((json, column) =>
    {
        try
        {
            if (column > unfit) _values[column].Set(_count, row);
            if (column != unfit)
            {
                _values[column].ToJson(_count, json);
                return;
            }
        }
        catch (UnfitValueException)
        {
            // as below
        }
        json.WriteStringValue(columns[column].Member.GetValue(row)?.ToString());
    });

    private string Written(Action<Utf8JsonWriter, int> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Json))
        {
            json.WriteStartObject();
            for (var i = 0; i < columns.Length; i++)
            {
                json.WritePropertyName(columns[i].Name);
                write(json, i);
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    public void Release()
    {
        foreach (var values in _values) values.Release();
        foreach (var values in _origin) values.Release();
        _origins.Release();
        _tombstones?.Release();
    }
}
