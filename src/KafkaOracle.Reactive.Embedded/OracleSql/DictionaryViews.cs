using KafkaOracle.Reactive.Embedded.OracleProtocol;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>The data dictionary's views, written out as rows of literals; a plan that holds them lasts as long as its catalog.</summary>
internal static class DictionaryViews
{
    private static readonly OracleType Name = new(TypeKind.Text, Size: 128, Chars: 128);
    private static readonly OracleType Flag = new(TypeKind.Text, Size: 12, Chars: 12);

    public static TranslatedQuery? Find(string name, Catalog catalog)
    {
        var all = name.StartsWith("ALL_", StringComparison.Ordinal) || name.StartsWith("DBA_", StringComparison.Ordinal);
        var bare = all || name.StartsWith("USER_", StringComparison.Ordinal) ? name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..] : name;
        var view = bare switch
        {
            "TABLES" when bare != name => Tables(catalog),
            "TAB_COLUMNS" or "TAB_COLS" when bare != name => Columns(catalog),
            "CONSTRAINTS" when bare != name => Constraints(catalog),
            "CONS_COLUMNS" when bare != name => ConstraintColumns(catalog),
            "INDEXES" when bare != name => Indexes(catalog),
            "OBJECTS" when bare != name => Objects(catalog),
            "V$VERSION" => new View(["BANNER"], [Name], [["Oracle Database 23ai Free Release 23.0.0.0.0 - Develop, Learn, and Run for Free"]]),
            _ => null,
        };
        return view?.Translated(all ? catalog.Schema : null);
    }

    private static View Tables(Catalog catalog) => new(
        ["TABLE_NAME", "TABLESPACE_NAME", "STATUS", "TEMPORARY"],
        [Name, Name, Flag, Flag],
        [.. catalog.Tables.Values.Select(t => new object?[] { t.Name, "USERS", "VALID", "N" })]);

    private static View Columns(Catalog catalog) => new(
        ["TABLE_NAME", "COLUMN_NAME", "DATA_TYPE", "DATA_LENGTH", "DATA_PRECISION", "DATA_SCALE", "NULLABLE", "COLUMN_ID", "DATA_DEFAULT", "CHAR_LENGTH", "CHAR_USED"],
        [Name, Name, Name, OracleType.Number, OracleType.Number, OracleType.Number, Flag, OracleType.Number, OracleType.Text, OracleType.Number, Flag],
        [.. catalog.Tables.Values.SelectMany(t => t.Columns.Select((c, i) => Column(t, c, i + 1)))]);

    private static object?[] Column(Table table, TableColumn column, int id)
    {
        var type = column.Type;
        var isText = type.Kind is TypeKind.Text or TypeKind.Char;
        object? precision = type.Kind == TypeKind.Number && type.Precision > 0 ? type.Precision : null;
        object? scale = type.Kind == TypeKind.Number && type.Precision > 0 || type.Kind is TypeKind.Timestamp or TypeKind.TimestampTz or TypeKind.TimestampLtz ? type.Scale : null;
        return
        [
            table.Name, column.Name, type.Name, type.Size, precision, scale, column.NotNull ? "N" : "Y", id, column.DefaultText,
            isText ? type.Chars : 0, isText ? type.InChars || type.IsNational ? "C" : "B" : null,
        ];
    }

    private static View Constraints(Catalog catalog)
    {
        var rows = new List<object?[]>();
        foreach (var table in catalog.Tables.Values)
        {
            foreach (var c in table.Constraints)
            {
                var kind = c.Kind switch { ConstraintKind.PrimaryKey => "P", ConstraintKind.Unique => "U", _ => "C" };
                rows.Add([c.Name, kind, table.Name, c.CheckText, "ENABLED", c.IsNamed ? "USER NAME" : "GENERATED NAME", c.Kind == ConstraintKind.Check ? null : c.Name]);
            }
        }
        return new View(
            ["CONSTRAINT_NAME", "CONSTRAINT_TYPE", "TABLE_NAME", "SEARCH_CONDITION_VC", "STATUS", "GENERATED", "INDEX_NAME"],
            [Name, Flag, Name, OracleType.Text, Flag, Name, Name],
            rows);
    }

    private static View ConstraintColumns(Catalog catalog) => new(
        ["CONSTRAINT_NAME", "TABLE_NAME", "COLUMN_NAME", "POSITION"],
        [Name, Name, Name, OracleType.Number],
        [.. from table in catalog.Tables.Values
            from constraint in table.Constraints
            from column in constraint.Columns.Select((name, i) => (name, position: i + 1))
            select new object?[] { constraint.Name, table.Name, column.name, column.position }]);

    private static View Indexes(Catalog catalog) => new(
        ["INDEX_NAME", "TABLE_NAME", "UNIQUENESS"],
        [Name, Name, Flag],
        [.. from table in catalog.Tables.Values
            from index in table.Indexes.Select(i => (i.Name, i.Unique))
                .Concat(table.Constraints.Where(c => c.Kind != ConstraintKind.Check).Select(c => (c.Name, Unique: true)))
            select new object?[] { index.Name, table.Name, index.Unique ? "UNIQUE" : "NONUNIQUE" }]);

    private static View Objects(Catalog catalog) => new(
        ["OBJECT_NAME", "OBJECT_TYPE", "STATUS"],
        [Name, Name, Flag],
        [.. catalog.Tables.Values.Select(t => new object?[] { t.Name, "TABLE", "VALID" })]);

    private sealed record View(string[] Names, OracleType[] Types, IReadOnlyList<object?[]> Rows)
    {
        public TranslatedQuery Translated(string? owner)
        {
            var columns = Names.Select((n, i) => new OutputColumn(n, Types[i], true)).ToList();
            if (owner != null) columns.Insert(0, new OutputColumn("OWNER", Name, true));
            var names = string.Join(", ", columns.Select((_, i) => $"column{i + 1} AS c{i + 1}"));
            if (Rows.Count == 0) return new TranslatedQuery($"SELECT {string.Join(", ", columns.Select((_, i) => $"NULL AS c{i + 1}"))} WHERE 0", columns);
            var rows = Rows.Select(r => $"({string.Join(", ", (owner == null ? r : [owner, .. r]).Select(Literal))})");
            return new TranslatedQuery($"SELECT {names} FROM (VALUES {string.Join(", ", rows)})", columns);
        }

        private static string Literal(object? value) => value switch
        {
            null => "NULL",
            int number => Literals.Bytes(OracleNumber.From((long)number).Encode()),
            _ => Literals.Quote((string)value),
        };
    }
}
