using System.Globalization;
using System.Text;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Carries DDL out in SQLite, inside the open transaction, and gives the catalog that follows.</summary>
internal sealed class DdlRunner(SqliteHandle connection, Catalog catalog)
{
    private readonly TableIndexes _indexes = new(connection, catalog.Schema);

    public Catalog Run(Statement statement)
    {
        switch (statement)
        {
            case CreateTableStatement { IfNotExists: true } create when catalog.Tables.ContainsKey(create.Name):
            case CreateSequenceStatement { IfNotExists: true } sequence when catalog.Sequences.ContainsKey(sequence.Name):
            case CreateIndexStatement { IfNotExists: true } existing when catalog.Tables.Values.Any(t => t.Indexes.Any(i => i.Name == existing.Name)):
                return catalog;
            case CreateTableStatement { Query: not null } create: return CreateFromQuery(create);
            case CreateTableStatement create: return CreateTable(create, create.Sql);
            case AlterTableStatement alter: return Alter(alter);
            case CreateIndexStatement index:
                var indexed = CatalogChanges.CreateIndex(catalog, index, out var table, out var added);
                foreach (var column in table.Columns.Where(c => catalog.Tables[table.Name].IndexOf(c.Name) < 0))
                    connection.Execute($"ALTER TABLE {Literals.Name(table.Name)} ADD COLUMN {Column(indexed, table, column)}");
                _indexes.Create(table, added);
                return Remembered(indexed, index.Sql);
            case DropTableStatement drop: return DropTable(drop);
            case DropIndexStatement drop:
                var after = CatalogChanges.Apply(catalog, drop);
                if (ReferenceEquals(after, catalog)) return catalog;
                _indexes.Drop(drop.Name);
                var owner = catalog.OwnerOf(drop.Name)!;
                foreach (var column in owner.Columns.Where(c => after.Tables[owner.Name].IndexOf(c.Name) < 0))
                    connection.Execute($"ALTER TABLE {Literals.Name(owner.Name)} DROP COLUMN {Literals.Name(column.Name)}");
                return Remembered(after, drop.Sql);
            case CreateViewStatement view:
                var viewed = CatalogChanges.Apply(catalog, view);
                new Translator(viewed, []).ViewQuery(viewed.Views[view.Name], view.Start);
                return Remembered(viewed, view.Sql);
            case CreateSequenceStatement or AlterSequenceStatement or DropSequenceStatement or DropViewStatement or CommentStatement:
                return Remembered(CatalogChanges.Apply(catalog, statement), statement.Sql);
            case TruncateStatement truncate: return Truncate(truncate);
            default: throw OracleError.Unsupported("this DDL statement");
        }
    }

    private Catalog Remembered(Catalog after, string text)
    {
        if (!ReferenceEquals(after, catalog)) Remember(text);
        return after;
    }

    private Catalog CreateTable(CreateTableStatement create, string text)
    {
        var after = CatalogChanges.Create(catalog, create, out var table);
        connection.Execute(Definition(after, table, table.Name));
        _indexes.Create(table);
        Remember(text);
        return after;
    }

    private Catalog CreateFromQuery(CreateTableStatement create)
    {
        var query = new Translator(catalog, []).Query(create.Query!, null);
        var block = create.Query!.Blocks[0].Block;
        if (block.Nested == null && block.Items.FirstOrDefault(i => i.Alias == null && i.Value is not (ColumnExpr or StarExpr)) is { } unnamed)
            throw new OracleError(998, "must name this expression with a column alias", unnamed.Value.Start);
        // A column taken as it is keeps a NOT NULL that was written, not that of a primary key.
        var source = create.Query.Blocks.Count == 1 && block.From is TableFrom from ? catalog.Tables.GetValueOrDefault(from.Name) : null;
        bool Keeps(OutputColumn c) => create.Query.Blocks.Count == 1 && !c.Nullable && (source == null || source.Constraints.Any(k => k.IsNotNull && k.Columns[0] == c.Column));
        var columns = query.Columns.Select(c => new ColumnDefinition(c.Name, create.Start, Stored(c, create.Start), null, null, Keeps(c))).ToList();
        var kind = create.Temporary == null ? "TABLE" : "GLOBAL TEMPORARY TABLE";
        var text = $"CREATE {kind} {Literals.Name(create.Name)} ({string.Join(", ", columns.Select(c => $"{Literals.Name(c.Name)} {TypeText(c.Type)}{(c.NotNull ? " NOT NULL" : "")}"))})";
        if (create.Temporary == TemporaryRowsEnd.Session) text += " ON COMMIT PRESERVE ROWS";
        var after = CreateTable(new CreateTableStatement(create.Name, create.Start, columns, [], null) { Temporary = create.Temporary }, text);
        // Rows of a temporary table that go at the commit are gone when it is there.
        if (create.Temporary != TemporaryRowsEnd.Commit)
            connection.Execute($"INSERT INTO {Literals.Name(create.Name)} SELECT *{(create.Temporary == null ? "" : ", o_session()")} FROM ({query.Text})");
        return after;
    }

    /// <summary>The type of a column that holds a query's values.</summary>
    private static OracleType Stored(OutputColumn column, int position) => column.Type.Kind switch
    {
        TypeKind.Null => throw new OracleError(1723, "zero-length columns are not allowed", position),
        TypeKind.Number => column.Type with { Size = OracleType.Number.Size }, // a literal's is its own
        TypeKind.Text or TypeKind.Char when column.Type.Size == 0 => OracleType.Text,
        _ => column.Type,
    };

    private static string TypeText(OracleType type) => type.Kind switch
    {
        TypeKind.Number when type.Precision > 0 && type.Scale == OracleType.NoScale => string.Create(CultureInfo.InvariantCulture, $"FLOAT({type.Precision})"),
        TypeKind.Number => type.Precision > 0 ? string.Create(CultureInfo.InvariantCulture, $"NUMBER({type.Precision},{type.Scale})") : "NUMBER",
        TypeKind.Text or TypeKind.Char => type.IsNational ? $"{type.Name}({type.Chars})" : type.InChars ? $"{type.Name}({type.Chars} CHAR)" : $"{type.Name}({Math.Max(1, type.Size)})",
        TypeKind.Raw => $"RAW({type.Size})",
        _ => type.Name,
    };

    private Catalog Alter(AlterTableStatement alter)
    {
        var (current, name) = (catalog, alter.Name);
        foreach (var change in alter.Changes)
        {
            var after = CatalogChanges.Alter(current, name, alter.Start, change, out var before, out var table);
            switch (change)
            {
                case RenameTable:
                    connection.Execute($"ALTER TABLE {Literals.Name(before.Name)} RENAME TO {Literals.Name(table.Name)}");
                    break;
                case RenameColumn rename:
                    connection.Execute($"ALTER TABLE {Literals.Name(before.Name)} RENAME COLUMN {Literals.Name(rename.From)} TO {Literals.Name(rename.To)}");
                    break;
                default:
                    if (change is ModifyColumn modify) CheckModified(before, table, modify.Column.Name);
                    Rebuild(after, before, table, change);
                    break;
            }
            (current, name) = (after, table.Name);
        }
        Remember(alter.Sql);
        return current;
    }

    /// <summary>SQLite changes little of a table in place: a new one takes its rows and its name.</summary>
    private void Rebuild(Catalog after, Table before, Table table, TableChange change)
    {
        const string Rebuilt = "ora$rebuilt";
        connection.Execute(Definition(after, table, Rebuilt));
        var translator = new Translator(after, []);
        var stored = table.Stored.ToList();
        var values = stored.Select(c => before.IndexOf(c.Name) is var at and >= 0
            ? before.Columns[at].Type == c.Type ? Literals.Name(c.Name) : translator.Refitted(table, c, before.Columns[at])
            : translator.Default(table, c)).ToList();
        try
        {
            connection.Execute($"INSERT INTO {Literals.Name(Rebuilt)} ({string.Join(", ", stored.Select(c => Literals.Name(c.Name)))}) SELECT {string.Join(", ", values)} FROM {Literals.Name(before.Name)}");
        }
        catch (SqliteFailure e) when (e.Message.StartsWith("NOT NULL", StringComparison.Ordinal))
        {
            throw change switch
            {
                SwitchConstraint { Name: { } name } when table.Constraints.Any(c => c.Name == name && c.IsNotNull) => new OracleError(2296, $"cannot enable ({catalog.Schema}.{name}) - null values found"),
                SwitchConstraint => new OracleError(2437, $"cannot validate ({catalog.Schema}.{table.Constraints.First(c => c.Kind == ConstraintKind.PrimaryKey).Name}) - primary key violated"),
                AddConstraint => new OracleError(1449, "column contains NULL values; cannot alter to NOT NULL"),
                ModifyColumn => new OracleError(2296, $"cannot enable ({catalog.Schema}.) - null values found"),
                _ => new OracleError(1758, "table must be empty to add mandatory (NOT NULL) column"),
            };
        }
        catch (SqliteFailure e) when (e.Message.StartsWith("CHECK", StringComparison.Ordinal))
        {
            throw new OracleError(2293, $"cannot validate ({catalog.Schema}.{e.Message[(e.Message.LastIndexOf(' ') + 1)..]}) - check constraint violated");
        }
        catch (SqliteFailure e) when (OracleError.FromText(e.Message) is { Code: 12899 })
        {
            throw new OracleError(1441, "cannot decrease column length because some value is too big");
        }
        connection.Execute($"DROP TABLE {Literals.Name(before.Name)}");
        connection.Execute($"ALTER TABLE {Literals.Name(Rebuilt)} RENAME TO {Literals.Name(table.Name)}");
        _indexes.Create(table);
        if (change is AddConstraint { Constraint.Kind: ConstraintKind.ForeignKey } or SwitchConstraint { Enables: true }) ForeignKeys.Validate(connection, table, catalog.Schema);
    }

    /// <summary>A column with values keeps its type and its precision.</summary>
    private void CheckModified(Table before, Table after, string column)
    {
        var at = before.IndexOf(column);
        var (from, to) = (before.Columns[at].Type, after.Columns[at].Type);
        if (from == to) return;
        var isOtherType = from.Kind != to.Kind && !(from.Kind is TypeKind.Text or TypeKind.Char && to.Kind is TypeKind.Text or TypeKind.Char)
            && !(from.Kind == TypeKind.Date && to.Kind == TypeKind.Timestamp);
        var isLess = from.Kind == TypeKind.Number && to.Kind == TypeKind.Number && to.Precision > 0
            && (from.Precision == 0 || to.Scale < from.Scale || to.Precision - to.Scale < from.Precision - from.Scale);
        if (!isOtherType && !isLess) return;
        using var values = connection.Prepare($"SELECT 1 FROM {Literals.Name(before.Name)} WHERE {Literals.Name(column)} IS NOT NULL LIMIT 1");
        if (values.Step())
            throw isOtherType ? new OracleError(1439, "column to be modified must be empty to change datatype") : new OracleError(1440, "column to be modified must be empty to decrease precision or scale");
    }

    private Catalog DropTable(DropTableStatement drop)
    {
        var after = CatalogChanges.Apply(catalog, drop);
        if (ReferenceEquals(after, catalog)) return catalog;
        foreach (var child in after.Tables.Values.Where(t => !ReferenceEquals(t, catalog.Tables[t.Name])))
            Rebuild(after, catalog.Tables[child.Name], child, new DropConstraint(null, null, []));
        connection.Execute($"DROP TABLE {Literals.Name(drop.Name)}");
        Remember(drop.Sql);
        return after;
    }

    private Catalog Truncate(TruncateStatement truncate)
    {
        var table = catalog.Find(truncate.Name, truncate.Start);
        if (catalog.Referencing(table.Name).Any(r => r.Table.Name != table.Name))
            throw new OracleError(2266, "unique/primary keys in table referenced by enabled foreign keys", truncate.Start);
        connection.Execute($"DELETE FROM {Literals.Name(table.Name)}{(table.Temporary == null ? "" : $" WHERE {Literals.Name(Table.SessionColumn)} = o_session()")}");
        return catalog;
    }

    private static string Column(Catalog after, Table table, TableColumn column)
    {
        var computed = column.IsVirtual ? $" GENERATED ALWAYS AS ({new Translator(after, []).Computed(table, column).Text}) VIRTUAL" : "";
        return Literals.Name(column.Name) + computed + (column.NotNull ? " NOT NULL" : "");
    }

    private static string Definition(Catalog after, Table table, string name)
    {
        var text = new StringBuilder($"CREATE TABLE {Literals.Name(name)} (");
        text.AppendJoin(", ", table.Columns.Select(c => Column(after, table, c)));
        foreach (var constraint in table.Constraints.Where(c => c.IsEnforced))
        {
            if (constraint.Check != null)
                text.Append($", CONSTRAINT {Literals.Name(constraint.Name)} CHECK ({new Translator(after, []).Check(table, constraint)})");
            else if (constraint.References != null)
                text.Append($", {ForeignKeys.Definition(constraint)}");
        }
        return text.Append(')').ToString();
    }

    private void Remember(string text)
    {
        using var insert = connection.Prepare("INSERT INTO \"ora$ddl\" (text, next_name) VALUES (?1, ?2)");
        insert.BindText(1, Encoding.UTF8.GetBytes(text));
        insert.BindText(2, Encoding.UTF8.GetBytes(catalog.NextName.ToString(CultureInfo.InvariantCulture)));
        insert.Step();
    }
}
