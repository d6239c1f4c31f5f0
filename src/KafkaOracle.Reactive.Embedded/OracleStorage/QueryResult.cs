using System.Buffers.Binary;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>
/// The rows of a query, page by page. Either they were all read when it was executed, 16 MB into memory and the rest into a temporary
/// file, or the next page is read when it is wanted; later commits and rollbacks cannot touch them.
/// </summary>
/// <param name="columns">What a row has.</param>
/// <param name="more">Where further rows come from; null: they are all added.</param>
internal sealed class QueryResult(IReadOnlyList<OutputColumn> columns, RowSource? more = null) : IDisposable
{
    private const int PageSize = 256 * 1024;
    private const int MostInMemory = 64;
    private readonly Queue<ResultPage> _pages = new();
    private ResultPage _filling = new();
    private ResultPage? _reading;
    private PageFile? _file;
    private RowSource? _more = more;

    public IReadOnlyList<OutputColumn> Columns => columns;

    public bool HasLobs { get; } = columns.Any(c => c.Type.IsLob);

    /// <summary>The one table whose rows are locked, when there are LOBs: behind its values each row has its SQLite number in 8 bytes.</summary>
    public string? LockedTable { get; init; }

    /// <summary>Rows handed out so far.</summary>
    public long Fetched { get; private set; }

    public bool HasMore => FindRow();

    public void Add(SqliteStatement row)
    {
        if (_filling.Used >= PageSize)
        {
            if (_pages.Count < MostInMemory) _pages.Enqueue(_filling);
            else (_file ??= new PageFile()).Write(_filling);
            _filling = new ResultPage();
        }
        for (var i = 0; i < columns.Count; i++)
        {
            if (row.IsNull(i)) _filling.AddNull();
            else _filling.Add(row.Bytes(i));
        }
        if (LockedTable == null) return;
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(number, row.Integer(columns.Count));
        _filling.Add(number);
    }

    /// <summary>Reads a page of rows ahead, and lets go of their source when there are no more.</summary>
    public void Fill()
    {
        try
        {
            while (_more != null && _filling.Used < PageSize)
            {
                if (_more.Next(out var row)) Add(row);
                else LetGo();
            }
        }
        catch (Exception)
        {
            LetGo();
            throw;
        }
    }

    /// <summary>Goes to the next row; its values are then read with <see cref="Next"/>, one after another.</summary>
    public bool Read()
    {
        if (!FindRow()) return false;
        Fetched++;
        return true;
    }

    public bool Next(out ReadOnlySpan<byte> value) => _reading!.Next(out value);

    public void Dispose()
    {
        LetGo();
        _file?.Dispose();
        _file = null;
    }

    private void LetGo()
    {
        _more?.Dispose();
        _more = null;
    }

    private bool FindRow()
    {
        while (_reading is not { AtEnd: false })
        {
            if (_pages.TryDequeue(out _reading) || (_reading = _file?.Read()) != null) continue;
            if (_filling.AtEnd)
            {
                if (_more == null) return false;
                Fill();
            }
            (_reading, _filling) = (_filling, new ResultPage());
        }
        return true;
    }
}
