using System.Collections.Immutable;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

internal sealed record TableColumn(string Name, OracleType Type, Expr? Default, string? DefaultText, bool NotNull)
{
    /// <summary>Whether the default also stands for an explicit NULL.</summary>
    public bool DefaultOnNull { get; init; }

    /// <summary>The sequence that an identity column draws from.</summary>
    public string? Identity { get; init; }

    public bool IsAlwaysIdentity { get; init; }

    public string? Comment { get; init; }

    /// <summary>What a virtual column computes, and how that was written.</summary>
    public Expr? Computed { get; init; }

    public string? ComputedText { get; init; }

    public bool IsVirtual => Computed != null;

    /// <summary>Seen by its name only.</summary>
    public bool IsInvisible { get; init; }

    /// <summary>Made by the system: what an index computes, or whose row of a temporary table it is.</summary>
    public bool IsHidden { get; init; }

    public bool HasDefault => Default != null || Identity != null || Name == Table.SessionColumn;
}

/// <summary>The key that a foreign key references.</summary>
internal sealed record ReferencedKey(string Table, string Constraint, ImmutableArray<string> Columns, string OnDelete);

internal sealed record TableConstraint(
    ConstraintKind Kind, string Name, ImmutableArray<string> Columns, Expr? Check, string? CheckText, bool IsNamed)
{
    public ReferencedKey? References { get; init; }

    /// <summary>Columns that were renamed since a CHECK was written, by the name it knows.</summary>
    public ImmutableDictionary<string, string> Renamed { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>A NOT NULL, which the column itself says too.</summary>
    public bool IsNotNull => Kind == ConstraintKind.Check && Check == null;

    public bool IsKey => Kind is ConstraintKind.PrimaryKey or ConstraintKind.Unique;

    public bool IsDisabled { get; init; }

    public bool IsDeferrable { get; init; }

    /// <summary>Checked at the commit.</summary>
    public bool IsDeferred { get; init; }

    /// <summary>Whether every statement must keep to it.</summary>
    public bool IsEnforced => !IsDisabled && !IsDeferred;
}

internal sealed record TableIndex(string Name, bool Unique, ImmutableArray<string> Columns);

/// <summary>A table as the data dictionary knows it.</summary>
internal sealed record Table(
    string Name, ImmutableArray<TableColumn> Columns, ImmutableArray<TableConstraint> Constraints, ImmutableArray<TableIndex> Indexes)
{
    /// <summary>The hidden column that tells whose row of a temporary table it is.</summary>
    public const string SessionColumn = "ora$session";

    public string? Comment { get; init; }

    /// <summary>Null for a table whose rows are everybody's.</summary>
    public TemporaryRowsEnd? Temporary { get; init; }

    /// <summary>The columns that are stored, then those that are computed.</summary>
    public IEnumerable<TableColumn> StoredFirst => Columns.OrderBy(c => c.IsVirtual);

    public IEnumerable<TableColumn> Stored => Columns.Where(c => !c.IsVirtual);

    public int IndexOf(string column)
    {
        for (var i = 0; i < Columns.Length; i++) if (Columns[i].Name == column) return i;
        return -1;
    }

    /// <summary>The constraint or unique index over exactly these columns, for ORA-00001.</summary>
    public string UniqueNameOver(IReadOnlyCollection<string> columns)
    {
        foreach (var constraint in Constraints)
            if (constraint.IsKey && constraint.Columns.SequenceEqual(columns)) return constraint.Name;
        foreach (var index in Indexes)
            if (index.Unique && index.Columns.SequenceEqual(columns)) return index.Name;
        return $"{Name}_UNIQUE";
    }
}

internal sealed record View(string Name, ImmutableArray<string> Columns, Query Query, string Text, bool IsReadOnly)
{
    /// <summary>WITH CHECK OPTION: rows that are written through it must be ones that it shows.</summary>
    public bool ChecksRows { get; init; }

    public string? Comment { get; init; }
}

/// <summary>A sequence's definition; its values live outside of the dictionary.</summary>
internal sealed record Sequence(string Name, SequenceOptions Options, bool IsIdentity)
{
    /// <summary>Differs for each definition under one name, so that a dropped and recreated sequence starts anew.</summary>
    public int Incarnation { get; init; }
}

/// <summary>The data dictionary of the one schema: immutable, replaced as a whole by DDL.</summary>
internal sealed record Catalog(string Schema, ImmutableSortedDictionary<string, Table> Tables, int Version, int NextName)
{
    public ImmutableSortedDictionary<string, View> Views { get; init; } = ImmutableSortedDictionary.Create<string, View>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, Sequence> Sequences { get; init; } = ImmutableSortedDictionary.Create<string, Sequence>(StringComparer.Ordinal);

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

    public Sequence FindSequence(string name, int position) =>
        Sequences.TryGetValue(name, out var sequence) ? sequence : throw new OracleError(2289, "sequence does not exist", position);

    public Catalog With(Table table) => this with { Tables = Tables.SetItem(table.Name, table), Version = Version + 1 };

    public Catalog With(Sequence sequence) => this with { Sequences = Sequences.SetItem(sequence.Name, sequence), Version = Version + 1 };

    public Catalog With(View view) => this with { Views = Views.SetItem(view.Name, view), Version = Version + 1 };

    /// <summary>Without a table, and the sequences of its identity columns.</summary>
    public Catalog Without(string table) => this with
    {
        Tables = Tables.Remove(table),
        Sequences = Tables.TryGetValue(table, out var dropped) ? Sequences.RemoveRange(dropped.Columns.Select(c => c.Identity).OfType<string>()) : Sequences,
        Version = Version + 1,
    };

    /// <summary>The table that owns a unique or check constraint, or an index, of this name.</summary>
    public Table? OwnerOf(string name) =>
        Tables.Values.FirstOrDefault(t => t.Constraints.Any(c => c.Name == name) || t.Indexes.Any(i => i.Name == name));

    /// <summary>Foreign keys that reference a table, with the tables that have them.</summary>
    public IEnumerable<(Table Table, TableConstraint Key)> Referencing(string table) =>
        from child in Tables.Values from key in child.Constraints where key.References?.Table == table select (child, key);

    public bool IsNameTaken(string name) =>
        Tables.ContainsKey(name) || Views.ContainsKey(name) || Sequences.ContainsKey(name) || Tables.Values.Any(t => t.Indexes.Any(i => i.Name == name));
}
