using System.Numerics;
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
            "IND_COLUMNS" when bare != name => IndexColumns(catalog),
            "SEQUENCES" when bare != name => Sequences(catalog),
            "VIEWS" when bare != name => Views(catalog),
            "TAB_IDENTITY_COLS" when bare != name => Identities(catalog),
            "TAB_COMMENTS" when bare != name => new View(["TABLE_NAME", "TABLE_TYPE", "COMMENTS"], [Name, Flag, OracleType.Text], [.. catalog.Tables.Values.Select(t => new object?[] { t.Name, "TABLE", t.Comment })]),
            "COL_COMMENTS" when bare != name => new View(["TABLE_NAME", "COLUMN_NAME", "COMMENTS"], [Name, Name, OracleType.Text], [.. catalog.Tables.Values.SelectMany(t => t.Columns.Select(c => new object?[] { t.Name, c.Name, c.Comment }))]),
            "SYNONYMS" when bare != name => new View(["SYNONYM_NAME", "TABLE_OWNER", "TABLE_NAME", "DB_LINK"], [Name, Name, Name, Name], []),
            "DB_LINKS" when bare != name => new View(["DB_LINK", "USERNAME", "HOST", "CREATED"], [Name, Name, OracleType.Text, OracleType.Date], []),
            "USERS" when bare != name => new View(["USERNAME", "USER_ID"], [Name, OracleType.Number], [[catalog.Schema, 100]]),
            "NLS_SESSION_PARAMETERS" or "NLS_DATABASE_PARAMETERS" or "NLS_INSTANCE_PARAMETERS" => Parameters(),
            "V$INSTANCE" => new View(["INSTANCE_NUMBER", "INSTANCE_NAME", "HOST_NAME", "VERSION", "STATUS"], [OracleType.Number, Name, Name, Name, Flag], [[1, "FREE", "localhost", "23.0.0.0.0", "OPEN"]]),
            "PRODUCT_COMPONENT_VERSION" => new View(["PRODUCT", "VERSION", "VERSION_FULL", "STATUS"], [Name, Name, Name, Name], [["Oracle Database 23ai Free", "23.0.0.0.0", "23.0.0.0.0", "Develop, Learn, and Run for Free"]]),
            "V$VERSION" => new View(["BANNER"], [Name], [["Oracle Database 23ai Free Release 23.0.0.0.0 - Develop, Learn, and Run for Free"]]),
            _ => null,
        };
        // Users have no owner.
        return view?.Translated(all && bare != "USERS" ? (bare == "IND_COLUMNS" ? "INDEX_OWNER" : bare == "SEQUENCES" ? "SEQUENCE_OWNER" : "OWNER") : null, catalog.Schema);
    }

    private static View Tables(Catalog catalog) => new(
        ["TABLE_NAME", "TABLESPACE_NAME", "STATUS", "TEMPORARY"],
        [Name, Name, Flag, Flag],
        [.. catalog.Tables.Values.Select(t => new object?[] { t.Name, "USERS", "VALID", "N" })]);

    private static View Columns(Catalog catalog) => new(
        ["TABLE_NAME", "COLUMN_NAME", "DATA_TYPE", "DATA_LENGTH", "DATA_PRECISION", "DATA_SCALE", "NULLABLE", "COLUMN_ID", "DATA_DEFAULT", "CHAR_LENGTH", "CHAR_USED", "DEFAULT_ON_NULL", "IDENTITY_COLUMN"],
        [Name, Name, Name, OracleType.Number, OracleType.Number, OracleType.Number, Flag, OracleType.Number, OracleType.Text, OracleType.Number, Flag, Flag, Flag],
        [.. catalog.Tables.Values.SelectMany(t => t.Columns.Select((c, i) => Column(t, c, i + 1)))]);

    private static object?[] Column(Table table, TableColumn column, int id)
    {
        var type = column.Type;
        var isText = type.Kind is TypeKind.Text or TypeKind.Char;
        object? precision = type.Kind == TypeKind.Number && type.Precision > 0 ? type.Precision : null;
        object? scale = type.Kind == TypeKind.Number && type.Precision > 0 && type.Scale != OracleType.NoScale || type.Kind is TypeKind.Timestamp or TypeKind.TimestampTz or TypeKind.TimestampLtz ? type.Scale : null;
        return
        [
            table.Name, column.Name, type.Name, type.Size, precision, scale, column.NotNull ? "N" : "Y", id, column.DefaultText,
            isText ? type.Chars : 0, isText ? type.InChars || type.IsNational ? "C" : "B" : null,
            column.DefaultOnNull ? "YES" : "NO", column.Identity != null ? "YES" : "NO",
        ];
    }

    private static View Constraints(Catalog catalog)
    {
        var rows = new List<object?[]>();
        foreach (var table in catalog.Tables.Values)
        {
            foreach (var c in table.Constraints)
            {
                var kind = c.Kind switch { ConstraintKind.PrimaryKey => "P", ConstraintKind.Unique => "U", ConstraintKind.ForeignKey => "R", _ => "C" };
                var rule = c.References == null ? null : c.References.OnDelete.Length == 0 ? "NO ACTION" : c.References.OnDelete;
                rows.Add([c.Name, kind, table.Name, c.CheckText, c.References?.Constraint, rule, "ENABLED", "NOT DEFERRABLE", "VALIDATED", c.IsNamed ? "USER NAME" : "GENERATED NAME", c.IsKey ? c.Name : null, c.References == null ? null : catalog.Schema]);
            }
        }
        return new View(
            ["CONSTRAINT_NAME", "CONSTRAINT_TYPE", "TABLE_NAME", "SEARCH_CONDITION_VC", "R_CONSTRAINT_NAME", "DELETE_RULE", "STATUS", "DEFERRABLE", "VALIDATED", "GENERATED", "INDEX_NAME", "R_OWNER"],
            [Name, Flag, Name, OracleType.Text, Name, Flag, Flag, Name, Flag, Name, Name, Name],
            rows);
    }

    private static View ConstraintColumns(Catalog catalog) => new(
        ["CONSTRAINT_NAME", "TABLE_NAME", "COLUMN_NAME", "POSITION"],
        [Name, Name, Name, OracleType.Number],
        [.. from table in catalog.Tables.Values
            from constraint in table.Constraints
            from column in constraint.Columns.Select((name, i) => (name, position: constraint.Kind == ConstraintKind.Check ? (int?)null : i + 1))
            select new object?[] { constraint.Name, table.Name, column.name, column.position }]);

    private static View Indexes(Catalog catalog) => new(
        ["INDEX_NAME", "INDEX_TYPE", "TABLE_OWNER", "TABLE_NAME", "TABLE_TYPE", "UNIQUENESS", "STATUS"],
        [Name, Name, Name, Name, Flag, Flag, Flag],
        [.. from table in catalog.Tables.Values
            from index in table.Indexes.Select(i => (i.Name, i.Unique))
                .Concat(table.Constraints.Where(c => c.IsKey).Select(c => (c.Name, Unique: true)))
            select new object?[] { index.Name, "NORMAL", catalog.Schema, table.Name, "TABLE", index.Unique ? "UNIQUE" : "NONUNIQUE", "VALID" }]);

    private static View Objects(Catalog catalog) => new(
        ["OBJECT_NAME", "OBJECT_TYPE", "STATUS"],
        [Name, Name, Flag],
        [
            .. catalog.Tables.Values.Select(t => new object?[] { t.Name, "TABLE", "VALID" }),
            .. catalog.Tables.Values.SelectMany(t => t.Indexes).Select(i => new object?[] { i.Name, "INDEX", "VALID" }),
            .. catalog.Views.Values.Select(v => new object?[] { v.Name, "VIEW", "VALID" }),
            .. catalog.Sequences.Values.Select(s => new object?[] { s.Name, "SEQUENCE", "VALID" }),
        ]);

    private static View IndexColumns(Catalog catalog) => new(
        ["INDEX_NAME", "TABLE_OWNER", "TABLE_NAME", "COLUMN_NAME", "COLUMN_POSITION", "DESCEND"],
        [Name, Name, Name, Name, OracleType.Number, Flag],
        [.. from table in catalog.Tables.Values
            from index in table.Indexes.Select(i => (i.Name, i.Columns)).Concat(table.Constraints.Where(c => c.IsKey).Select(c => (c.Name, c.Columns)))
            from column in index.Columns.Select((name, i) => (name, position: i + 1))
            select new object?[] { index.Name, catalog.Schema, table.Name, column.name, column.position, "ASC" }]);

    private static View Sequences(Catalog catalog) => new(
        ["SEQUENCE_NAME", "MIN_VALUE", "MAX_VALUE", "INCREMENT_BY", "CYCLE_FLAG", "CACHE_SIZE", "LAST_NUMBER"],
        [Name, OracleType.Number, OracleType.Number, OracleType.Number, Flag, OracleType.Number, OracleType.Number],
        [.. catalog.Sequences.Values.Select(s => new object?[]
        {
            s.Name, s.Options.Least, s.Options.Most, s.Options.Step, s.Options.Cycles == true ? "Y" : "N", 20, new TypedSql($"o_last_number({Literals.Quote(s.Name)})", OracleType.Number),
        })]);

    private static View Views(Catalog catalog) => new(
        ["VIEW_NAME", "TEXT_LENGTH", "TEXT_VC"],
        [Name, OracleType.Number, OracleType.Text],
        [.. catalog.Views.Values.Select(v => new object?[] { v.Name, v.Text.Length, v.Text })]);

    private static View Identities(Catalog catalog) => new(
        ["TABLE_NAME", "COLUMN_NAME", "GENERATION_TYPE", "SEQUENCE_NAME"],
        [Name, Name, Name, Name],
        [.. catalog.Tables.Values.SelectMany(t => t.Columns.Where(c => c.Identity != null).Select(c => new object?[] { t.Name, c.Name, c.IsAlwaysIdentity ? "ALWAYS" : "BY DEFAULT", c.Identity }))]);

    private static View Parameters() => new(
        ["PARAMETER", "VALUE"],
        [Name, Name],
        [
            .. ((string[])
            [
                "NLS_LANGUAGE", "NLS_TERRITORY", "NLS_CURRENCY", "NLS_ISO_CURRENCY", "NLS_NUMERIC_CHARACTERS", "NLS_CALENDAR", "NLS_DATE_FORMAT", "NLS_DATE_LANGUAGE", "NLS_SORT", "NLS_TIME_FORMAT",
                "NLS_TIMESTAMP_FORMAT", "NLS_TIME_TZ_FORMAT", "NLS_TIMESTAMP_TZ_FORMAT", "NLS_DUAL_CURRENCY", "NLS_COMP", "NLS_LENGTH_SEMANTICS", "NLS_NCHAR_CONV_EXCP", "NLS_CHARACTERSET", "NLS_NCHAR_CHARACTERSET",
            ]).Select(name => new object?[] { name, new TypedSql($"o_nls_parameter({Literals.Quote(name)})", OracleType.Text) }),
        ]);

    private sealed record View(string[] Names, OracleType[] Types, IReadOnlyList<object?[]> Rows)
    {
        /// <summary>The view as a query; those for all users begin with a column that names the owner.</summary>
        public TranslatedQuery Translated(string? ownerColumn, string schema)
        {
            var owner = ownerColumn == null ? null : schema;
            var columns = Names.Select((n, i) => new OutputColumn(n, Types[i], true)).ToList();
            if (ownerColumn != null) columns.Insert(0, new OutputColumn(ownerColumn, Name, true));
            var names = string.Join(", ", columns.Select((_, i) => $"column{i + 1} AS c{i + 1}"));
            if (Rows.Count == 0) return new TranslatedQuery($"SELECT {string.Join(", ", columns.Select((_, i) => $"NULL AS c{i + 1}"))} WHERE 0", columns);
            var rows = Rows.Select(r => $"({string.Join(", ", (owner == null ? r : [owner, .. r]).Select(Literal))})");
            return new TranslatedQuery($"SELECT {names} FROM (VALUES {string.Join(", ", rows)})", columns);
        }

        private static string Literal(object? value) => value switch
        {
            null => "NULL",
            TypedSql sql => sql.Text,
            BigInteger number => Literals.Bytes(new OracleNumber(number, 0).Encode()),
            int number => Literals.Bytes(OracleNumber.From((long)number).Encode()),
            _ => Literals.Quote((string)value),
        };
    }
}
