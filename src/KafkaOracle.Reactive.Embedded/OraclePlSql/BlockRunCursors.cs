using KafkaOracle.Reactive.Embedded.OracleProtocol;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>Cursors that stay open between statements, and their attributes.</summary>
internal sealed partial class BlockRun
{
    private readonly Dictionary<int, long> _fetched = [];

    public bool IsOpen(int cursor) => _cursors[cursor] is { IsClosed: false };

    /// <summary>Has a cursor stand for an opened query from now on.</summary>
    public void Keep(int cursor, OpenCursor opened, int attributes)
    {
        _cursors[cursor] = opened;
        _fetched[cursor] = 0;
        SetAttributes(attributes, found: null, rows: 0, isOpen: true);
    }

    public void Fetch(int cursor, int attributes, IReadOnlyList<Variable> into)
    {
        if (_cursors[cursor] is not { IsClosed: false } open) throw PredefinedExceptions.Error("INVALID_CURSOR");
        if (open.Row.Length != into.Count) throw PredefinedExceptions.Error("ROWTYPE_MISMATCH");
        var found = open.Next();
        if (found)
        {
            _fetched[cursor] = _fetched.GetValueOrDefault(cursor) + 1;
            for (var i = 0; i < into.Count; i++) Assign(into[i], open.Row[i], open.Result.Columns[i].Type);
        }
        SetAttributes(attributes, found, _fetched.GetValueOrDefault(cursor), isOpen: true);
    }

    public void Close(int cursor, int attributes)
    {
        if (!IsOpen(cursor)) throw PredefinedExceptions.Error("INVALID_CURSOR");
        _cursors[cursor]!.Dispose();
        _cursors[cursor] = null;
        SetAttributes(attributes, found: null, rows: null, isOpen: false);
    }

    public void CloseIfOpen(int cursor)
    {
        _cursors[cursor]?.Dispose();
        _cursors[cursor] = null;
    }

    public void ClearCursor(int cursor) => _cursors[cursor] = null;

    /// <summary>Has a cursor variable stand for what another one stands for; -1 for nothing.</summary>
    public void CopyCursor(int from, int to) => _cursors[to] = from < 0 ? null : _cursors[from];

    private void SetAttributes(int attributes, bool? found, long? rows, bool isOpen)
    {
        if (attributes < 0) return;
        _values[attributes] = found is { } f ? f ? One : Zero : null;
        _values[attributes + 1] = found is { } n ? n ? Zero : One : null;
        _values[attributes + 2] = rows is { } count ? OracleNumber.From(count).Encode() : null;
        _values[attributes + 3] = isOpen ? One : Zero;
    }
}
