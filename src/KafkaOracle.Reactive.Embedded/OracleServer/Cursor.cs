using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using KafkaOracle.Reactive.Embedded.OracleStorage;

namespace KafkaOracle.Reactive.Embedded.OracleServer;

/// <summary>A statement that a client has parsed, under the number that it executes and fetches by.</summary>
internal sealed class Cursor(int id, Statement statement)
{
    public int Id => id;

    public Statement Statement { get; private set; } = statement;

    public BindDescription[] Binds { get; set; } = [];

    public BindDescription[] Defines { get; set; } = [];

    /// <summary>The open result; one that gives way to another, or to none, is let go of.</summary>
    public QueryResult? Result
    {
        get;
        set
        {
            if (field != value) field?.Dispose();
            field = value;
        }
    }

    /// <summary>The columns as the client knows them.</summary>
    public IReadOnlyList<ColumnDescription>? Described { get; set; }

    /// <summary>Binds announced as OUT by an I/O vector: later executions send no value for them.</summary>
    public bool[]? Outs { get; set; }

    public void Reparse(Statement other)
    {
        Statement = other;
        Described = null;
        Defines = [];
        Outs = null;
        Result = null;
    }

    public void StopFetching() => Result = null;
}

/// <summary>A session's open cursors, numbered from 1; numbers of closed ones are used again.</summary>
internal sealed class CursorTable
{
    public const int Most = 1000;
    private readonly Dictionary<int, Cursor> _cursors = [];
    private readonly PriorityQueue<int, int> _free = new();
    private int _last;

    public Cursor? Find(int id) => _cursors.GetValueOrDefault(id);

    public Cursor Open(Statement statement)
    {
        if (_cursors.Count == Most) throw new OracleError(1000, "maximum open cursors exceeded");
        var cursor = new Cursor(TakeNumber(), statement);
        _cursors[cursor.Id] = cursor;
        return cursor;
    }

    public void Close(int id)
    {
        if (!_cursors.Remove(id, out var cursor)) return;
        cursor.StopFetching();
        ReturnNumber(id);
    }

    /// <summary>A number for something else that a client addresses like a cursor.</summary>
    public int TakeNumber() => _free.Count > 0 ? _free.Dequeue() : ++_last;

    public void ReturnNumber(int id) => _free.Enqueue(id, id);
}
