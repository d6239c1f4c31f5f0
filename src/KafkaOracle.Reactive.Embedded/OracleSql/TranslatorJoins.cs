namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Joins: ON, USING, NATURAL, and (+).</summary>
internal sealed partial class Translator
{
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
