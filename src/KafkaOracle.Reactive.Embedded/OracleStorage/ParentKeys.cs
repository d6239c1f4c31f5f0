using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>A row that another one refers to, and the hash of the key by which it does; see <see cref="UniqueKeys"/>.</summary>
internal readonly record struct ParentKey(string Table, long Row, ulong Hash);

/// <summary>What the rows of a table refer to by its foreign keys.</summary>
internal sealed class ParentKeys
{
    private readonly List<(ReferencedKey Key, string Read)> _keys = [];

    public ParentKeys(Table table)
    {
        foreach (var constraint in table.Constraints)
        {
            if (constraint.References is not { } key || constraint.IsDisabled) continue;
            var columns = string.Join(", ", key.Columns.Select(c => $"p.{Literals.Name(c)}"));
            var match = string.Join(" AND ", key.Columns.Zip(constraint.Columns, (parent, child) => $"p.{Literals.Name(parent)} = c.{Literals.Name(child)}"));
            _keys.Add((key, $"SELECT p.rowid, {columns} FROM {Literals.Name(table.Name)} c JOIN {Literals.Name(key.Table)} p ON {match} WHERE c.rowid = ?1"));
        }
    }

    public bool IsEmpty => _keys.Count == 0;

    /// <summary>The tables that rows refer to.</summary>
    public IEnumerable<string> Tables => _keys.Select(k => k.Key.Table);

    /// <summary>What a row refers to, as the connection sees it.</summary>
    public List<ParentKey> Of(SessionConnection connection, long row)
    {
        var found = new List<ParentKey>();
        foreach (var (key, text) in _keys)
        {
            var read = connection.Prepared(text);
            read.BindInteger(1, row);
            if (read.Step() && UniqueKeys.Hash(read, key.Constraint, [.. Enumerable.Range(1, key.Columns.Length)], 0) is { } hash)
                found.Add(new(key.Table, read.Integer(0), hash));
            read.Reset();
        }
        return found;
    }
}
