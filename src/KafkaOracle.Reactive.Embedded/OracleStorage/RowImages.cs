namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Rows outside of the database: their numbers and values, one after another in one buffer.</summary>
internal sealed class RowImages(int columns)
{
    private const int Null = -1;
    private readonly List<(long Number, int Start)> _rows = [];
    private readonly List<(int Length, bool IsText)> _cells = [];
    private byte[] _data = new byte[1024];
    private int _used;

    public int Rows => _rows.Count;

    public long Number(int row) => _rows[row].Number;

    /// <summary>Copies the row that a statement stands on: its number first, then the columns.</summary>
    public void Add(SqliteStatement row)
    {
        _rows.Add((row.Integer(0), _used));
        for (var i = 1; i <= columns; i++)
        {
            if (row.IsNull(i))
            {
                _cells.Add((Null, false));
                continue;
            }
            var value = row.Bytes(i);
            if (_used + value.Length > _data.Length) Array.Resize(ref _data, Math.Max(_used + value.Length, _data.Length * 2));
            value.CopyTo(_data.AsSpan(_used));
            _used += value.Length;
            _cells.Add((value.Length, row.IsText(i)));
        }
    }

    /// <summary>Binds a row's values to the parameters from the second on.</summary>
    public void Bind(int row, SqliteStatement statement)
    {
        var at = _rows[row].Start;
        for (var i = 0; i < columns; i++)
        {
            var (length, isText) = _cells[(row * columns) + i];
            if (length == Null)
            {
                statement.BindNull(i + 2);
                continue;
            }
            var value = _data.AsSpan(at, length);
            at += length;
            if (isText) statement.BindText(i + 2, value);
            else statement.BindBlob(i + 2, value);
        }
    }
}
