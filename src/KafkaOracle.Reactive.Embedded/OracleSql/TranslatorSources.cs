namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>FROM: tables, views, subqueries and joins. The sources enter the scope.</summary>
internal sealed partial class Translator
{
    private const int DeepestView = 32;
    private readonly List<(Table Table, string Alias)> _stored = [];
    private int _viewDepth;

    /// <summary>The FROM clause; empty for DUAL alone.</summary>
    private string From(FromItem from, Scope scope)
    {
        if (from is TableFrom { Name: "DUAL" } dual && !catalog.Tables.ContainsKey("DUAL") && !_named.ContainsKey("DUAL"))
        {
            scope.Sources.Add(Dual(dual.Alias ?? "DUAL"));
            return "";
        }
        return Item(from, scope);
    }

    private static Source Dual(string name) => new(name, [new SourceColumn("DUMMY", Literals.Text("X"))]);

    private string Item(FromItem from, Scope scope)
    {
        switch (from)
        {
            case TableFrom table:
                return TableSource(table, scope);
            case QueryFrom { IsLateral: true } lateral:
                return Lateral(lateral, scope);
            case JsonTableFrom json:
                return JsonTable(json, scope);
            case PivotFrom pivot:
                return Pivot(pivot, scope);
            case UnpivotFrom unpivot:
                return Unpivot(unpivot, scope);
            case QueryFrom derived:
                var stored = _stored.Count;
                var query = Subquery(derived.Query, null);
                _stored.RemoveRange(stored, _stored.Count - stored);
                return Derived($"({query.Text})", query.Columns, derived.Alias ?? "", scope);
            case JoinFrom join:
                return Join(join, scope);
            case LevelsFrom levels:
                return Levels(levels, scope);
            default:
                throw OracleError.Unsupported("this FROM clause", from.Start);
        }
    }

    private string TableSource(TableFrom from, Scope scope)
    {
        var name = from.Alias ?? from.Name;
        if (_named.TryGetValue(from.Name, out var named)) return Derived(named, name, from.Start, scope);
        if (catalog.Tables.TryGetValue(from.Name, out var table)) return Visible(table, StoredTable(table, name, scope));
        if (catalog.Views.TryGetValue(from.Name, out var view)) return ViewSource(view, name, from.Start, scope);
        if (from.Name == "DUAL")
        {
            scope.Sources.Add(Dual(name));
            return "(SELECT 1)";
        }
        if (DictionaryViews.Find(from.Name, catalog) is { } dictionary) return Derived($"({dictionary.Text})", dictionary.Columns, name, scope);
        throw OracleError.NoTable(from.Start);
    }

    private string ViewSource(View view, string name, int position, Scope scope)
    {
        try
        {
            var query = ViewQuery(view, position);
            return Derived($"({query.Text})", query.Columns, name, scope);
        }
        catch (OracleError e) when (e.Code is 904 or 942 or 2289)
        {
            throw new OracleError(4063, $"view \"{catalog.Schema}.{view.Name}\" has errors", position);
        }
    }

    /// <summary>A view's query by itself: it sees neither the WITH clauses nor the names around it.</summary>
    public TranslatedQuery ViewQuery(View view, int position)
    {
        if (_viewDepth >= DeepestView) throw new OracleError(1731, "circular view definition encountered", position);
        var own = new Translator(catalog, []) { _viewDepth = _viewDepth + 1, _aliases = _aliases };
        var query = own.Query(view.Query, null);
        _aliases = own._aliases;
        if (view.Columns.Length == 0) return query;
        if (view.Columns.Length != query.Columns.Count) throw new OracleError(1730, "invalid number of column names specified", position);
        return query with { Columns = [.. query.Columns.Zip(view.Columns, (c, n) => c with { Name = n })] };
    }

    private string StoredTable(Table table, string name, Scope scope)
    {
        var alias = NewAlias();
        _stored.Add((table, alias));
        scope.Sources.Add(new Source(name,
        [
            .. table.Columns.Select(c => Shown(c, $"{alias}.{Literals.Name(c.Name)}")),
            RowIdOf(table, $"{alias}.rowid"),
        ]));
        return $"{Literals.Name(table.Name)} AS {alias}";
    }

    /// <summary>A table with the rows that the session sees: of a temporary one, its own.</summary>
    private static string Visible(Table table, string text)
    {
        if (table.Temporary == null) return text;
        var at = text.LastIndexOf(" AS ", StringComparison.Ordinal);
        return $"(SELECT rowid, * FROM {text[..at]} WHERE {IsOwn("")}){text[at..]}";
    }

    private static SourceColumn RowIdOf(Table table, string text) =>
        new("ROWID", new TypedSql($"o_rowid({Literals.Quote(table.Name)}, {text})", OracleType.RowId, NotNull: true), Pseudo: true);

    private string Derived(string text, IReadOnlyList<OutputColumn> columns, string name, Scope scope)
    {
        var alias = NewAlias();
        scope.Sources.Add(new Source(name, [.. columns.Select((c, i) => new SourceColumn(c.Name, new TypedSql($"{alias}.c{i + 1}", c.Type, NotNull: !c.Nullable)))]));
        return $"{text} AS {alias}";
    }

    /// <summary>
    /// An inline view that sees the items to the left. SQLite's subqueries in FROM do not, but arguments of a table function do: the
    /// view's rows are packed into one value there, and taken out of it again.
    /// </summary>
    private string Lateral(QueryFrom lateral, Scope scope)
    {
        var stored = _stored.Count;
        var query = Subquery(lateral.Query, scope);
        _stored.RemoveRange(stored, _stored.Count - stored);
        return Unpacked($"(SELECT o_pack({string.Join(", ", query.Columns.Select((_, i) => $"c{i + 1}"))}) FROM ({query.Text}))", query.Columns, lateral.Alias ?? "", scope);
    }

    /// <summary>The rows packed in a value.</summary>
    private string Unpacked(string packed, IReadOnlyList<OutputColumn> columns, string name, Scope scope)
    {
        var alias = NewAlias();
        scope.Sources.Add(new Source(name, [.. columns.Select((c, i) => new SourceColumn(c.Name, new TypedSql($"o_unpack({alias}.value, {i})", c.Type)))]));
        return $"json_each({packed}) AS {alias}";
    }

    private string Derived(NamedRows rows, string name, int position, Scope scope)
    {
        if (rows is { IsRecursive: true, RecursiveAlias: not null }) throw OracleError.Unsupported("a recursive WITH that names itself twice", position);
        var text = Derived(rows.SqlName, rows.Columns, name, scope);
        if (rows.IsRecursive) rows.RecursiveAlias = text[(text.LastIndexOf(' ') + 1)..];
        return text;
    }

    private string Levels(LevelsFrom levels, Scope scope)
    {
        var alias = NewAlias();
        var most = Conversions.ToNumber(Value(levels.Most, new Scope(null)), levels.Start).Text;
        var level = new TypedSql($"o_from_integer({alias}.n)", OracleType.Number, NotNull: true);
        scope.Sources.Add(new Source("DUAL", [new SourceColumn("DUMMY", Literals.Text("X")), new SourceColumn("LEVEL", level, Pseudo: true)]));
        // The first row comes before the condition is asked.
        return $"(WITH RECURSIVE l(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM l WHERE n < o_limit({most})) SELECT n FROM l) AS {alias}";
    }

    private string Join(JoinFrom join, Scope scope)
    {
        var first = scope.Sources.Count;
        var left = Item(join.Left, scope);
        var boundary = scope.Sources.Count;
        var right = Item(join.Right, scope);
        // A join on the right-hand side needs its parentheses.
        if (join.Right is JoinFrom) right = $"({right})";
        if (join.Kind == "CROSS") return $"{left} JOIN {right}";
        if (join is { Kind: "LEFT", On: null, Using.Count: 0 })
        {
            Loosen(scope, boundary, scope.Sources.Count);
            return $"{left} LEFT JOIN {right} ON 1";
        }
        string on;
        if (join.On != null) on = On(join, scope);
        else
        {
            var columns = join.Kind == "NATURAL" ? Shared(scope, first, boundary) : join.Using;
            on = Using(join, columns, scope, first, boundary);
            if (columns.Count == 0) return $"{left} JOIN {right}";
        }
        if (join.Kind is "LEFT" or "FULL") Loosen(scope, boundary, scope.Sources.Count);
        if (join.Kind is "RIGHT" or "FULL") Loosen(scope, first, boundary);
        return $"{left} {(join.Kind is "INNER" or "NATURAL" ? "" : join.Kind + " ")}JOIN {right} ON {on}";
    }

    private string On(JoinFrom join, Scope scope)
    {
        _allowsMarks = join.IsMarked;
        var on = Condition(join.On!, scope);
        _allowsMarks = false;
        return on;
    }

    private static string Using(JoinFrom join, IReadOnlyList<string> columns, Scope scope, int first, int boundary)
    {
        var conditions = new List<string>();
        var merged = new Dictionary<string, TypedSql>();
        foreach (var column in columns)
        {
            var a = Named(scope.Sources.Skip(first).Take(boundary - first), column, join.Start);
            var b = Named(scope.Sources.Skip(boundary), column, join.Start);
            var (l, r) = Conversions.Comparable(a, b, join.Start);
            conditions.Add($"{l} = {r}");
            // The column is the one of the side that has a row.
            if (join.Kind is "RIGHT" or "FULL") merged[column] = new TypedSql($"coalesce({a.Text}, {Conversions.To(b, a.Type, join.Start).Text})", Widened(a.Type, b.Type));
        }
        for (var i = boundary; i < scope.Sources.Count; i++)
            scope.Sources[i] = scope.Sources[i] with { Columns = [.. scope.Sources[i].Columns.Select(c => columns.Contains(c.Name) ? c with { Hidden = true } : c)] };
        for (var i = first; i < boundary; i++)
            scope.Sources[i] = scope.Sources[i] with { Columns = [.. scope.Sources[i].Columns.Select(c => !c.Hidden && merged.TryGetValue(c.Name, out var value) ? c with { Value = value } : c)] };
        return string.Join(" AND ", conditions);
    }

    private static List<string> Shared(Scope scope, int first, int boundary)
    {
        var left = scope.Sources.Skip(first).Take(boundary - first).SelectMany(Visible).ToHashSet();
        return [.. scope.Sources.Skip(boundary).SelectMany(Visible).Where(left.Contains)];

        static IEnumerable<string> Visible(Source source) => source.Columns.Where(c => !c.Hidden && !c.Pseudo).Select(c => c.Name);
    }

    /// <summary>Columns of an outer join's optional side can be NULL.</summary>
    private static void Loosen(Scope scope, int from, int to)
    {
        for (var i = from; i < to; i++)
            scope.Sources[i] = scope.Sources[i] with { Columns = [.. scope.Sources[i].Columns.Select(c => c with { Value = c.Value with { NotNull = false } })] };
    }

    private static TypedSql Named(IEnumerable<Source> sources, string column, int position) =>
        sources.SelectMany(s => s.Columns).FirstOrDefault(c => c.Name == column && !c.Hidden)?.Value ?? throw OracleError.NoColumn($"\"{column}\"", position);

    /// <summary>Joins written with (+): the conditions that have the mark become the ON of a left join of the marked table.</summary>
    private (FromItem From, Expr? Where) Marked(FromItem from, Expr? where)
    {
        var parts = Conjuncts(where).ToList();
        if (!parts.Any(IsMarked)) return (from, where);
        var tables = new List<FromItem>();
        Flatten(from);
        var joins = parts.Where(IsMarked).GroupBy(p => SyntaxTree.Columns(p).Count > 0 ? OptionalTable(p) : "").ToDictionary(g => g.Key, g => g.ToList());
        var pending = tables.Where(t => joins.ContainsKey(Name(t))).ToList();
        var placed = tables.Except(pending).ToList();
        if (placed.Count == 0) throw new OracleError(1416, "two tables cannot be outer-joined to each other", from.Start);
        var result = placed.Aggregate((l, r) => new JoinFrom(r.Start, l, r, "CROSS", null, []));
        while (pending.Count > 0)
        {
            var next = pending.FirstOrDefault(t => joins[Name(t)].SelectMany(SyntaxTree.Columns).All(c => c.Qualifier == null || pending.All(p => p == t || Name(p) != c.Qualifier)))
                ?? throw new OracleError(1416, "two tables cannot be outer-joined to each other", from.Start);
            pending.Remove(next);
            var on = joins[Name(next)].Aggregate((l, r) => new BinaryExpr(l.Start, "AND", l, r));
            result = new JoinFrom(next.Start, result, next, "LEFT", on, []) { IsMarked = true };
        }
        var rest = parts.Where(p => !IsMarked(p)).ToList();
        return (result, rest.Count == 0 ? null : rest.Aggregate((l, r) => new BinaryExpr(l.Start, "AND", l, r)));

        static bool IsMarked(Expr expr) => SyntaxTree.Any(expr, e => e is OptionalExpr);

        static string Name(FromItem item) => item switch { TableFrom t => t.Alias ?? t.Name, QueryFrom q => q.Alias ?? "", _ => "" };

        void Flatten(FromItem item)
        {
            if (item is not JoinFrom join) tables.Add(item);
            else if (join.Kind == "CROSS")
            {
                Flatten(join.Left);
                Flatten(join.Right);
            }
            else throw new OracleError(25156, "old style outer join (+) cannot be used with ANSI joins", join.Start);
        }

        string OptionalTable(Expr condition)
        {
            var names = new HashSet<string>();
            SyntaxTree.Any(condition, e =>
            {
                if (e is OptionalExpr optional) names.Add(optional.Column.Qualifier ?? Owner(optional.Column));
                return false;
            });
            return names.Count == 1 ? names.Single() : throw new OracleError(1468, "a predicate may reference only one outer-joined table", condition.Start);
        }

        string Owner(ColumnExpr column)
        {
            var owners = tables.OfType<TableFrom>().Where(t => catalog.Tables.TryGetValue(t.Name, out var table) && table.IndexOf(column.Name) >= 0).ToList();
            return owners.Count == 1 ? Name(owners[0]) : throw OracleError.Unsupported("(+) of a column without its table", column.Start);
        }
    }
}
