using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>A transaction that is in the way, and the name of the unique key when it is one.</summary>
internal sealed record RowConflict(Transaction Holder, string? Key);

/// <summary>Finds what other transactions have locked. For the transaction that has the turn: all others are parked.</summary>
internal sealed class RowLocks(Transactions transactions)
{
    private Table? _table;
    private UniqueKeys _keys = null!;
    private ParentKeys _parents = null!;
    private string _read = "";

    public bool IsShared => transactions.IsShared;

    /// <summary>Who has a row locked.</summary>
    public Transaction? Holder(Transaction transaction, Table table, long row) =>
        transaction.IsOwn(table, row) ? null : transactions.Other(transaction, other => other.Holds(table, row) || other.HoldsExclusively(table));

    /// <summary>Who holds a row that was just changed, or a key of a row that was just written.</summary>
    public RowConflict? Find(Transaction transaction, Table table)
    {
        var changes = transaction.Target;
        if (!changes.HasRows) return null;
        if (transactions.Other(transaction, other => other.HoldsExclusively(table)) is { } exclusive) return new RowConflict(exclusive, null);
        foreach (var row in changes.Changed)
            if (transactions.Other(transaction, other => other.Holds(table, row)) is { } holder) return new RowConflict(holder, null);
        if ((Child(transaction, table) ?? Parent(transaction, table)) is { } relative) return new RowConflict(relative, null);
        if (transactions.Other(transaction, other => other.HoldsKeys) == null) return null;
        foreach (var row in changes.Changed.Concat(changes.Revised).Concat(changes.Inserted.Rows))
        {
            foreach (var (name, hash) in Keys(transaction, table, row))
                if (transactions.Other(transaction, other => other.Holds(hash)) is { } holder) return new RowConflict(holder, name);
        }
        return null;
    }

    /// <summary>For every other transaction, the committed rows whose unique keys it gives up: it deletes or changes them.</summary>
    public IEnumerable<(Transaction Holder, List<long> Rows)> KeysGivenUp(Transaction transaction, Table table)
    {
        var found = new List<(Transaction, List<long>)>();
        transactions.Other(transaction, other =>
        {
            var rows = other.Changed(table).Where(row => Keys(transaction, table, row).Exists(k => !other.Holds(k.Hash))).ToList();
            if (rows.Count > 0) found.Add((other, rows));
            return false;
        });
        return found;
    }

    /// <summary>Who is in the way of a lock on a whole table: for exclusive ones everybody who uses it, for others who has it exclusively.</summary>
    public Transaction? InTheWay(Transaction transaction, Table table, bool exclusive) =>
        transactions.Other(transaction, other => exclusive ? other.Uses(table) : other.HoldsExclusively(table));

    /// <summary>Who refers to a key that was just deleted or changed.</summary>
    private Transaction? Child(Transaction transaction, Table table)
    {
        var changed = transaction.Target.Changed;
        return transactions.Other(transaction, other => other.Parents.Any(
            p => p.Table == table.Name && changed.Contains(p.Row) && !Keys(transaction, table, p.Row).Exists(k => k.Hash == p.Hash)));
    }

    /// <summary>Who deletes or changes a key that was just referred to.</summary>
    private Transaction? Parent(Transaction transaction, Table table)
    {
        Know(table);
        if (!_parents.Tables.Any(parent => transactions.Other(transaction, other => other.Uses(parent)) != null)) return null;
        var changes = transaction.Target;
        foreach (var row in changes.Changed.Concat(changes.Revised).Concat(changes.Inserted.Rows))
            foreach (var key in _parents.Of(transaction.Connection, row))
                if (transactions.Other(transaction, other => other.GivesUp(key)) is { } holder) return holder;
        return null;
    }

    private void Know(Table table)
    {
        if (_table == table) return;
        (_table, _keys, _parents) = (table, new UniqueKeys(table), new ParentKeys(table));
        _read = $"SELECT {string.Join(", ", table.StoredFirst.Select(c => Literals.Name(c.Name)))} FROM {Literals.Name(table.Name)} WHERE rowid = ?1";
    }

    private List<(string Name, ulong Hash)> Keys(Transaction transaction, Table table, long row)
    {
        Know(table);
        var read = transaction.Connection.Prepared(_read);
        read.BindInteger(1, row);
        List<(string, ulong)> found = read.Step() ? [.. _keys.Of(read, 0)] : [];
        read.Reset();
        return found;
    }
}
