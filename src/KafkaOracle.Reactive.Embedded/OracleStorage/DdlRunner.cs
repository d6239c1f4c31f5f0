using System.Globalization;
using System.Text;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Carries DDL out in SQLite, inside the open transaction, and gives the catalog that follows.</summary>
internal sealed class DdlRunner(SqliteHandle connection, Catalog catalog)
{
    public Catalog Run(Statement statement)
    {
        switch (statement)
        {
            case CreateTableStatement { Query: not null } create: return CreateFromQuery(create);
            case CreateTableStatement create: return CreateTable(create, create.Sql);
            case AlterTableStatement alter: return Alter(alter);
            case CreateIndexStatement index: return CreateIndex(index);
            case DropTableStatement drop: return DropTable(drop);
            case DropIndexStatement drop: return DropIndex(drop);
            case TruncateStatement truncate:
                connection.Execute($"DELETE FROM {Literals.Name(catalog.Find(truncate.Name, truncate.Start).Name)}");
                return catalog;
            default: throw OracleError.Unsupported("this DDL statement");
        }
    }

    public static Catalog WithoutIndex(Catalog catalog, DropIndexStatement drop, out Table table)
    {
        table = catalog.OwnerOf(drop.Name) ?? throw new OracleError(1418, "specified index does not exist", drop.Start);
        var index = table.Indexes.FirstOrDefault(i => i.Name == drop.Name)
            ?? throw new OracleError(2429, "cannot drop index used for enforcement of unique/primary key", drop.Start);
        return catalog.With(table with { Indexes = table.Indexes.Remove(index) });
    }

    private Catalog CreateTable(CreateTableStatement create, string text)
    {
        var after = CatalogChanges.Create(catalog, create, out var table);
        connection.Execute(Definition(after, table, table.Name));
        CreateIndexes(table);
        Remember(text);
        return after;
    }

    private Catalog CreateFromQuery(CreateTableStatement create)
    {
        var query = new Translator(catalog, []).Query(create.Query!, null);
        var columns = query.Columns.Select(c => new ColumnDefinition(c.Name, create.Start, c.Type.Kind == TypeKind.Char && c.Type.Size == 0 ? OracleType.Text : c.Type, null, null, false)).ToList();
        var text = $"CREATE TABLE {Literals.Name(create.Name)} ({string.Join(", ", columns.Select(c => $"{Literals.Name(c.Name)} {TypeText(c.Type)}"))})";
        var after = CreateTable(new CreateTableStatement(create.Name, create.Start, columns, [], null), text);
        connection.Execute($"INSERT INTO {Literals.Name(create.Name)} {query.Text}");
        return after;
    }

    private static string TypeText(OracleType type) => type.Kind switch
    {
        TypeKind.Number => type.Precision > 0 ? string.Create(CultureInfo.InvariantCulture, $"NUMBER({type.Precision},{type.Scale})") : "NUMBER",
        TypeKind.Text or TypeKind.Char => type.IsNational ? $"{type.Name}({type.Chars})" : type.InChars ? $"{type.Name}({type.Chars} CHAR)" : $"{type.Name}({Math.Max(1, type.Size)})",
        TypeKind.Raw => $"RAW({type.Size})",
        TypeKind.Interval => throw OracleError.Unsupported("interval columns"),
        _ => type.Name,
    };

    private Catalog Alter(AlterTableStatement alter)
    {
        var after = CatalogChanges.Alter(catalog, alter, out var before, out var table);
        const string Rebuilt = "ora$rebuilt";
        connection.Execute(Definition(after, table, Rebuilt));
        var translator = new Translator(after, []);
        var values = table.Columns.Select(c => before.IndexOf(c.Name) >= 0 ? Literals.Name(c.Name) : translator.Default(table, c));
        try
        {
            connection.Execute($"INSERT INTO {Literals.Name(Rebuilt)} SELECT {string.Join(", ", values)} FROM {Literals.Name(before.Name)}");
        }
        catch (SqliteFailure e) when (e.Message.StartsWith("NOT NULL", StringComparison.Ordinal))
        {
            throw new OracleError(1758, "table must be empty to add mandatory (NOT NULL) column");
        }
        catch (SqliteFailure e) when (e.Message.StartsWith("CHECK", StringComparison.Ordinal))
        {
            throw new OracleError(2293, $"cannot validate ({catalog.Schema}.{e.Message[(e.Message.LastIndexOf(' ') + 1)..]}) - check constraint violated");
        }
        connection.Execute($"DROP TABLE {Literals.Name(before.Name)}");
        connection.Execute($"ALTER TABLE {Literals.Name(Rebuilt)} RENAME TO {Literals.Name(table.Name)}");
        CreateIndexes(table);
        Remember(alter.Sql);
        return after;
    }

    private Catalog CreateIndex(CreateIndexStatement statement)
    {
        var after = CatalogChanges.CreateIndex(catalog, statement, out var table, out var index);
        CreateIndex(table, index.Name, index.Unique, index.Columns, new OracleError(1452, "cannot CREATE UNIQUE INDEX; duplicate keys found"));
        Remember(statement.Sql);
        return after;
    }

    private Catalog DropTable(DropTableStatement drop)
    {
        if (drop.IfExists && !catalog.Tables.ContainsKey(drop.Name)) return catalog;
        var table = catalog.Find(drop.Name, drop.Start);
        connection.Execute($"DROP TABLE {Literals.Name(table.Name)}");
        Remember(drop.Sql);
        return catalog.Without(table.Name);
    }

    private Catalog DropIndex(DropIndexStatement drop)
    {
        var after = WithoutIndex(catalog, drop, out _);
        connection.Execute($"DROP INDEX {IndexName(drop.Name)}");
        Remember(drop.Sql);
        return after;
    }

    private static string Definition(Catalog after, Table table, string name)
    {
        var text = new StringBuilder($"CREATE TABLE {Literals.Name(name)} (");
        text.AppendJoin(", ", table.Columns.Select(c => Literals.Name(c.Name) + (c.NotNull ? " NOT NULL" : "")));
        var translator = new Translator(after, []);
        foreach (var constraint in table.Constraints)
        {
            if (constraint.Check == null) continue;
            text.Append($", CONSTRAINT {Literals.Name(constraint.Name)} CHECK ({translator.Check(table, constraint.Check)})");
        }
        return text.Append(')').ToString();
    }

    private void CreateIndexes(Table table)
    {
        foreach (var constraint in table.Constraints)
        {
            if (constraint.Kind == ConstraintKind.Check) continue;
            var failure = constraint.Kind == ConstraintKind.PrimaryKey
                ? new OracleError(2437, $"cannot validate ({catalog.Schema}.{constraint.Name}) - primary key violated")
                : new OracleError(2299, $"cannot validate ({catalog.Schema}.{constraint.Name}) - duplicate keys found");
            CreateIndex(table, constraint.Name, true, constraint.Columns, failure);
        }
        foreach (var index in table.Indexes)
            CreateIndex(table, index.Name, index.Unique, index.Columns, new OracleError(1452, "cannot CREATE UNIQUE INDEX; duplicate keys found"));
    }

    private void CreateIndex(Table table, string name, bool unique, IEnumerable<string> columns, OracleError duplicates)
    {
        try
        {
            connection.Execute($"CREATE {(unique ? "UNIQUE " : "")}INDEX {IndexName(name)} ON {Literals.Name(table.Name)} ({string.Join(", ", columns.Select(Literals.Name))})");
        }
        catch (SqliteFailure e) when (e.Message.StartsWith("UNIQUE", StringComparison.Ordinal))
        {
            throw duplicates;
        }
    }

    // Tables and indexes share one name space in SQLite, constraints and tables do not in Oracle.
    private static string IndexName(string name) => Literals.Name($"ora$ix${name}");

    private void Remember(string text)
    {
        using var insert = connection.Prepare("INSERT INTO \"ora$ddl\" (text, next_name) VALUES (?1, ?2)");
        insert.BindText(1, Encoding.UTF8.GetBytes(text));
        insert.BindText(2, Encoding.UTF8.GetBytes(catalog.NextName.ToString(CultureInfo.InvariantCulture)));
        insert.Step();
    }
}
