using System.Runtime.InteropServices;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>
/// The unique keys of a table, and their values in a row as 64-bit hashes (FNV-1a). Two keys that share a hash would merely wait for
/// each other.
/// </summary>
internal sealed class UniqueKeys
{
    private readonly List<(string Name, int[] Columns)> _keys = [];

    public UniqueKeys(Table table)
    {
        foreach (var constraint in table.Constraints) if (constraint.Kind != ConstraintKind.Check && constraint.IsEnforced) Add(table, constraint.Name, constraint.Columns);
        foreach (var index in table.Indexes) if (index.Unique) Add(table, index.Name, index.Columns);
    }

    /// <summary>The row's keys; one of nothing but NULLs is none.</summary>
    /// <param name="row">A statement on a row of the table: its stored columns, then those that are computed.</param>
    /// <param name="skip">How many other columns come before them.</param>
    public IEnumerable<(string Name, ulong Hash)> Of(SqliteStatement row, int skip)
    {
        foreach (var (name, columns) in _keys)
        {
            if (Hash(row, name, columns, skip) is { } hash) yield return (name, hash);
        }
    }

    /// <summary>Hash of a key's values in a row; null where all are NULL.</summary>
    public static ulong? Hash(SqliteStatement row, string name, int[] columns, int skip)
    {
        var hash = Mix(14695981039346656037, MemoryMarshal.AsBytes<char>(name));
        var any = false;
        foreach (var column in columns)
        {
            var isNull = row.IsNull(column + skip);
            any |= !isNull;
            var value = isNull ? default : row.Bytes(column + skip);
            hash = Mix(hash, BitConverter.GetBytes(isNull ? -1 : value.Length));
            hash = Mix(hash, value);
        }
        return any ? hash : null;
    }

    private void Add(Table table, string name, IEnumerable<string> columns)
    {
        var order = table.StoredFirst.Select(c => c.Name).ToList();
        _keys.Add((name, [.. (table.Temporary == null ? columns : columns.Append(Table.SessionColumn)).Select(c => order.IndexOf(c))]));
    }

    private static ulong Mix(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes) hash = (hash ^ b) * 1099511628211;
        return hash;
    }
}
