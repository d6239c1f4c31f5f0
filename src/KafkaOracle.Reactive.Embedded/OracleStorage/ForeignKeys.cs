using System.Globalization;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>
/// Foreign keys are SQLite's own, checked at the end of a statement as Oracle's are; it does not say which one failed. What ON DELETE
/// asks for is done by steps of the plan, see <see cref="Translator"/>, so that every change is one that a statement made.
/// </summary>
internal static class ForeignKeys
{
    public static string Definition(TableConstraint key)
    {
        var references = key.References!;
        return $"FOREIGN KEY ({Names(key.Columns)}) REFERENCES {Literals.Name(references.Table)} ({Names(references.Columns)})";
    }

    /// <summary>
    /// The foreign key that a failed statement broke. With several in question the statement runs once more with their checks
    /// deferred, SQLite lists the rows that break one, and all is taken back.
    /// </summary>
    public static OracleError Broken(SqliteHandle connection, SqliteStatement statement, Catalog catalog, Table changed, bool isDelete)
    {
        IEnumerable<(Table Child, TableConstraint Key)> own = isDelete ? [] : changed.Constraints.Where(c => c.References != null).Select(c => (Child: changed, Key: c));
        var candidates = own.Concat(catalog.Referencing(changed.Name).Select(r => (Child: r.Table, r.Key))).DistinctBy(c => c.Key.Name).ToList();
        var found = candidates.Count == 1 ? candidates[0] : Sought(connection, statement, candidates);
        var isParentMissing = found.Child.Name == changed.Name && !isDelete;
        return isParentMissing
            ? new OracleError(2291, $"integrity constraint ({catalog.Schema}.{found.Key.Name}) violated - parent key not found")
            : new OracleError(2292, $"integrity constraint ({catalog.Schema}.{found.Key.Name}) violated - child record found");
    }

    /// <summary>Fails when a row of the table has no parent.</summary>
    public static void Validate(SqliteHandle connection, Table table, string schema)
    {
        if (First(connection, table) is { } key) throw new OracleError(2298, $"cannot validate ({schema}.{key.Name}) - parent keys not found");
    }

    private static (Table Child, TableConstraint Key) Sought(SqliteHandle connection, SqliteStatement statement, List<(Table Child, TableConstraint Key)> candidates)
    {
        connection.Execute("SAVEPOINT \"ora$sought\"");
        connection.Execute("PRAGMA defer_foreign_keys=ON");
        try
        {
            statement.Reset();
            while (statement.Step()) { }
            foreach (var child in candidates.Select(c => c.Child).DistinctBy(c => c.Name))
                if (First(connection, child) is { } key && candidates.Find(c => c.Key.Name == key.Name) is { Key: not null } found) return found;
            return candidates[0];
        }
        finally
        {
            statement.Reset();
            connection.Execute("ROLLBACK TO \"ora$sought\"");
            connection.Execute("RELEASE \"ora$sought\"");
            connection.Execute("PRAGMA defer_foreign_keys=OFF");
        }
    }

    /// <summary>The first of a table's foreign keys that a row breaks; SQLite numbers them from the last declared.</summary>
    private static TableConstraint? First(SqliteHandle connection, Table table)
    {
        using var broken = connection.Prepare($"PRAGMA foreign_key_check({Literals.Name(table.Name)})");
        if (!broken.Step()) return null;
        var keys = table.Constraints.Where(c => c.References != null).ToList();
        var number = int.Parse(broken.Text(3), CultureInfo.InvariantCulture);
        return number < keys.Count ? keys[keys.Count - 1 - number] : keys[0];
    }

    private static string Names(IEnumerable<string> columns) => string.Join(", ", columns.Select(Literals.Name));
}
