using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>The bind values of one execution, row by row: Oracle's bytes, or UTF-8 for text, one after another in one buffer.</summary>
internal sealed class BindRows(OracleType[] types)
{
    // Pinned: SQLite reads the values where they are.
    private byte[] _data = GC.AllocateUninitializedArray<byte>(1024, pinned: true);
    private int[] _starts = new int[Math.Max(1, types.Length)];
    private int[] _lengths = new int[Math.Max(1, types.Length)];
    private int _used;

    public OracleType[] Types => types;

    public int Columns => types.Length;

    public int Rows { get; private set; }

    /// <summary>Bytes of all values.</summary>
    public int Bytes => _used;

    /// <summary>Forgets all rows; nothing may be reading the values any more.</summary>
    public void Clear() => (Rows, _used) = (0, 0);

    public void AddRow()
    {
        var cells = (Rows + 1) * Columns;
        if (cells > _starts.Length)
        {
            Array.Resize(ref _starts, Math.Max(cells, _starts.Length * 2));
            Array.Resize(ref _lengths, _starts.Length);
        }
        Array.Fill(_lengths, -1, Rows * Columns, Columns);
        Rows++;
    }

    /// <summary>Sets a value of the row added last. An empty value is NULL.</summary>
    public void Set(int column, ReadOnlySpan<byte> value)
    {
        if (value.Length == 0) return;
        if (_used + value.Length > _data.Length) Grow(_used + value.Length);
        value.CopyTo(_data.AsSpan(_used));
        var cell = ((Rows - 1) * Columns) + column;
        _starts[cell] = _used;
        _lengths[cell] = value.Length;
        _used += value.Length;
    }

    /// <summary>Gives a column of the row added last the value of another one.</summary>
    public void Repeat(int column, int from)
    {
        var row = (Rows - 1) * Columns;
        _starts[row + column] = _starts[row + from];
        _lengths[row + column] = _lengths[row + from];
    }

    public bool IsNull(int row, int column) => _lengths[(row * Columns) + column] < 0;

    /// <summary>A value; its bytes neither move nor change while no row is added.</summary>
    public ReadOnlySpan<byte> Value(int row, int column)
    {
        var cell = (row * Columns) + column;
        return _lengths[cell] < 0 ? default : _data.AsSpan(_starts[cell], _lengths[cell]);
    }

    private void Grow(int needed)
    {
        var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, Math.Max(needed, _data.Length * 2L)), pinned: true);
        _data.AsSpan(0, _used).CopyTo(larger);
        _data = larger;
    }
}
