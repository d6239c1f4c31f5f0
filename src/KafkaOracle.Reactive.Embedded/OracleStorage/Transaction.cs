using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>
/// A session's transaction. SQLite has room for one that writes, so this one can be parked: its rows are taken out, SQLite's own
/// transaction is rolled back, and a replay puts them back later. Its locks hold all the while. Used by whoever has the turn, see
/// <see cref="Transactions"/>.
/// </summary>
/// <param name="connection">The SQLite connection that it runs on.</param>
/// <param name="snapshot">The connection stands in a read transaction already, whose state this one shall go on with: it is serializable.</param>
internal sealed class Transaction(SessionConnection connection, bool snapshot = false)
{
    private const int BusySnapshot = 517;
    private const long MostParkedRows = 200_000;
    private const long MostParkedBytes = 64 << 20;
    private readonly List<Layer> _layers = [new Layer()];
    private readonly HashSet<(string Table, long Row)> _rows = [];
    private readonly HashSet<ulong> _keys = [];
    private readonly List<ParentKey> _parents = [];
    private Table? _table;
    private TableChanges? _target;
    private long _touched;
    private long _boundBytes;

    /// <summary>What happened since the begin or a savepoint.</summary>
    private sealed class Layer
    {
        /// <summary>The user's name for the savepoint.</summary>
        public string? Name { get; set; }

        public Dictionary<string, TableChanges> Tables { get; } = [];

        public TableChanges Of(Table table) =>
            Tables.TryGetValue(table.Name, out var changes) ? changes : Tables[table.Name] = new TableChanges(table);
    }

    public SessionConnection Connection => connection;

    /// <summary>Whose locks this one waits for; set and cleared by <see cref="Transactions"/>.</summary>
    public Transaction? WaitsFor { get; set; }

    /// <summary>When it last had the turn, as a time stamp of Stopwatch.</summary>
    public long IdleSince { get; set; }

    public bool IsCommitted { get; private set; }

    /// <summary>It could not be parked or brought back, or a change was interrupted, and it was rolled back.</summary>
    public bool IsLost { get; set; }

    public bool HasChanges => _touched > 0;

    /// <summary>The number of the row that the statement at hand touched last; 0: none.</summary>
    public long LastRow { get; private set; }

    /// <summary>It goes on with an older state: nobody else has committed since, or it cannot write.</summary>
    public bool IsSerializable => snapshot;

    /// <summary>Parking copies the rows into memory, and every return to SQLite applies them again; a snapshot does not outlive it.</summary>
    public bool CannotBeParked => snapshot || _touched > MostParkedRows || _boundBytes > MostParkedBytes;

    /// <summary>Begins in SQLite, with the changes that were parked.</summary>
    public void Open()
    {
        connection.Handle.Observe(null);
        if (snapshot) BeginToWrite();
        else connection.Execute("BEGIN IMMEDIATE");
        // A row that is put back can be missed by its children for a moment, or come after them.
        if (HasChanges) connection.Handle.Execute("PRAGMA defer_foreign_keys=ON");
        var renumbered = new Dictionary<(string, long), long>();
        for (var i = 0; i < _layers.Count; i++)
        {
            if (i > 0) connection.Execute(Sql("SAVEPOINT", i));
            foreach (var changes in _layers[i].Tables.Values) changes.Replay(connection, renumbered);
        }
        if (HasChanges)
        {
            // Two transactions, each right by itself: one deletes a row, the other one refers to it. OFF would forget about it.
            if (connection.Handle.HasBrokenForeignKeys)
                throw new OracleError(2091, "transaction rolled back\nORA-02291: integrity constraint violated by a transaction that committed before");
            connection.Handle.Execute("PRAGMA defer_foreign_keys=OFF");
        }
        _rows.Clear();
        _keys.Clear();
        _parents.Clear();
        connection.Handle.Observe(this);
    }

    /// <summary>Takes the changes out of SQLite, savepoint by savepoint from the last.</summary>
    public void Park()
    {
        for (var i = _layers.Count - 1; i >= 0; i--)
        {
            foreach (var (name, changes) in _layers[i].Tables)
            {
                changes.Capture(connection, _keys, _parents);
                foreach (var row in changes.Changed) _rows.Add((name, row));
                foreach (var row in changes.Locked) _rows.Add((name, row));
            }
            connection.Execute(i > 0 ? Sql("ROLLBACK TO", i) : "ROLLBACK");
        }
        _parents.RemoveAll(p => IsOwn(p.Table, p.Row));
    }

    public void Commit()
    {
        connection.Execute("COMMIT");
        IsCommitted = true;
    }

    /// <summary>Rolls back; SQLite has done so itself where a change was interrupted.</summary>
    public void Rollback()
    {
        if (!connection.Handle.IsAutoCommit) connection.Execute("ROLLBACK");
    }

    /// <summary>Says which table the statements that follow change, and counts the values bound to them.</summary>
    public void Aim(Table table, long boundBytes)
    {
        LastRow = 0;
        _table = table;
        _target = _layers[^1].Of(table);
        _boundBytes += boundBytes;
    }

    /// <summary>Called by SQLite for every row that a statement changes.</summary>
    public void Touch(bool inserts, long row)
    {
        if (_target == null) return;
        _touched++;
        LastRow = row;
        _target.Touch(row, inserts, IsOwn);
    }

    /// <summary>Sets a savepoint; the user's name for it, or null for one around a statement.</summary>
    public void Push(string? name = null)
    {
        if (name != null) foreach (var layer in _layers) if (layer.Name == name) layer.Name = null;
        connection.Execute(Sql("SAVEPOINT", _layers.Count));
        _layers.Add(new Layer { Name = name });
        Retarget();
    }

    /// <summary>Forgets the last savepoint; what happened since it stays.</summary>
    public void Merge()
    {
        var top = Pop();
        connection.Execute(Sql("RELEASE", _layers.Count));
        foreach (var changes in top.Tables.Values) _layers[^1].Of(changes.Table).Add(changes);
        Retarget();
    }

    /// <summary>Undoes what happened since the last savepoint, and forgets it. An interrupted change has undone everything: it is lost.</summary>
    public void Undo()
    {
        Pop();
        IsLost = connection.Handle.IsAutoCommit;
        if (IsLost) return;
        connection.Execute(Sql("ROLLBACK TO", _layers.Count));
        connection.Execute(Sql("RELEASE", _layers.Count));
        Retarget();
    }

    /// <summary>Undoes what happened since the user's savepoint, which stays. False: there is none of that name.</summary>
    public bool RollbackTo(string name)
    {
        var at = _layers.FindIndex(l => l.Name == name);
        if (at < 0) return false;
        connection.Execute(Sql("ROLLBACK TO", at));
        _layers.RemoveRange(at, _layers.Count - at);
        _layers.Add(new Layer { Name = name });
        Retarget();
        return true;
    }

    public bool HasSavepoint(string name) => _layers.Exists(l => l.Name == name);

    /// <summary>Forgets the user's savepoint; what happened since stays.</summary>
    public void Forget(string name)
    {
        if (_layers[^1].Name == name) Merge();
        else foreach (var layer in _layers) if (layer.Name == name) layer.Name = null;
    }

    /// <summary>Whether it has neither changed nor locked anything, so that nobody would notice its end.</summary>
    public bool HoldsNothing => !HasChanges && _layers.TrueForAll(l => l.Tables.Values.All(t => t is { Exclusive: false, Locked.Count: 0 }));

    public void Lock(Table table, IEnumerable<long> rows) => _layers[^1].Of(table).Locked.UnionWith(rows);

    public void Lock(Table table, bool exclusive) => _layers[^1].Of(table).Exclusive |= exclusive;

    /// <summary>The rows that the statement at hand touched since the last savepoint.</summary>
    public TableChanges Target => _target!;

    /// <summary>Whether it inserted the row itself.</summary>
    public bool IsOwn(Table table, long row) => IsOwn(table.Name, row);

    /// <summary>Whether it, parked, has the row locked.</summary>
    public bool Holds(Table table, long row) => _rows.Contains((table.Name, row));

    /// <summary>Whether it, parked, has rows with this unique key.</summary>
    public bool Holds(ulong key) => _keys.Contains(key);

    public bool HoldsKeys => _keys.Count > 0;

    /// <summary>Whether it changed the table or locked anything in it.</summary>
    public bool Uses(Table table) => Uses(table.Name);

    public bool Uses(string table) => _layers.Exists(l => l.Tables.ContainsKey(table));

    public bool HoldsExclusively(Table table) => _layers.Exists(l => l.Tables.TryGetValue(table.Name, out var changes) && changes.Exclusive);

    /// <summary>Keys of the committed rows that rows of it, parked, refer to: they are locked.</summary>
    public IReadOnlyList<ParentKey> Parents => _parents;

    /// <summary>The rows of the committed state that it, parked, updated or deleted.</summary>
    public IEnumerable<long> Changed(Table table) =>
        _layers.SelectMany(l => l.Tables.TryGetValue(table.Name, out var changes) ? changes.Changed : []).Distinct();

    /// <summary>Whether it, parked, deletes or changes the row that has a key, so that the key is gone.</summary>
    public bool GivesUp(ParentKey key) =>
        !Holds(key.Hash) && _layers.Exists(l => l.Tables.TryGetValue(key.Table, out var changes) && changes.Changed.Contains(key.Row));

    private void BeginToWrite()
    {
        try
        {
            connection.Execute("DELETE FROM \"ora$ddl\" WHERE 0");
        }
        catch (SqliteFailure e) when (e.Code == BusySnapshot)
        {
            throw new OracleError(8177, "can't serialize access for this transaction");
        }
    }

    private static string Sql(string verb, int layer) => $"{verb} \"ora${layer}\"";

    private bool IsOwn(long row) => IsOwn(_table!.Name, row);

    private bool IsOwn(string table, long row) => _layers.Exists(l => l.Tables.TryGetValue(table, out var changes) && changes.Inserted.Contains(row));

    private Layer Pop()
    {
        var top = _layers[^1];
        _layers.RemoveAt(_layers.Count - 1);
        return top;
    }

    private void Retarget()
    {
        if (_table != null) _target = _layers[^1].Of(_table);
    }
}
