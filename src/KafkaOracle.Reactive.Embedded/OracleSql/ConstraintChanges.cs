namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Constraints: what adds, drops and switches them.</summary>
internal static partial class CatalogChanges
{
    private static (Catalog Catalog, Table Table) AddNotNull(Catalog catalog, Table table, string column, string? name)
    {
        (catalog, var unique) = NameOf(catalog, table, name);
        return (catalog, table with { Constraints = table.Constraints.Add(new TableConstraint(ConstraintKind.Check, unique, [column], null, $"{Quoted(column)} IS NOT NULL", name != null)) });
    }

    /// <summary>The name of a new constraint: a generated one where none was written.</summary>
    private static (Catalog Catalog, string Name) NameOf(Catalog catalog, Table table, string? name)
    {
        if (name == null) return (catalog with { NextName = catalog.NextName + 1 }, $"SYS_C{catalog.NextName:0000000}");
        if (catalog.OwnerOf(name)?.Constraints.Any(c => c.Name == name) == true || table.Constraints.Any(c => c.Name == name))
            throw new OracleError(2264, "name already used by an existing constraint");
        return (catalog, name);
    }

    private static (Catalog Catalog, Table Table) Add(Catalog catalog, Table table, ConstraintDefinition definition)
    {
        var columns = definition.Columns;
        if (definition.Kind == ConstraintKind.Check) columns = [.. SyntaxTree.Columns(definition.Check!).Select(c => c.Name).Where(c => table.IndexOf(c) >= 0).Distinct()];
        else CheckColumns(table, columns);
        (catalog, var name) = NameOf(catalog, table, definition.Name);
        if (definition.Kind == ConstraintKind.Unique && table.Constraints.Any(c => c.IsKey && c.Columns.SequenceEqual(columns)))
            throw new OracleError(2261, "such unique or primary key already exists in the table");
        if (definition.Kind == ConstraintKind.PrimaryKey)
        {
            if (table.Constraints.Any(c => c.Kind == ConstraintKind.PrimaryKey)) throw new OracleError(2260, "table can have only one primary key");
            if (definition is { IsDisabled: false, IsDeferred: false })
                table = table with { Columns = [.. table.Columns.Select(c => columns.Contains(c.Name) ? c with { NotNull = true } : c)] };
        }
        var constraint = new TableConstraint(definition.Kind, name, [.. columns], definition.Check, definition.CheckText, definition.Name != null)
        {
            IsDisabled = definition.IsDisabled,
            IsDeferred = definition.IsDeferred,
            IsDeferrable = definition.IsDeferrable,
        };
        if (definition.References != null && table.Temporary != null) throw new OracleError(14455, "attempt to create referential integrity constraint on temporary table");
        if (definition.References is { } reference) constraint = constraint with { References = Referenced(catalog, table, columns, reference) };
        return (catalog, table with { Constraints = table.Constraints.Add(constraint) });
    }

    private static ReferencedKey Referenced(Catalog catalog, Table table, IReadOnlyList<string> columns, Reference reference)
    {
        var parent = reference.Table == table.Name ? table : catalog.Find(reference.Table, reference.Start);
        var key = reference.Columns == null
            ? parent.Constraints.FirstOrDefault(c => c.Kind == ConstraintKind.PrimaryKey) ?? throw new OracleError(2268, "referenced table does not have a primary key")
            : parent.Constraints.FirstOrDefault(c => c.IsKey && c.Columns.SequenceEqual(reference.Columns));
        if (reference.Columns != null) CheckColumns(parent, reference.Columns);
        if (key == null) throw new OracleError(2270, "no matching unique or primary key for this column-list");
        if (!key.IsEnforced) throw OracleError.Unsupported("a foreign key to a key that is disabled or deferred");
        if (key.Columns.Length != columns.Count) throw new OracleError(2256, "number of referencing columns must match referenced columns");
        for (var i = 0; i < columns.Count; i++)
        {
            var (own, other) = (table.Columns[table.IndexOf(columns[i])].Type, parent.Columns[parent.IndexOf(key.Columns[i])].Type);
            if (own.Kind != other.Kind) throw new OracleError(2267, "column type incompatible with referenced column type");
        }
        if (parent.Name == table.Name && reference.OnDelete.Length > 0) throw OracleError.Unsupported($"ON DELETE {reference.OnDelete} of a table that references itself", reference.Start);
        return new ReferencedKey(parent.Name, key.Name, key.Columns, reference.OnDelete);
    }

    private static Table Without(Catalog catalog, Table table, DropConstraint drop)
    {
        var constraint = Named(table, drop.Name, drop.Kind, drop.Columns);
        if (constraint == null)
        {
            throw drop.Kind switch
            {
                ConstraintKind.PrimaryKey => new OracleError(2441, "Cannot drop nonexistent primary key"),
                ConstraintKind.Unique => new OracleError(2442, "Cannot drop nonexistent unique key"),
                _ => new OracleError(2443, "Cannot drop constraint  - nonexistent constraint"),
            };
        }
        if (constraint.IsKey && catalog.Referencing(table.Name).Any(r => r.Key.References!.Constraint == constraint.Name))
            throw new OracleError(2273, "this unique/primary key is referenced by some foreign keys");
        return WithNotNulls(table with { Constraints = table.Constraints.Remove(constraint) });
    }

    private static TableConstraint? Named(Table table, string? name, ConstraintKind? kind, IReadOnlyList<string> columns) =>
        table.Constraints.FirstOrDefault(c => name != null ? c.Name == name : c.Kind == kind && (c.Kind == ConstraintKind.PrimaryKey || c.Columns.SequenceEqual(columns)));

    private static Table Switched(Catalog catalog, Table table, SwitchConstraint change)
    {
        var constraint = Named(table, change.Name, change.Kind, change.Columns)
            ?? throw (change.Enables ? new OracleError(2430, $"cannot enable constraint ({change.Name}) - no such constraint") : new OracleError(2431, $"cannot disable constraint ({change.Name}) - no such constraint"));
        if (!change.Enables && constraint.IsKey && catalog.Referencing(table.Name).Any(r => r.Key.References!.Constraint == constraint.Name))
            throw new OracleError(2297, $"cannot disable constraint ({catalog.Schema}.{constraint.Name}) - dependencies exist");
        return WithNotNulls(table with { Constraints = table.Constraints.Replace(constraint, constraint with { IsDisabled = !change.Enables }) });
    }

    /// <summary>Columns are NOT NULL where a constraint that is enforced says so, or a primary key.</summary>
    private static Table WithNotNulls(Table table)
    {
        var notNull = table.Constraints.Where(c => c.IsEnforced && (c.IsNotNull || c.Kind == ConstraintKind.PrimaryKey)).SelectMany(c => c.Columns).Append(Table.SessionColumn).ToHashSet();
        return table with { Columns = [.. table.Columns.Select(c => c with { NotNull = notNull.Contains(c.Name) })] };
    }
}
