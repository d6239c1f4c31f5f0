using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>What a transaction did to one table between two savepoints: which rows, and while it is parked what they look like.</summary>
internal sealed class TableChanges(Table table)
{
    private RowImages? _images;

    public Table Table => table;

    /// <summary>Rows that were inserted and can have been changed or deleted since.</summary>
    public RowRanges Inserted { get; private set; } = new();

    /// <summary>Rows of the committed state that were updated or deleted: they are locked.</summary>
    public HashSet<long> Changed { get; } = [];

    /// <summary>Rows inserted before an earlier savepoint, and updated or deleted after it: nobody else knows them.</summary>
    public HashSet<long> Revised { get; private set; } = [];

    /// <summary>Rows locked by SELECT FOR UPDATE.</summary>
    public HashSet<long> Locked { get; } = [];

    /// <summary>Locked as a whole, against changes and locks of others.</summary>
    public bool Exclusive { get; set; }

    public bool HasRows => Inserted.Ranges.Count > 0 || Changed.Count > 0 || Revised.Count > 0;

    /// <summary>Notes a row that a statement touched.</summary>
    /// <param name="row">The row.</param>
    /// <param name="inserts">It was inserted.</param>
    /// <param name="isOwn">Asked when it was not: whether the transaction inserted it before an earlier savepoint.</param>
    public void Touch(long row, bool inserts, Func<long, bool> isOwn)
    {
        if (inserts)
        {
            // The number of a deleted row can be given to the next one.
            if (!IsKnown(row)) Inserted.Add(row);
        }
        else if (!Inserted.Contains(row))
        {
            if (isOwn(row)) Revised.Add(row);
            else Changed.Add(row);
        }
    }

    public void Add(TableChanges later)
    {
        Inserted.AddAll(later.Inserted);
        Changed.UnionWith(later.Changed);
        foreach (var row in later.Revised) if (!Inserted.Contains(row)) Revised.Add(row);
        Locked.UnionWith(later.Locked);
        Exclusive |= later.Exclusive;
    }

    /// <summary>Takes the rows out of the database, their unique keys, and what they refer to.</summary>
    public void Capture(SessionConnection connection, HashSet<ulong> keys, List<ParentKey> parents)
    {
        if (!HasRows) return;
        var uniques = new UniqueKeys(table);
        var references = new ParentKeys(table);
        _images = new RowImages(table.Stored.Count());
        var one = connection.Prepared($"SELECT rowid, {Columns} FROM {Name} WHERE rowid = ?1");
        foreach (var row in Changed.Concat(Revised))
        {
            one.BindInteger(1, row);
            if (one.Step()) Take(one);
            one.Reset();
        }
        var many = connection.Prepared($"SELECT rowid, {Columns} FROM {Name} WHERE rowid BETWEEN ?1 AND ?2");
        foreach (var (first, last) in Inserted.Ranges)
        {
            many.BindInteger(1, first);
            many.BindInteger(2, last);
            while (many.Step()) if (!IsKnown(many.Integer(0))) Take(many);
            many.Reset();
        }

        void Take(SqliteStatement row)
        {
            _images.Add(row);
            foreach (var (_, hash) in uniques.Of(row, 1)) keys.Add(hash);
            if (!references.IsEmpty) parents.AddRange(references.Of(connection, row.Integer(0)));
        }
    }

    /// <summary>Puts the rows back. Those that were inserted get new numbers: others can have taken theirs.</summary>
    public void Replay(SessionConnection connection, Dictionary<(string Table, long Row), long> renumbered)
    {
        if (_images == null) return;
        var revised = Revised.Select(r => renumbered.GetValueOrDefault((table.Name, r), r)).ToHashSet();
        // Deletes first: in between, rows that exchange their unique keys would stand in each other's way.
        var delete = connection.Prepared($"DELETE FROM {Name} WHERE rowid = ?1");
        foreach (var row in Changed.Concat(revised))
        {
            delete.BindInteger(1, row);
            delete.Run();
        }
        var stored = table.Stored.Select(c => Literals.Name(c.Name)).ToList();
        var insert = connection.Prepared($"INSERT INTO {Name} (rowid, {string.Join(", ", stored)}) VALUES (?{string.Join(", ?", Enumerable.Range(1, stored.Count + 1))})");
        var inserted = new RowRanges();
        for (var i = 0; i < _images.Rows; i++)
        {
            var row = _images.Number(i);
            var isNew = !IsKnown(row);
            if (isNew) insert.BindNull(1);
            else insert.BindInteger(1, Changed.Contains(row) ? row : renumbered.GetValueOrDefault((table.Name, row), row));
            _images.Bind(i, insert);
            insert.Run();
            if (!isNew) continue;
            renumbered[(table.Name, row)] = connection.Handle.LastInsertRowId;
            inserted.Add(connection.Handle.LastInsertRowId);
        }
        (Inserted, Revised, _images) = (inserted, revised, null);
    }

    private bool IsKnown(long row) => Changed.Contains(row) || Revised.Contains(row);

    private string Name => Literals.Name(table.Name);

    private string Columns => string.Join(", ", table.StoredFirst.Select(c => Literals.Name(c.Name)));
}
