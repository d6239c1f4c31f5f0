namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>FROM: tables, views and subqueries. The sources enter the scope.</summary>
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
}
