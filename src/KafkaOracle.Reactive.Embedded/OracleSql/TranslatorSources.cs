namespace KafkaOracle.Reactive.Embedded.OracleSql;

internal sealed partial class Translator
{
    private readonly HashSet<string> _tablesRead = [];
    private readonly List<(Table Table, string Alias)> _stored = [];

    /// <summary>The FROM clause; empty for DUAL alone. The sources enter the scope.</summary>
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
            case QueryFrom derived:
                var stored = _stored.Count;
                var query = Query(derived.Query, null);
                _stored.RemoveRange(stored, _stored.Count - stored);
                return Derived($"({query.Text})", query.Columns, derived.Alias ?? "", scope);
            case JoinFrom join:
                return Join(join, scope);
            default:
                throw OracleError.Unsupported("this FROM clause", from.Start);
        }
    }

    private string TableSource(TableFrom from, Scope scope)
    {
        var name = from.Alias ?? from.Name;
        if (_named.TryGetValue(from.Name, out var named)) return Derived(named.SqlName, named.Columns, name, scope);
        if (catalog.Tables.TryGetValue(from.Name, out var table)) return StoredTable(table, name, scope);
        if (from.Name == "DUAL")
        {
            scope.Sources.Add(Dual(name));
            return "(SELECT 1)";
        }
        if (DictionaryViews.Find(from.Name, catalog) is { } view) return Derived($"({view.Text})", view.Columns, name, scope);
        throw OracleError.NoTable(from.Start);
    }

    private string StoredTable(Table table, string name, Scope scope)
    {
        var alias = NewAlias();
        _tablesRead.Add(table.Name);
        _stored.Add((table, alias));
        scope.Sources.Add(new Source(name, [.. table.Columns.Select(c => new SourceColumn(c.Name, new TypedSql($"{alias}.{Literals.Name(c.Name)}", c.Type, NotNull: c.NotNull)))]));
        return $"{Literals.Name(table.Name)} AS {alias}";
    }

    private string Derived(string text, IReadOnlyList<OutputColumn> columns, string name, Scope scope)
    {
        var alias = NewAlias();
        scope.Sources.Add(new Source(name, [.. columns.Select((c, i) => new SourceColumn(c.Name, new TypedSql($"{alias}.c{i + 1}", c.Type, NotNull: !c.Nullable)))]));
        return $"{text} AS {alias}";
    }

    private string Join(JoinFrom join, Scope scope)
    {
        var left = Item(join.Left, scope);
        var boundary = scope.Sources.Count;
        var right = Item(join.Right, scope);
        if (join.Kind == "CROSS") return $"{left} CROSS JOIN {right}";
        string on;
        if (join.Using.Count == 0) on = Condition(join.On!, scope);
        else
        {
            var conditions = new List<string>();
            foreach (var column in join.Using)
            {
                var a = Named(scope.Sources.Take(boundary), column, join.Start);
                var b = Named(scope.Sources.Skip(boundary), column, join.Start);
                var (l, r) = Conversions.Comparable(a, b, join.Start);
                conditions.Add($"{l} = {r}");
            }
            on = string.Join(" AND ", conditions);
            for (var i = boundary; i < scope.Sources.Count; i++)
                scope.Sources[i] = scope.Sources[i] with { Columns = [.. scope.Sources[i].Columns.Select(c => join.Using.Contains(c.Name) ? c with { Hidden = true } : c)] };
        }
        if (join.Kind is "LEFT" or "FULL") Loosen(scope, boundary, scope.Sources.Count);
        if (join.Kind is "RIGHT" or "FULL") Loosen(scope, 0, boundary);
        // A join on the right-hand side needs its parentheses.
        if (join.Right is JoinFrom) right = $"({right})";
        return $"{left} {(join.Kind == "INNER" ? "" : join.Kind + " ")}JOIN {right} ON {on}";
    }

    /// <summary>Columns of an outer join's optional side can be NULL.</summary>
    private static void Loosen(Scope scope, int from, int to)
    {
        for (var i = from; i < to; i++)
            scope.Sources[i] = scope.Sources[i] with { Columns = [.. scope.Sources[i].Columns.Select(c => c with { Value = c.Value with { NotNull = false } })] };
    }

    private static TypedSql Named(IEnumerable<Source> sources, string column, int position) =>
        sources.SelectMany(s => s.Columns).FirstOrDefault(c => c.Name == column && !c.Hidden)?.Value ?? throw OracleError.NoColumn($"\"{column}\"", position);
}
