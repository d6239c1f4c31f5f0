using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Constraints that are INITIALLY DEFERRED: SQLite does not know them; a commit looks for rows that break one.</summary>
internal static class DeferredConstraints
{
    /// <summary>What a transaction that is about to be committed breaks, in tables that it changed; null when nothing.</summary>
    public static OracleError? Broken(Transaction transaction, Catalog catalog)
    {
        foreach (var table in catalog.Tables.Values)
        {
            foreach (var constraint in table.Constraints)
            {
                if (!constraint.IsDeferred || constraint.IsDisabled) continue;
                if (!transaction.Uses(table) && (constraint.References == null || !transaction.Uses(catalog.Tables[constraint.References.Table]))) continue;
                using var rows = transaction.Connection.Handle.Prepare($"{BreakingRows(catalog, table, constraint)} LIMIT 1");
                if (rows.Step()) return Error($"{catalog.Schema}.{constraint.Name}", constraint);
            }
        }
        return null;
    }

    private static string BreakingRows(Catalog catalog, Table table, TableConstraint constraint)
    {
        var name = Literals.Name(table.Name);
        var columns = constraint.Columns.Select(Literals.Name).ToList();
        if (constraint.Check != null) return $"SELECT 1 FROM {name} WHERE NOT {new Translator(catalog, []).Check(table, constraint)}";
        if (constraint.References is { } parent)
        {
            var matches = columns.Zip(parent.Columns, (own, other) => $"p.{Literals.Name(other)} = c.{own}");
            return $"SELECT 1 FROM {name} AS c WHERE {string.Join(" AND ", columns.Select(c => $"c.{c} IS NOT NULL"))} AND NOT EXISTS (SELECT 1 FROM {Literals.Name(parent.Table)} AS p WHERE {string.Join(" AND ", matches)})";
        }
        var owner = table.Temporary == null ? "" : $", {Literals.Name(Table.SessionColumn)}";
        var any = constraint.Kind == ConstraintKind.PrimaryKey ? "1" : string.Join(" OR ", columns.Select(c => $"{c} IS NOT NULL"));
        var lacks = constraint.Kind == ConstraintKind.PrimaryKey ? string.Concat(columns.Select(c => $" OR {c} IS NULL")) : "";
        return $"SELECT 1 FROM {name} WHERE {any} GROUP BY {string.Join(", ", columns)}{owner} HAVING count(*) > 1{lacks}";
    }

    private static OracleError Error(string name, TableConstraint constraint)
    {
        var reason = constraint.IsKey ? $"ORA-00001: unique constraint ({name}) violated"
            : constraint.References != null ? $"ORA-02291: integrity constraint ({name}) violated - parent key not found"
            : $"ORA-02290: check constraint ({name}) violated";
        return new OracleError(2091, $"transaction rolled back\n{reason}");
    }
}
