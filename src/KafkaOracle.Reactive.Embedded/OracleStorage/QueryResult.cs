using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>
/// All rows of a query, read when it was executed, so that later commits and rollbacks of the session cannot touch them. Pages are
/// let go as they are read.
/// </summary>
internal sealed class QueryResult(IReadOnlyList<OutputColumn> columns)
{
    private const int PageSize = 256 * 1024;
    private readonly Queue<Page> _pages = new();
    private Page _filling = new();

    public IReadOnlyList<OutputColumn> Columns => columns;

    public bool HasLobs { get; } = columns.Any(c => c.Type.IsLob);

    /// <summary>Rows handed out so far.</summary>
    public long Fetched { get; private set; }

    public bool HasMore => _pages.Count > 0 && (_pages.Count > 1 || !_pages.Peek().AtEnd);

    public void Add(SqliteStatement row)
    {
        if (_pages.Count == 0 || _filling.Used >= PageSize) _pages.Enqueue(_filling = new Page());
        for (var i = 0; i < columns.Count; i++)
        {
            if (row.IsNull(i)) _filling.AddNull();
            else _filling.Add(row.Bytes(i));
        }
    }

    /// <summary>Goes to the next row; its values are then read with <see cref="Next"/>, one after another.</summary>
    public bool Read()
    {
        if (_pages.Count > 0 && _pages.Peek().AtEnd) _pages.Dequeue();
        if (_pages.Count == 0) return false;
        Fetched++;
        return true;
    }

    public bool Next(out ReadOnlySpan<byte> value) => _pages.Peek().Next(out value);

    private sealed class Page
    {
        private readonly List<int> _lengths = [];
        private byte[] _data = new byte[4096];
        private int _cell;
        private int _position;

        public int Used { get; private set; }

        public bool AtEnd => _cell >= _lengths.Count;

        public void AddNull() => _lengths.Add(-1);

        public void Add(ReadOnlySpan<byte> value)
        {
            if (Used + value.Length > _data.Length) Array.Resize(ref _data, Math.Max(Used + value.Length, _data.Length * 2));
            value.CopyTo(_data.AsSpan(Used));
            _lengths.Add(value.Length);
            Used += value.Length;
        }

        public bool Next(out ReadOnlySpan<byte> value)
        {
            var length = _lengths[_cell++];
            value = length < 0 ? default : _data.AsSpan(_position, length);
            _position += Math.Max(0, length);
            return length >= 0;
        }
    }
}
