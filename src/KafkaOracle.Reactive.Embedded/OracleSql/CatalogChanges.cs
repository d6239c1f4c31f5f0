using System.Collections.Immutable;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>What CREATE and ALTER TABLE make of a catalog.</summary>
internal static class CatalogChanges
{
    public static Catalog Create(Catalog catalog, CreateTableStatement statement, out Table table)
    {
        if (catalog.IsNameTaken(statement.Name)) throw new OracleError(955, "name is already used by an existing object", statement.Start);
        table = new Table(statement.Name, [], [], []);
        foreach (var column in statement.Columns) table = Add(table, column);
        foreach (var constraint in statement.Constraints) (catalog, table) = Add(catalog, table, constraint);
        catalog = catalog.With(table);
        return catalog;
    }

    public static Catalog Alter(Catalog catalog, AlterTableStatement statement, out Table before, out Table after)
    {
        before = catalog.Find(statement.Name, statement.Start);
        after = before;
        foreach (var column in statement.Add) after = Add(after, column);
        foreach (var constraint in statement.Constraints) (catalog, after) = Add(catalog, after, constraint);
        foreach (var column in statement.Drop)
        {
            var at = after.IndexOf(column);
            if (at < 0) throw OracleError.NoColumn(Quoted(column), statement.Start);
            if (after.Constraints.Any(c => c.Columns.Contains(column))) throw new OracleError(12991, "column is referenced in a multi-column constraint");
            after = after with { Columns = after.Columns.RemoveAt(at), Indexes = after.Indexes.RemoveAll(i => i.Columns.Contains(column)) };
        }
        foreach (var name in statement.DropConstraints)
        {
            var constraint = after.Constraints.FirstOrDefault(c => c.Name == name)
                ?? throw new OracleError(2443, "Cannot drop constraint  - nonexistent constraint");
            after = after with { Constraints = after.Constraints.Remove(constraint) };
        }
        return catalog.With(after);
    }

    public static Catalog CreateIndex(Catalog catalog, CreateIndexStatement statement, out Table table, out TableIndex index)
    {
        var owner = catalog.Find(statement.Table, statement.Start);
        if (catalog.IsNameTaken(statement.Name) || catalog.OwnerOf(statement.Name) != null) throw new OracleError(955, "name is already used by an existing object");
        CheckColumns(owner, statement.Columns);
        if (owner.Indexes.Any(i => i.Columns.SequenceEqual(statement.Columns))
            || owner.Constraints.Any(c => c.Kind != ConstraintKind.Check && c.Columns.SequenceEqual(statement.Columns)))
            throw new OracleError(1408, "such column list already indexed");
        index = new TableIndex(statement.Name, statement.Unique, [.. statement.Columns]);
        table = owner with { Indexes = owner.Indexes.Add(index) };
        return catalog.With(table);
    }

    private static Table Add(Table table, ColumnDefinition column)
    {
        if (table.IndexOf(column.Name) >= 0)
            throw table.Columns.IsEmpty ? new OracleError(957, "duplicate column name", column.Start) : new OracleError(1430, "column being added already exists in table", column.Start);
        return table with { Columns = table.Columns.Add(new TableColumn(column.Name, column.Type, column.Default, column.DefaultText, column.NotNull)) };
    }

    private static (Catalog Catalog, Table Table) Add(Catalog catalog, Table table, ConstraintDefinition definition)
    {
        CheckColumns(table, definition.Columns);
        var name = definition.Name;
        if (name == null)
        {
            name = $"SYS_C{catalog.NextName:0000000}";
            catalog = catalog with { NextName = catalog.NextName + 1 };
        }
        else if (catalog.OwnerOf(name) != null || table.Constraints.Any(c => c.Name == name))
        {
            throw new OracleError(2264, "name already used by an existing constraint");
        }
        if (definition.Kind == ConstraintKind.PrimaryKey)
        {
            if (table.Constraints.Any(c => c.Kind == ConstraintKind.PrimaryKey)) throw new OracleError(2260, "table can have only one primary key");
            table = table with
            {
                Columns = [.. table.Columns.Select(c => definition.Columns.Contains(c.Name) ? c with { NotNull = true } : c)],
            };
        }
        var constraint = new TableConstraint(definition.Kind, name, [.. definition.Columns], definition.Check, definition.CheckText, definition.Name != null);
        return (catalog, table with { Constraints = table.Constraints.Add(constraint) });
    }

    private static void CheckColumns(Table table, IEnumerable<string> columns)
    {
        foreach (var column in columns)
        {
            var at = table.IndexOf(column);
            if (at < 0) throw OracleError.NoColumn(Quoted(column), 0);
            if (table.Columns[at].Type.IsLob) throw new OracleError(2327, "cannot create index on expression with datatype LOB");
        }
    }

    private static string Quoted(string name) => $"\"{name}\"";
}
