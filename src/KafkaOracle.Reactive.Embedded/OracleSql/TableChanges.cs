using System.Collections.Immutable;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Columns and constraints: what CREATE TABLE adds and ALTER TABLE changes.</summary>
internal static partial class CatalogChanges
{
    public static Catalog Alter(Catalog catalog, string name, int position, TableChange change, out Table before, out Table after)
    {
        before = catalog.Find(name, position);
        switch (change)
        {
            case AddColumn add:
                (catalog, after) = Add(catalog, before, add.Column);
                break;
            case AddConstraint add:
                (catalog, after) = Add(catalog, before, add.Constraint);
                break;
            case ModifyColumn modify:
                after = Modified(before, modify.Column);
                if (after.Columns[after.IndexOf(modify.Column.Name)].NotNull && !before.Columns[before.IndexOf(modify.Column.Name)].NotNull)
                    (catalog, after) = AddNotNull(catalog, after, modify.Column.Name, modify.Column.NotNullName);
                break;
            case DropColumn drop:
                after = Without(catalog, before, drop);
                break;
            case DropConstraint drop:
                after = Without(catalog, before, drop);
                break;
            case SwitchConstraint toggle:
                after = Switched(catalog, before, toggle);
                break;
            case RenameColumn rename:
                return Renamed(catalog, before, rename, out after);
            case RenameConstraint rename:
                if (catalog.OwnerOf(rename.To) != null) throw new OracleError(2264, "name already used by an existing constraint");
                var renamed = before.Constraints.FirstOrDefault(c => c.Name == rename.From) ?? throw new OracleError(23292, "The constraint does not exist");
                after = before with { Constraints = before.Constraints.Replace(renamed, renamed with { Name = rename.To, IsNamed = true }) };
                break;
            case RenameTable rename:
                return Renamed(catalog, before, rename.To, out after);
            default:
                throw OracleError.Unsupported("this change of a table", position);
        }
        return catalog.With(after);
    }

    private static (Catalog Catalog, Table Table) Add(Catalog catalog, Table table, ColumnDefinition definition)
    {
        if (table.IndexOf(definition.Name) >= 0)
            throw catalog.Tables.ContainsKey(table.Name) ? new OracleError(1430, "column being added already exists in table", definition.Start) : new OracleError(957, "duplicate column name", definition.Start);
        var column = new TableColumn(definition.Name, definition.Type, definition.Default, definition.DefaultText, definition.NotNull)
        {
            DefaultOnNull = definition.DefaultOnNull,
            Computed = definition.Computed,
            ComputedText = definition.ComputedText,
            IsInvisible = definition.Invisible == true,
        };
        if (definition is { Computed: not null, Default: not null }) throw new OracleError(54025, "Virtual column cannot have a default value", definition.Start);
        if (column.IsVirtual) column = Computed(catalog, table, column, definition);
        if (definition.Identity is { } identity)
        {
            if (table.Columns.Any(c => c.Identity != null)) throw new OracleError(30669, "table can have only one identity column", definition.Start);
            if (column.Type.Kind != TypeKind.Number) throw new OracleError(30675, "identity column must be a numeric type", definition.Start);
            identity.Sequence.Check(definition.Start);
            var sequence = new Sequence($"ISEQ$$_{catalog.NextName}", identity.Sequence, true) { Incarnation = catalog.Version };
            catalog = (catalog with { NextName = catalog.NextName + 1 }).With(sequence);
            column = column with { Identity = sequence.Name, IsAlwaysIdentity = identity.Always, DefaultOnNull = identity.OnNull };
        }
        table = table with { Columns = table.Columns.Add(column) };
        return definition.NotNull ? AddNotNull(catalog, table, column.Name, definition.NotNullName) : (catalog, table);
    }

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

    private static Table Modified(Table table, ColumnDefinition change)
    {
        var at = table.IndexOf(change.Name);
        if (at < 0) throw OracleError.NoColumn(Quoted(change.Name), change.Start);
        var column = table.Columns[at];
        if (change.Identity != null) throw OracleError.Unsupported("MODIFY to an identity column", change.Start);
        if (change.NotNull && column.NotNull && change.Type.Kind == TypeKind.Null && change.Default == null)
            throw new OracleError(1442, "column to be modified to NOT NULL is already NOT NULL");
        if (change.Nullable && !column.NotNull) throw new OracleError(1451, "column to be modified to NULL cannot be modified to NULL");
        if (change.Nullable && table.Constraints.Any(c => c.Kind == ConstraintKind.PrimaryKey && c.Columns.Contains(column.Name)))
            throw new OracleError(1451, "column to be modified to NULL cannot be modified to NULL");
        return table with
        {
            Constraints = change.Nullable ? table.Constraints.RemoveAll(c => c.IsNotNull && c.Columns[0] == column.Name) : table.Constraints,
            Columns = table.Columns.SetItem(at, column with
            {
                Type = change.Type.Kind == TypeKind.Null ? column.Type : change.Type,
                Default = change.Default ?? column.Default,
                DefaultText = change.DefaultText ?? column.DefaultText,
                DefaultOnNull = change.Default != null ? change.DefaultOnNull : column.DefaultOnNull,
                IsInvisible = change.Invisible ?? column.IsInvisible,
                NotNull = change.NotNull || (column.NotNull && !change.Nullable),
            }),
        };
    }

    private static Table Without(Catalog catalog, Table table, DropColumn drop)
    {
        var at = table.IndexOf(drop.Name);
        if (at < 0) throw OracleError.NoColumn(Quoted(drop.Name), drop.Start);
        if (IsComputedFrom(table, drop.Name)) throw new OracleError(54031, "column to be dropped is used in a virtual column expression", drop.Start);
        if (table.Columns.Count(c => !c.IsHidden) == 1) throw new OracleError(12983, "cannot drop all columns in a table");
        if (table.Constraints.Any(c => c.Columns.Length > 1 && c.Columns.Contains(drop.Name))) throw new OracleError(12991, "column is referenced in a multi-column constraint");
        if (catalog.Referencing(table.Name).Any(r => r.Key.References!.Columns.Contains(drop.Name))) throw new OracleError(12992, "cannot drop parent key column");
        return table with
        {
            Columns = table.Columns.RemoveAt(at),
            Constraints = table.Constraints.RemoveAll(c => c.Columns.Contains(drop.Name)),
            Indexes = table.Indexes.RemoveAll(i => i.Columns.Contains(drop.Name)),
        };
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

    /// <summary>A virtual column with the type of its expression, unless another one was written.</summary>
    private static TableColumn Computed(Catalog catalog, Table table, TableColumn column, ColumnDefinition definition)
    {
        var type = new Translator(catalog, []).Computed(table, column).Type;
        return definition.Type.Kind == TypeKind.Null ? column with { Type = type.Kind == TypeKind.Number ? OracleType.Number : type } : column;
    }

    private static bool IsComputedFrom(Table table, string name) => table.Columns.Any(c => c.Computed != null && SyntaxTree.Columns(c.Computed).Any(k => k.Name == name));

    private static Catalog Renamed(Catalog catalog, Table before, RenameColumn rename, out Table after)
    {
        var at = before.IndexOf(rename.From);
        if (at < 0) throw OracleError.NoColumn(Quoted(rename.From), rename.Start);
        if (IsComputedFrom(before, rename.From)) throw OracleError.Unsupported("renaming a column that a virtual column or an index computes from", rename.Start);
        if (before.IndexOf(rename.To) >= 0) throw new OracleError(957, "duplicate column name", rename.Start);
        after = before with
        {
            Columns = before.Columns.SetItem(at, before.Columns[at] with { Name = rename.To }),
            Constraints = [.. before.Constraints.Select(c => c with
            {
                Columns = New(c.Columns),
                CheckText = c.IsNotNull && c.Columns[0] == rename.From ? $"{Quoted(rename.To)} IS NOT NULL" : c.CheckText,
                Renamed = c.Check == null ? c.Renamed : NewNames(c.Renamed),
                References = c.References is { } key && key.Table == before.Name ? key with { Columns = New(key.Columns) } : c.References,
            })],
            Indexes = [.. before.Indexes.Select(i => i with { Columns = New(i.Columns) })],
        };
        foreach (var (child, _) in catalog.Referencing(before.Name).Where(r => r.Table.Name != before.Name).ToList())
        {
            catalog = catalog.With(child with
            {
                Constraints = [.. child.Constraints.Select(c => c.References is { } key && key.Table == before.Name ? c with { References = key with { Columns = New(key.Columns) } } : c)],
            });
        }
        return catalog.With(after);

        ImmutableArray<string> New(ImmutableArray<string> columns) => [.. columns.Select(c => c == rename.From ? rename.To : c)];

        ImmutableDictionary<string, string> NewNames(ImmutableDictionary<string, string> names)
        {
            var known = names.FirstOrDefault(n => n.Value == rename.From).Key ?? rename.From;
            return names.SetItem(known, rename.To);
        }
    }

    private static Catalog Renamed(Catalog catalog, Table before, string name, out Table after)
    {
        if (catalog.IsNameTaken(name)) throw NameTaken(0);
        after = before with { Name = name };
        var tables = catalog.Tables.Remove(before.Name).Add(name, after);
        foreach (var table in tables.Values.Where(t => t.Constraints.Any(c => c.References?.Table == before.Name)).ToList())
        {
            tables = tables.SetItem(table.Name, table with
            {
                Constraints = [.. table.Constraints.Select(c => c.References is { } key && key.Table == before.Name ? c with { References = key with { Table = name } } : c)],
            });
        }
        after = tables[name];
        return catalog with { Tables = tables, Version = catalog.Version + 1 };
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
