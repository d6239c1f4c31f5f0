namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>What DDL makes of a catalog.</summary>
internal static partial class CatalogChanges
{
    /// <summary>The catalog after a DDL statement, whatever it is.</summary>
    public static Catalog Apply(Catalog catalog, Statement statement) => statement switch
    {
        CreateTableStatement create => Create(catalog, create, out _),
        AlterTableStatement alter => alter.Changes.Aggregate((Catalog: catalog, alter.Name), (c, change) => (Alter(c.Catalog, c.Name, alter.Start, change, out _, out var after), after.Name)).Catalog,
        DropTableStatement drop => Drop(catalog, drop),
        CreateIndexStatement index => CreateIndex(catalog, index, out _, out _),
        DropIndexStatement drop => DropIndex(catalog, drop),
        CreateSequenceStatement create => CreateSequence(catalog, create),
        AlterSequenceStatement alter => AlterSequence(catalog, alter),
        DropSequenceStatement drop => DropSequence(catalog, drop),
        CreateViewStatement view => CreateView(catalog, view),
        DropViewStatement drop => DropView(catalog, drop),
        CommentStatement comment => Commented(catalog, comment),
        _ => throw OracleError.Unsupported("this DDL statement"),
    };

    public static Catalog Create(Catalog catalog, CreateTableStatement statement, out Table table)
    {
        if (catalog.IsNameTaken(statement.Name)) throw NameTaken(statement.Start);
        table = new Table(statement.Name, [], [], []) { Temporary = statement.Temporary };
        foreach (var column in statement.Columns) (catalog, table) = Add(catalog, table, column);
        if (table.Temporary != null) table = table with { Columns = table.Columns.Add(new TableColumn(Table.SessionColumn, OracleType.Text, null, null, true) { IsHidden = true }) };
        foreach (var constraint in statement.Constraints) (catalog, table) = Add(catalog, table, constraint);
        catalog = catalog.With(table);
        return catalog;
    }

    private static Catalog Drop(Catalog catalog, DropTableStatement drop)
    {
        if (drop.IfExists && !catalog.Tables.ContainsKey(drop.Name)) return catalog;
        var table = catalog.Find(drop.Name, drop.Start);
        foreach (var (child, key) in catalog.Referencing(table.Name).Where(r => r.Table.Name != table.Name).ToList())
        {
            if (!drop.Cascades) throw new OracleError(2449, "unique/primary keys in table referenced by foreign keys", drop.Start);
            var current = catalog.Tables[child.Name];
            catalog = catalog.With(current with { Constraints = current.Constraints.RemoveAll(c => c.Name == key.Name) });
        }
        return catalog.Without(table.Name);
    }

    public static Catalog CreateIndex(Catalog catalog, CreateIndexStatement statement, out Table table, out TableIndex index)
    {
        var owner = catalog.Find(statement.Table, statement.Start);
        if (catalog.IsNameTaken(statement.Name) || catalog.OwnerOf(statement.Name) != null) throw NameTaken(0);
        var columns = new List<string>();
        foreach (var key in statement.Keys)
        {
            if (key.Column == null) owner = WithComputed(catalog, owner, key);
            columns.Add(key.Column ?? owner.Columns[^1].Name);
        }
        CheckColumns(owner, columns);
        if (owner.Indexes.Any(i => i.Columns.SequenceEqual(columns))
            || owner.Constraints.Any(c => c.IsKey && c.Columns.SequenceEqual(columns)))
            throw new OracleError(1408, "such column list already indexed");
        index = new TableIndex(statement.Name, statement.Unique, [.. columns]);
        table = owner with { Indexes = owner.Indexes.Add(index) };
        return catalog.With(table);
    }

    private static Catalog DropIndex(Catalog catalog, DropIndexStatement drop)
    {
        var table = catalog.OwnerOf(drop.Name);
        if (table == null) return drop.IfExists ? catalog : throw new OracleError(1418, "specified index does not exist", drop.Start);
        var index = table.Indexes.FirstOrDefault(i => i.Name == drop.Name)
            ?? throw new OracleError(2429, "cannot drop index used for enforcement of unique/primary key", drop.Start);
        return catalog.With(table with
        {
            Indexes = table.Indexes.Remove(index),
            Columns = table.Columns.RemoveAll(c => c is { IsHidden: true, IsVirtual: true } && index.Columns.Contains(c.Name)),
        });
    }

    /// <summary>An expression that an index is over becomes a hidden column.</summary>
    private static Table WithComputed(Catalog catalog, Table table, IndexKey key)
    {
        var column = new TableColumn($"SYS_NC{table.Columns.Length + 1:00000}$", OracleType.Null, null, null, false) { Computed = key.Value, ComputedText = key.Text, IsHidden = true };
        return table with { Columns = table.Columns.Add(column with { Type = new Translator(catalog, []).Computed(table, column).Type }) };
    }

    private static Catalog CreateSequence(Catalog catalog, CreateSequenceStatement create)
    {
        if (catalog.IsNameTaken(create.Name)) throw NameTaken(create.Start);
        create.Options.Check(create.Start);
        return catalog.With(new Sequence(create.Name, create.Options, false) { Incarnation = catalog.Version });
    }

    private static Catalog AlterSequence(Catalog catalog, AlterSequenceStatement alter)
    {
        var sequence = catalog.FindSequence(alter.Name, alter.Start);
        if (alter.Options.Start != null && !alter.Options.Restarts) throw new OracleError(2283, "cannot alter starting sequence number", alter.Start);
        var options = alter.Options.Over(sequence.Options);
        options.Check(alter.Start);
        return catalog.With(sequence with { Options = options, Incarnation = alter.Options.Restarts ? catalog.Version : sequence.Incarnation });
    }

    private static Catalog DropSequence(Catalog catalog, DropSequenceStatement drop)
    {
        if (drop.IfExists && !catalog.Sequences.ContainsKey(drop.Name)) return catalog;
        if (catalog.FindSequence(drop.Name, drop.Start).IsIdentity) throw new OracleError(32794, "cannot drop a system-generated sequence", drop.Start);
        return catalog with { Sequences = catalog.Sequences.Remove(drop.Name), Version = catalog.Version + 1 };
    }

    private static Catalog CreateView(Catalog catalog, CreateViewStatement create)
    {
        if (!(create.Replaces && catalog.Views.ContainsKey(create.Name)) && catalog.IsNameTaken(create.Name)) throw NameTaken(create.Start);
        return catalog.With(new View(create.Name, [.. create.Columns], create.Query, create.QueryText, create.IsReadOnly) { ChecksRows = create.ChecksRows });
    }

    private static Catalog DropView(Catalog catalog, DropViewStatement drop)
    {
        if (!catalog.Views.ContainsKey(drop.Name)) return drop.IfExists ? catalog : throw OracleError.NoTable(drop.Start);
        return catalog with { Views = catalog.Views.Remove(drop.Name), Version = catalog.Version + 1 };
    }

    private static Catalog Commented(Catalog catalog, CommentStatement comment)
    {
        var text = comment.Text.Length == 0 ? null : comment.Text;
        if (comment.Column == null && catalog.Views.TryGetValue(comment.Table, out var view)) return catalog.With(view with { Comment = text });
        var table = catalog.Find(comment.Table, comment.Start);
        if (comment.Column == null) return catalog.With(table with { Comment = text });
        var at = table.IndexOf(comment.Column);
        if (at < 0) throw OracleError.NoColumn(Quoted(comment.Column), comment.Start);
        return catalog.With(table with { Columns = table.Columns.SetItem(at, table.Columns[at] with { Comment = text }) });
    }

    private static OracleError NameTaken(int position) => new(955, "name is already used by an existing object", position);
}
