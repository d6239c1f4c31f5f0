using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>
/// The rows of a query, page by page. Either all pages were read when it was executed, or the next one is when it is wanted; later
/// commits and rollbacks cannot touch them.
/// </summary>
/// <param name="columns">What a row has.</param>
/// <param name="more">Where further rows come from; null: they have all been added.</param>
internal sealed class QueryResult(IReadOnlyList<OutputColumn> columns, RowSource? more = null) : IDisposable
{
    private const int PageSize = 256 * 1024;
    private readonly Queue<Page> _pages = new();
    private Page _filling = new();
    private RowSource? _more = more;

    public IReadOnlyList<OutputColumn> Columns => columns;

    public bool HasLobs { get; } = columns.Any(c => c.Type.IsLob);

    /// <summary>Rows handed out so far.</summary>
    public long Fetched { get; private set; }

    public bool HasMore => HasRow();

    public void Add(SqliteStatement row)
    {
        if (_pages.Count == 0 || _filling.Used >= PageSize) _pages.Enqueue(_filling = new Page());
        for (var i = 0; i < columns.Count; i++)
        {
            if (row.IsNull(i)) _filling.AddNull();
            else _filling.Add(row.Bytes(i));
        }
    }

    /// <summary>Reads up to a page of rows ahead, and lets go of their source when there are no more.</summary>
    public void Fill()
    {
        if (_more == null) return;
        var ended = false;
        try
        {
            _filling = new Page();
            _pages.Enqueue(_filling);
            while (_filling.Used < PageSize && !ended)
            {
                if (_more.Next(out var row)) Add(row);
                else ended = true;
            }
        }
        catch (Exception)
        {
            Dispose();
            throw;
        }
        if (ended) Dispose();
    }

    /// <summary>Goes to the next row; its values are then read with <see cref="Next"/>, one after another.</summary>
    public bool Read()
    {
        if (!HasRow()) return false;
        Fetched++;
        return true;
    }

    public bool Next(out ReadOnlySpan<byte> value) => _pages.Peek().Next(out value);

    /// <summary>Lets go of the source; rows that were read ahead stay.</summary>
    public void Dispose()
    {
        _more?.Dispose();
        _more = null;
    }

    private bool HasRow()
    {
        while (true)
        {
            if (_pages.Count > 0 && !_pages.Peek().AtEnd) return true;
            if (_pages.Count > 0) _pages.Dequeue();
            if (_pages.Count > 0) continue;
            if (_more == null) return false;
            Fill();
        }
    }

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
