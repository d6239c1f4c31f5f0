using System.Numerics;
using KafkaOracle.Reactive.Embedded.OracleProtocol;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>The data dictionary's views, written out as rows of literals; a plan that holds them lasts as long as its catalog.</summary>
internal static class DictionaryViews
{
    private static readonly OracleType Name = new(TypeKind.Text, Size: 128, Chars: 128);
    private static readonly OracleType Flag = new(TypeKind.Text, Size: 12, Chars: 12);

    /// <summary>Views of what this server does not have: no rows, and the columns that tools name.</summary>
    private static readonly Dictionary<string, string[]> Empty = new(StringComparer.Ordinal)
    {
        ["SYNONYMS"] = ["SYNONYM_NAME", "TABLE_OWNER", "TABLE_NAME", "DB_LINK"],
        ["TRIGGERS"] = ["TRIGGER_NAME", "TRIGGER_TYPE", "TRIGGERING_EVENT", "TABLE_OWNER", "BASE_OBJECT_TYPE", "TABLE_NAME", "STATUS", "TRIGGER_BODY"],
        ["PROCEDURES"] = ["OBJECT_NAME", "PROCEDURE_NAME", "OBJECT_ID", "SUBPROGRAM_ID", "OBJECT_TYPE"],
        ["ARGUMENTS"] = ["OBJECT_NAME", "PACKAGE_NAME", "ARGUMENT_NAME", "POSITION", "SEQUENCE", "DATA_TYPE", "IN_OUT", "DATA_LENGTH", "DATA_PRECISION", "DATA_SCALE"],
        ["SOURCE"] = ["NAME", "TYPE", "LINE", "TEXT"],
        ["TYPES"] = ["TYPE_NAME", "TYPECODE", "ATTRIBUTES", "METHODS", "PREDEFINED"],
        ["MVIEWS"] = ["MVIEW_NAME", "CONTAINER_NAME", "QUERY", "REFRESH_MODE", "STALENESS"],
        ["DB_LINKS"] = ["DB_LINK", "USERNAME", "HOST", "CREATED"],
        ["EXTERNAL_TABLES"] = ["TABLE_NAME", "TYPE_NAME", "DEFAULT_DIRECTORY_NAME"],
        ["PART_TABLES"] = ["TABLE_NAME", "PARTITIONING_TYPE", "PARTITION_COUNT"],
        ["TAB_PARTITIONS"] = ["TABLE_NAME", "PARTITION_NAME", "HIGH_VALUE", "PARTITION_POSITION"],
        ["TAB_PRIVS"] = ["GRANTEE", "TABLE_NAME", "GRANTOR", "PRIVILEGE", "GRANTABLE"],
        ["DEPENDENCIES"] = ["NAME", "TYPE", "REFERENCED_OWNER", "REFERENCED_NAME", "REFERENCED_TYPE"],
        ["RECYCLEBIN"] = ["OBJECT_NAME", "ORIGINAL_NAME", "OPERATION", "TYPE"],
    };

    private static readonly TypedSql Session = new("o_to_number(o_sys_context('USERENV', 'SID'))", OracleType.Number);

    public static TranslatedQuery? Find(string name, Catalog catalog)
    {
        var all = name.StartsWith("ALL_", StringComparison.Ordinal) || name.StartsWith("DBA_", StringComparison.Ordinal);
        var isScoped = all || name.StartsWith("USER_", StringComparison.Ordinal);
        var bare = isScoped ? name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..] : name;
        var view = isScoped ? Scoped(bare, catalog) : Plain(name, catalog);
        return view?.Translated(all ? OwnerColumn(bare) : null, catalog.Schema);
    }

    /// <summary>The first column of a view of all users' objects; users have no owner.</summary>
    private static string? OwnerColumn(string bare) => bare switch
    {
        "USERS" => null,
        "IND_COLUMNS" or "IND_EXPRESSIONS" => "INDEX_OWNER",
        "SEQUENCES" => "SEQUENCE_OWNER",
        _ => "OWNER",
    };

    private static View? Scoped(string bare, Catalog catalog) => bare switch
    {
        "TABLES" or "ALL_TABLES" => Tables(catalog),
        "TAB_COLUMNS" => Columns(catalog, hidden: false),
        "TAB_COLS" => Columns(catalog, hidden: true),
        "CONSTRAINTS" => Constraints(catalog),
        "CONS_COLUMNS" => ConstraintColumns(catalog),
        "INDEXES" => Indexes(catalog),
        "IND_COLUMNS" => IndexColumns(catalog),
        "IND_EXPRESSIONS" => IndexExpressions(catalog),
        "OBJECTS" => Objects(catalog),
        "CATALOG" => new View(["TABLE_NAME", "TABLE_TYPE"], [Name, Flag], [.. Objects(catalog).Rows.Where(r => r[1] is "TABLE" or "VIEW" or "SEQUENCE").Select(r => new[] { r[0], r[1] })]),
        "SEQUENCES" => Sequences(catalog),
        "VIEWS" => Views(catalog),
        "TAB_IDENTITY_COLS" => Identities(catalog),
        "TAB_COMMENTS" => new View(
            ["TABLE_NAME", "TABLE_TYPE", "COMMENTS"],
            [Name, Flag, OracleType.Text],
            [.. catalog.Tables.Values.Select(t => new object?[] { t.Name, "TABLE", t.Comment }), .. catalog.Views.Values.Select(v => new object?[] { v.Name, "VIEW", v.Comment })]),
        "COL_COMMENTS" => new View(["TABLE_NAME", "COLUMN_NAME", "COMMENTS"], [Name, Name, OracleType.Text], [.. catalog.Tables.Values.SelectMany(t => t.Columns.Where(c => !c.IsHidden).Select(c => new object?[] { t.Name, c.Name, c.Comment }))]),
        "USERS" => new View(["USERNAME", "USER_ID", "ACCOUNT_STATUS", "DEFAULT_TABLESPACE"], [Name, OracleType.Number, Flag, Name], [[catalog.Schema, 100, "OPEN", "USERS"]]),
        "TABLESPACES" => new View(["TABLESPACE_NAME", "STATUS", "CONTENTS"], [Name, Flag, Flag], [["USERS", "ONLINE", "PERMANENT"]]),
        "ROLE_PRIVS" => new View(["USERNAME", "GRANTED_ROLE", "ADMIN_OPTION", "DEFAULT_ROLE"], [Name, Name, Flag, Flag], [[catalog.Schema, "CONNECT", "NO", "YES"], [catalog.Schema, "RESOURCE", "NO", "YES"]]),
        "SYS_PRIVS" => new View(["USERNAME", "PRIVILEGE", "ADMIN_OPTION"], [Name, Name, Flag], [.. Privileges.Select(p => new object?[] { catalog.Schema, p, "NO" })]),
        _ => Empty.TryGetValue(bare, out var columns) ? new View(columns, [.. columns.Select(_ => OracleType.Text)], []) : null,
    };

    private static readonly string[] Privileges = ["CREATE SESSION", "CREATE SEQUENCE", "CREATE TABLE", "CREATE VIEW"];

    private static View? Plain(string name, Catalog catalog) => name switch
    {
        "NLS_SESSION_PARAMETERS" or "NLS_DATABASE_PARAMETERS" or "NLS_INSTANCE_PARAMETERS" or "V$NLS_PARAMETERS" => Parameters(),
        "SESSION_PRIVS" => new View(["PRIVILEGE"], [Name], [.. Privileges.Select(p => new object?[] { p })]),
        "SESSION_ROLES" => new View(["ROLE"], [Name], [["CONNECT"], ["RESOURCE"]]),
        "GLOBAL_NAME" => new View(["GLOBAL_NAME"], [Name], [["FREE"]]),
        "TAB" => new View(["TNAME", "TABTYPE", "CLUSTERID"], [Name, Flag, OracleType.Number], [.. catalog.Tables.Keys.Select(t => new object?[] { t, "TABLE", null }), .. catalog.Views.Keys.Select(v => new object?[] { v, "VIEW", null })]),
        "CAT" => Scoped("CATALOG", catalog),
        "V$SESSION" => new View(
            ["SID", "SERIAL#", "AUDSID", "USERNAME", "STATUS", "SCHEMANAME", "TYPE"],
            [OracleType.Number, OracleType.Number, OracleType.Number, Name, Flag, Name, Flag],
            [[Session, 1, Session, catalog.Schema, "ACTIVE", catalog.Schema, "USER"]]),
        "V$DATABASE" => new View(["DBID", "NAME", "OPEN_MODE", "LOG_MODE"], [OracleType.Number, Name, Flag, Flag], [[1, "FREE", "READ WRITE", "NOARCHIVELOG"]]),
        "V$INSTANCE" => new View(["INSTANCE_NUMBER", "INSTANCE_NAME", "HOST_NAME", "VERSION", "STATUS"], [OracleType.Number, Name, Name, Name, Flag], [[1, "FREE", "localhost", "23.0.0.0.0", "OPEN"]]),
        "PRODUCT_COMPONENT_VERSION" => new View(["PRODUCT", "VERSION", "VERSION_FULL", "STATUS"], [Name, Name, Name, Name], [["Oracle Database 23ai Free", "23.0.0.0.0", "23.0.0.0.0", "Develop, Learn, and Run for Free"]]),
        "V$VERSION" => new View(["BANNER", "BANNER_FULL", "CON_ID"], [Name, Name, OracleType.Number], [[Banner, Banner, 0]]),
        _ => null,
    };

    private const string Banner = "Oracle Database 23ai Free Release 23.0.0.0.0 - Develop, Learn, and Run for Free";

    private static View Tables(Catalog catalog) => new(
        ["TABLE_NAME", "TABLESPACE_NAME", "STATUS", "NUM_ROWS", "PARTITIONED", "TEMPORARY", "SECONDARY", "NESTED", "DURATION", "DROPPED", "READ_ONLY", "IOT_TYPE", "TABLE_TYPE"],
        [Name, Name, Flag, OracleType.Number, Flag, Flag, Flag, Flag, Flag, Flag, Flag, Flag, Name],
        [.. catalog.Tables.Values.Select(t => new object?[]
        {
            t.Name, t.Temporary == null ? "USERS" : null, "VALID", null, "NO", t.Temporary == null ? "N" : "Y", "N", "NO",
            t.Temporary switch { null => null, TemporaryRowsEnd.Session => "SYS$SESSION", _ => "SYS$TRANSACTION" }, "NO", "NO", null, null,
        })]);

    /// <summary>Columns of tables, and of views that work; invisible ones have no number.</summary>
    private static View Columns(Catalog catalog, bool hidden) => new(
        [
            "TABLE_NAME", "COLUMN_NAME", "DATA_TYPE", "DATA_TYPE_MOD", "DATA_TYPE_OWNER", "DATA_LENGTH", "DATA_PRECISION", "DATA_SCALE", "NULLABLE", "COLUMN_ID", "DATA_DEFAULT", "CHAR_LENGTH", "CHAR_USED",
            "DEFAULT_LENGTH", "IDENTITY_COLUMN", "DEFAULT_ON_NULL", "HIDDEN_COLUMN", "VIRTUAL_COLUMN", "INTERNAL_COLUMN_ID", "USER_GENERATED",
        ],
        [
            Name, Name, Name, Name, Name, OracleType.Number, OracleType.Number, OracleType.Number, Flag, OracleType.Number, OracleType.Text, OracleType.Number, Flag,
            OracleType.Number, Flag, Flag, Flag, Flag, OracleType.Number, Flag,
        ],
        [
            .. catalog.Tables.Values.SelectMany(t => t.Columns.Where(c => c.Name != Table.SessionColumn && (hidden || !c.IsHidden)).Select((c, i) => Column(t, c, i + 1))),
            .. catalog.Views.Values.SelectMany(v => ViewColumns(v, catalog)),
        ]);

    private static IEnumerable<object?[]> ViewColumns(OracleSql.View view, Catalog catalog)
    {
        try
        {
            var columns = new Translator(catalog, []).ViewQuery(view, 0).Columns;
            var shown = new Table(view.Name, [.. columns.Select(c => new TableColumn(c.Name, c.Type, null, null, !c.Nullable))], [], []);
            return [.. shown.Columns.Select((c, i) => Column(shown, c, i + 1))];
        }
        catch (OracleError)
        {
            return [];
        }
    }

    private static object?[] Column(Table table, TableColumn column, int id)
    {
        var type = column.Type;
        var isText = type.Kind is TypeKind.Text or TypeKind.Char;
        object? precision = type.Kind == TypeKind.Number && type.Precision > 0 ? type.Precision : null;
        object? scale = type.Kind == TypeKind.Number && type.Precision > 0 && type.Scale != OracleType.NoScale || type.Kind is TypeKind.Timestamp or TypeKind.TimestampTz or TypeKind.TimestampLtz ? type.Scale : null;
        return
        [
            table.Name, column.Name, type.Name, null, null, type.Size, precision, scale, column.NotNull ? "N" : "Y", IsUncounted(column) ? null : id - table.Columns.Take(id - 1).Count(IsUncounted), column.DefaultText ?? column.ComputedText,
            isText ? type.Chars : 0, isText ? type.InChars || type.IsNational ? "C" : "B" : null,
            (column.DefaultText ?? column.ComputedText)?.Length, column.Identity == null ? "NO" : "YES", column.DefaultOnNull ? "YES" : "NO", IsUncounted(column) ? "YES" : "NO", column.IsVirtual ? "YES" : "NO", id, column.IsHidden ? "NO" : "YES",
        ];

        static bool IsUncounted(TableColumn column) => column.IsInvisible || column.IsHidden;
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
                rows.Add([c.Name, kind, table.Name, c.CheckText, c.References?.Constraint, rule, c.IsDisabled ? "DISABLED" : "ENABLED", c.IsDeferrable ? "DEFERRABLE" : "NOT DEFERRABLE", c.IsDisabled ? "NOT VALIDATED" : "VALIDATED", c.IsNamed ? "USER NAME" : "GENERATED NAME", c.IsKey ? c.Name : null, c.CheckText, c.References == null ? null : catalog.Schema, c.IsDeferred ? "DEFERRED" : "IMMEDIATE"]);
            }
        }
        return new View(
            ["CONSTRAINT_NAME", "CONSTRAINT_TYPE", "TABLE_NAME", "SEARCH_CONDITION_VC", "R_CONSTRAINT_NAME", "DELETE_RULE", "STATUS", "DEFERRABLE", "VALIDATED", "GENERATED", "INDEX_NAME", "SEARCH_CONDITION", "R_OWNER", "DEFERRED"],
            [Name, Flag, Name, OracleType.Text, Name, Flag, Flag, Name, Flag, Name, Name, OracleType.Text, Name, Flag],
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
        ["INDEX_NAME", "INDEX_TYPE", "TABLE_OWNER", "TABLE_NAME", "TABLE_TYPE", "UNIQUENESS", "TABLESPACE_NAME", "STATUS", "NUM_ROWS", "DISTINCT_KEYS", "LEAF_BLOCKS", "BLEVEL", "PARTITIONED", "TEMPORARY", "GENERATED", "VISIBILITY", "FUNCIDX_STATUS"],
        [Name, Name, Name, Name, Flag, Flag, Name, Flag, OracleType.Number, OracleType.Number, OracleType.Number, OracleType.Number, Flag, Flag, Flag, Flag, Flag],
        [.. from table in catalog.Tables.Values
            from index in IndexesOf(table)
            let isComputed = index.Columns.Any(c => IsHidden(table, c))
            select new object?[]
            {
                index.Name, isComputed ? "FUNCTION-BASED NORMAL" : "NORMAL", catalog.Schema, table.Name, "TABLE", index.Unique ? "UNIQUE" : "NONUNIQUE", "USERS", "VALID", null, null, null, null, "NO",
                table.Temporary == null ? "N" : "Y", "N", "VISIBLE", isComputed ? "ENABLED" : null,
            }]);

    private static IEnumerable<TableIndex> IndexesOf(Table table) =>
        table.Indexes.Concat(table.Constraints.Where(c => c is { IsKey: true, IsDisabled: false }).Select(c => new TableIndex(c.Name, true, c.Columns)));

    private static bool IsHidden(Table table, string column) => table.Columns[table.IndexOf(column)].IsHidden;

    private static View IndexExpressions(Catalog catalog) => new(
        ["INDEX_NAME", "TABLE_OWNER", "TABLE_NAME", "COLUMN_EXPRESSION", "COLUMN_POSITION"],
        [Name, Name, Name, OracleType.Text, OracleType.Number],
        [.. from table in catalog.Tables.Values
            from index in IndexesOf(table)
            from column in index.Columns.Select((name, i) => (name, position: i + 1))
            where IsHidden(table, column.name)
            select new object?[] { index.Name, catalog.Schema, table.Name, table.Columns[table.IndexOf(column.name)].ComputedText, column.position }]);

    private static View Objects(Catalog catalog)
    {
        var objects = new List<(string Name, string Type, bool IsTemporary)>();
        objects.AddRange(catalog.Tables.Values.Select(t => (t.Name, "TABLE", t.Temporary != null)));
        objects.AddRange(catalog.Tables.Values.SelectMany(t => IndexesOf(t).Select(i => (i.Name, "INDEX", t.Temporary != null))));
        objects.AddRange(catalog.Views.Values.Select(v => (v.Name, "VIEW", false)));
        objects.AddRange(catalog.Sequences.Values.Select(s => (s.Name, "SEQUENCE", false)));
        return new View(
            ["OBJECT_NAME", "OBJECT_TYPE", "STATUS", "SUBOBJECT_NAME", "OBJECT_ID", "DATA_OBJECT_ID", "CREATED", "LAST_DDL_TIME", "TIMESTAMP", "TEMPORARY", "GENERATED", "SECONDARY", "NAMESPACE", "ORACLE_MAINTAINED"],
            [Name, Name, Flag, Name, OracleType.Number, OracleType.Number, OracleType.Date, OracleType.Date, Flag, Flag, Flag, Flag, OracleType.Number, Flag],
            [.. objects.Select((o, i) => new object?[] { o.Name, o.Type, "VALID", null, i + 1000, i + 1000, null, null, null, o.IsTemporary ? "Y" : "N", "N", "N", 1, "N" })]);
    }

    private static View IndexColumns(Catalog catalog) => new(
        ["INDEX_NAME", "TABLE_OWNER", "TABLE_NAME", "COLUMN_NAME", "COLUMN_POSITION", "COLUMN_LENGTH", "CHAR_LENGTH", "DESCEND"],
        [Name, Name, Name, Name, OracleType.Number, OracleType.Number, OracleType.Number, Flag],
        [.. from table in catalog.Tables.Values
            from index in IndexesOf(table)
            from column in index.Columns.Select((name, i) => (name, position: i + 1, type: table.Columns[table.IndexOf(name)].Type))
            select new object?[] { index.Name, catalog.Schema, table.Name, column.name, column.position, column.type.Size, column.type.IsText ? column.type.Chars : 0, "ASC" }]);

    private static View Sequences(Catalog catalog) => new(
        ["SEQUENCE_NAME", "MIN_VALUE", "MAX_VALUE", "INCREMENT_BY", "CYCLE_FLAG", "CACHE_SIZE", "LAST_NUMBER", "ORDER_FLAG"],
        [Name, OracleType.Number, OracleType.Number, OracleType.Number, Flag, OracleType.Number, OracleType.Number, Flag],
        [.. catalog.Sequences.Values.Select(s => new object?[]
        {
            s.Name, s.Options.Least, s.Options.Most, s.Options.Step, s.Options.Cycles == true ? "Y" : "N", s.Options.Cache ?? 20, new TypedSql($"o_last_number({Literals.Quote(s.Name)})", OracleType.Number), "N",
        })]);

    private static View Views(Catalog catalog) => new(
        ["VIEW_NAME", "TEXT_LENGTH", "TEXT", "TEXT_VC", "READ_ONLY"],
        [Name, OracleType.Number, OracleType.Text, OracleType.Text, Flag],
        [.. catalog.Views.Values.Select(v => new object?[] { v.Name, v.Text.Length, v.Text, v.Text, v.IsReadOnly ? "Y" : "N" })]);

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
