using System.Collections.Immutable;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

internal sealed record TableColumn(string Name, OracleType Type, Expr? Default, string? DefaultText, bool NotNull);

internal sealed record TableConstraint(
    ConstraintKind Kind, string Name, ImmutableArray<string> Columns, Expr? Check, string? CheckText, bool IsNamed);

internal sealed record TableIndex(string Name, bool Unique, ImmutableArray<string> Columns);

/// <summary>A table as the data dictionary knows it.</summary>
internal sealed record Table(
    string Name, ImmutableArray<TableColumn> Columns, ImmutableArray<TableConstraint> Constraints, ImmutableArray<TableIndex> Indexes)
{
    public int IndexOf(string column)
    {
        for (var i = 0; i < Columns.Length; i++) if (Columns[i].Name == column) return i;
        return -1;
    }

    /// <summary>The constraint or unique index over exactly these columns, for ORA-00001.</summary>
    public string UniqueNameOver(IReadOnlyCollection<string> columns)
    {
        foreach (var constraint in Constraints)
            if (constraint.Kind != ConstraintKind.Check && constraint.Columns.SequenceEqual(columns)) return constraint.Name;
        foreach (var index in Indexes)
            if (index.Unique && index.Columns.SequenceEqual(columns)) return index.Name;
        return $"{Name}_UNIQUE";
    }
}

/// <summary>The data dictionary of the one schema: immutable, replaced as a whole by DDL.</summary>
internal sealed record Catalog(string Schema, ImmutableSortedDictionary<string, Table> Tables, int Version, int NextName)
{
    public static Catalog Empty(string schema) => new(schema, ImmutableSortedDictionary.Create<string, Table>(StringComparer.Ordinal), 1, 8000);

    public Table Find(string name, int position) => Tables.TryGetValue(name, out var table) ? table : throw OracleError.NoTable(position);

    /// <summary>The table that a DDL statement changes; null when it makes a new one or there is none.</summary>
    public Table? TableOf(Statement ddl) => ddl switch
    {
        AlterTableStatement alter => Tables.GetValueOrDefault(alter.Name),
        DropTableStatement drop => Tables.GetValueOrDefault(drop.Name),
        TruncateStatement truncate => Tables.GetValueOrDefault(truncate.Name),
        CreateIndexStatement index => Tables.GetValueOrDefault(index.Table),
        DropIndexStatement drop => OwnerOf(drop.Name),
        _ => null,
    };

    public Catalog With(Table table) => this with { Tables = Tables.SetItem(table.Name, table), Version = Version + 1 };

    public Catalog Without(string table) => this with { Tables = Tables.Remove(table), Version = Version + 1 };

    /// <summary>The table that owns a unique or check constraint, or an index, of this name.</summary>
    public Table? OwnerOf(string name) =>
        Tables.Values.FirstOrDefault(t => t.Constraints.Any(c => c.Name == name) || t.Indexes.Any(i => i.Name == name));

    public bool IsNameTaken(string name) => Tables.ContainsKey(name) || Tables.Values.Any(t => t.Indexes.Any(i => i.Name == name));
}
