using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>The SQLite indexes behind keys and indexes.</summary>
internal sealed class TableIndexes(SqliteHandle connection, string schema)
{
    /// <summary>Before the name of the second index of a composite key that may hold NULLs.</summary>
    public const string NullsPrefix = "ora$nulls$";

    public void Create(Table table)
    {
        foreach (var constraint in table.Constraints)
        {
            if (!constraint.IsKey || !constraint.IsEnforced) continue;
            var failure = constraint.Kind == ConstraintKind.PrimaryKey
                ? new OracleError(2437, $"cannot validate ({schema}.{constraint.Name}) - primary key violated")
                : new OracleError(2299, $"cannot validate ({schema}.{constraint.Name}) - duplicate keys found");
            Create(table, constraint.Name, true, constraint.Columns, failure);
        }
        foreach (var index in table.Indexes) Create(table, index);
    }

    public void Create(Table table, TableIndex index) =>
        Create(table, index.Name, index.Unique, index.Columns, new OracleError(1452, "cannot CREATE UNIQUE INDEX; duplicate keys found"));

    // Tables and indexes share one name space in SQLite, constraints and tables do not in Oracle.
    public static string Name(string name) => Literals.Name($"ora$ix${name}");

    public void Drop(string name)
    {
        connection.Execute($"DROP INDEX {Name(name)}");
        connection.Execute($"DROP INDEX IF EXISTS {Literals.Name(NullsPrefix + name)}");
    }

    private void Create(Table table, string name, bool unique, IReadOnlyList<string> columns, OracleError duplicates)
    {
        // A row of a temporary table is unique among those of its session.
        if (unique && table.Temporary != null) columns = [.. columns, Table.SessionColumn];
        try
        {
            connection.Execute($"CREATE {(unique ? "UNIQUE " : "")}INDEX {Name(name)} ON {Literals.Name(table.Name)} ({string.Join(", ", columns.Select(Literals.Name))})");
            var nullable = columns.Where(c => !table.Columns[table.IndexOf(c)].NotNull).ToList();
            if (!unique || columns.Count < 2 || nullable.Count == 0) return;
            // SQLite holds keys with a NULL in them to be different; Oracle compares the columns that are not NULL, unless all are.
            // No stored value is an integer, so 0 stands for NULL.
            var keys = columns.Select(c => nullable.Contains(c) ? $"ifnull({Literals.Name(c)}, 0)" : Literals.Name(c));
            var some = string.Join(" OR ", columns.Where(c => c != Table.SessionColumn).Select(c => $"{Literals.Name(c)} IS NOT NULL"));
            connection.Execute($"CREATE UNIQUE INDEX {Literals.Name(NullsPrefix + name)} ON {Literals.Name(table.Name)} ({string.Join(", ", keys)}) WHERE {some}");
        }
        catch (SqliteFailure e) when (e.Message.StartsWith("UNIQUE", StringComparison.Ordinal))
        {
            throw duplicates;
        }
    }
}
