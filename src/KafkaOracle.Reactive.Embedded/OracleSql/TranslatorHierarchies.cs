namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>
/// CONNECT BY, as a recursive query that takes the deepest row first: rows come out in the order of a walk through the tree. A node
/// of o_node stands for a row among the rows above it, and knows a circle by the values of PRIOR.
/// </summary>
internal sealed partial class Translator
{
    private static readonly OracleType Path = OracleType.Text;

    /// <summary>Conditions that join come before the hierarchy, others after it: the FROM that follows, and what remains of WHERE.</summary>
    private (string From, Expr? Condition) Hierarchical(QueryBlock block, string from, Expr? condition, IReadOnlyList<OrderItem> orderBy, bool ordersSiblings, Scope scope)
    {
        var hierarchy = block.Hierarchy!;
        var (joins, rest) = (new List<string>(), new List<Expr>());
        foreach (var part in Conjuncts(condition))
        {
            if (JoinsSources(part, scope)) joins.Add(Condition(part, scope));
            else rest.Add(part);
        }
        var rows = Renamed(from, joins.Count == 0 ? null : string.Join(" AND ", joins), scope, ", row_number() OVER () AS n");
        var (tree, result) = (NewAlias(), NewAlias());
        var top = Seen(scope, rows.Alias, "1", rows.Alias);
        var above = Seen(scope, rows.Alias, $"{tree}.l", tree);
        var below = Seen(scope, rows.Alias, $"({tree}.l + 1)", rows.Alias);
        below.Above = above;

        var connects = Condition(hierarchy.Condition, below);
        var roots = hierarchy.Roots == null ? "" : $" WHERE {Condition(hierarchy.Roots, top)}";
        var priors = Found(hierarchy.Condition, e => e is PriorExpr).Cast<PriorExpr>().Select(p => p.Operand).ToList();
        string Key(Scope where) => string.Concat(priors.Select(p => $", {Value(p, where).Text}"));
        var isNew = priors.Count == 0 ? "1" : $"o_is_new({tree}.v{Key(below)})";
        var (rootNode, node) = priors.Count == 0 ? ("0", "0") : ($"o_node(NULL, 0{Key(top)})", $"o_node({tree}.v, {(hierarchy.AllowsCycles ? 0 : 1436)}{Key(below)})");
        var leads = hierarchy.AllowsCycles ? $"{connects} AND {isNew}" : connects;

        var carried = Carried(block, orderBy, rest, top, above, below, tree);
        var siblings = ordersSiblings ? [.. orderBy.Select(o => SiblingKey(o, block))] : new List<OrderItem>();
        var columns = Enumerable.Range(1, rows.Columns).Select(i => $"x{i}").ToList();
        string Names(string prefix) => string.Join(", ", columns.Select(c => prefix + c));
        string Keys(Scope where) => string.Concat(siblings.Select(o => $", {Ordered(Value(o.Value, where))}"));
        var keyNames = string.Concat(siblings.Select((_, i) => $", k{i}"));
        var carriedNames = string.Concat(carried.Select((_, i) => $", e{i}"));
        var order = string.Concat(siblings.Select((o, i) => $"{columns.Count + 4 + i}{Direction(o)}, "));
        var text = $"(WITH RECURSIVE {rows.Alias} AS MATERIALIZED ({rows.Text}), "
            + $"{tree}({Names("")}, n, l, v{keyNames}{carriedNames}) AS ("
            + $"SELECT {Names(rows.Alias + ".")}, {rows.Alias}.n, 1, {rootNode}{Keys(top)}{string.Concat(carried.Select(c => $", {c.Top}"))} FROM {rows.Alias}{roots} "
            + $"UNION ALL SELECT {Names(rows.Alias + ".")}, {rows.Alias}.n, {tree}.l + 1, {node}{Keys(below)}{string.Concat(carried.Select(c => $", {c.Below}"))} FROM {tree} JOIN {rows.Alias} ON {leads} "
            + $"ORDER BY {columns.Count + 2} DESC, {order}{columns.Count + 1}) "
            + $"SELECT {Names("")}, l{carriedNames}, {Exists(block, orderBy, rest, "CONNECT_BY_ISLEAF", $"NOT EXISTS (SELECT 1 FROM {rows.Alias} WHERE {leads})")} AS f, "
            + $"{Exists(block, orderBy, rest, "CONNECT_BY_ISCYCLE", $"EXISTS (SELECT 1 FROM {rows.Alias} WHERE {connects} AND NOT {isNew})")} AS y FROM {tree}) AS {result}";
        if (Uses(block, orderBy, rest, "CONNECT_BY_ISCYCLE") && !hierarchy.AllowsCycles) throw new OracleError(30930, "NOCYCLE keyword is required with CONNECT_BY_ISCYCLE pseudocolumn", hierarchy.Start);

        Recall(scope, value => result + value[rows.Alias.Length..]);
        scope.Sources.Add(new Source("",
        [
            Level($"{result}.l"), Pseudo("CONNECT_BY_ISLEAF", $"{result}.f"), Pseudo("CONNECT_BY_ISCYCLE", $"{result}.y"),
            .. carried.Select((c, i) => new SourceColumn(CarriedName(i), new TypedSql($"{result}.e{i}", c.Type), Pseudo: true)),
        ]));
        scope.Carried = carried.SelectMany((c, i) => c.Written.Select(e => (Expr: e, Name: CarriedName(i)))).ToDictionary(c => c.Expr, c => c.Name, ReferenceEqualityComparer.Instance as IEqualityComparer<Expr>);
        return (text, rest.Count == 0 ? null : rest.Aggregate((l, r) => new BinaryExpr(l.Start, "AND", l, r)));
    }

    /// <summary>A value that a row passes on: its text at the top, and below another row. What is written several times is one.</summary>
    private sealed record CarriedValue(List<Expr> Written, string Top, string Below, OracleType Type);

    /// <summary>PRIOR, CONNECT_BY_ROOT and SYS_CONNECT_BY_PATH in the block: their values at the top, and in a row below another one.</summary>
    private List<CarriedValue> Carried(QueryBlock block, IReadOnlyList<OrderItem> orderBy, List<Expr> rest, Scope top, Scope above, Scope below, string tree)
    {
        const string Own = "ora$own";
        var carried = new List<CarriedValue>();
        foreach (var expr in Parts(block, orderBy, rest).SelectMany(p => Found(p, e => e is PriorExpr or RootExpr or CallExpr { Name: "SYS_CONNECT_BY_PATH" })))
        {
            switch (expr)
            {
                case PriorExpr prior:
                    var value = Value(prior.Operand, above);
                    Add(expr, "NULL", value.Text, value.Type);
                    break;
                case RootExpr root:
                    value = Value(root.Operand, top);
                    Add(expr, value.Text, Own, value.Type);
                    break;
                case CallExpr { Arguments: [var shown, var separator] } call:
                    var between = Conversions.ToText(Value(separator, top), separator.Start).Text;
                    Add(expr, $"o_path(NULL, {between}, {Conversions.ToText(Value(shown, top), call.Start).Text})", $"o_path({Own}, {between}, {Conversions.ToText(Value(shown, below), call.Start).Text})", Path);
                    break;
                default:
                    throw Functions.WrongArguments((CallExpr)expr);
            }
        }
        for (var i = 0; i < carried.Count; i++) carried[i] = carried[i] with { Below = carried[i].Below.Replace(Own, $"{tree}.e{i}", StringComparison.Ordinal) };
        return carried;

        void Add(Expr expr, string atTop, string belowIt, OracleType type)
        {
            var known = carried.Find(c => c.Top == atTop && c.Below == belowIt);
            if (known != null) known.Written.Add(expr);
            else carried.Add(new CarriedValue([expr], atTop, belowIt, type));
        }
    }

    private static TypedSql Carried(Expr expr, Scope scope) =>
        scope.Carried != null && scope.Carried.TryGetValue(expr, out var name)
            ? scope.Find(new ColumnExpr(expr.Start, null, name))!
            : throw new OracleError(1788, "CONNECT BY clause required in this query block", expr.Start);

    /// <summary>The rows of a hierarchy under another name, without what lies around its block.</summary>
    private static Scope Seen(Scope scope, string rows, string level, string alias)
    {
        var seen = new Scope(scope.Outer);
        seen.Sources.AddRange(scope.Sources);
        Recall(seen, value => alias + value[rows.Length..]);
        seen.Sources.Add(new Source("", [Level(level)]));
        return seen;
    }

    private static SourceColumn Level(string text) => Pseudo("LEVEL", text);

    private static SourceColumn Pseudo(string name, string text) => new(name, Functions.FromInteger(text), Pseudo: true);

    private static string CarriedName(int number) => $"ora$carried{number}";

    private static string Exists(QueryBlock block, IReadOnlyList<OrderItem> orderBy, List<Expr> rest, string name, string text) => Uses(block, orderBy, rest, name) ? text : "NULL";

    private static bool Uses(QueryBlock block, IReadOnlyList<OrderItem> orderBy, List<Expr> rest, string name) =>
        Parts(block, orderBy, rest).Any(p => SyntaxTree.Any(p, e => e is ColumnExpr { Qualifier: null } c && c.Name == name));

    /// <summary>The expressions that see the rows of a hierarchy.</summary>
    private static IEnumerable<Expr> Parts(QueryBlock block, IReadOnlyList<OrderItem> orderBy, List<Expr> rest) =>
        [.. block.Items.Select(i => i.Value), .. rest, .. block.GroupBy, .. block.Having == null ? [] : new[] { block.Having }, .. orderBy.Select(o => o.Value)];

    private static List<Expr> Found(Expr expr, Func<Expr, bool> wanted)
    {
        var found = new List<Expr>();
        SyntaxTree.Any(expr, e =>
        {
            if (wanted(e)) found.Add(e);
            return false;
        });
        return found;
    }

    /// <summary>ORDER SIBLINGS BY takes aliases and positions, as ORDER BY does.</summary>
    private static OrderItem SiblingKey(OrderItem item, QueryBlock block)
    {
        if (item.Value is ColumnExpr { Qualifier: null } name && block.Items.FirstOrDefault(i => i.Alias == name.Name) is { } aliased) return item with { Value = aliased.Value };
        return Position(item, block.Items.Count) is { } position ? item with { Value = block.Items[position - 1].Value } : item;
    }

    private static bool JoinsSources(Expr part, Scope scope)
    {
        if (SyntaxTree.Any(part, e => e is PriorExpr or RootExpr or ColumnExpr { Qualifier: null, Name: "LEVEL" or "ROWNUM" or "CONNECT_BY_ISLEAF" or "CONNECT_BY_ISCYCLE" })) return false;
        return SyntaxTree.Columns(part).Select(c => scope.Sources.FindIndex(s => (c.Qualifier == null || s.Name == c.Qualifier) && s.Columns.Any(k => k.Name == c.Name))).Where(i => i >= 0).Distinct().Count() > 1;
    }
}
