using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>The rows of a query named in WITH: what SQLite calls them, and their columns.</summary>
internal sealed record NamedRows(string SqlName, IReadOnlyList<OutputColumn> Columns)
{
    /// <summary>What the recursive query calls the rows that it starts from; set when it is translated.</summary>
    public string? RecursiveAlias { get; set; }

    public bool IsRecursive { get; init; }
}

/// <summary>WITH. A recursive query is SQLite's, with the level of a row (l), its node among the rows above it (v) and whether it closes a circle (y).</summary>
internal sealed partial class Translator
{
    private NamedRows Plain(NamedQuery named, Scope? outer, out string body)
    {
        if (named.Search != null || named.Cycle != null) throw new OracleError(32043, "recursive WITH clause needs an initialization branch", named.Start);
        var query = Query(named.Query, outer);
        if (named.Columns.Count > 0 && named.Columns.Count != query.Columns.Count) throw WrongColumns(named);
        var rows = new NamedRows(NewAlias(), named.Columns.Count == 0 ? query.Columns : [.. query.Columns.Zip(named.Columns, (c, n) => c with { Name = n })]);
        body = $"{rows.SqlName} AS ({query.Text})";
        return rows;
    }

    private static OracleError WrongColumns(NamedQuery named) => new(32038, "number of WITH clause column names does not match number of elements in select list", named.Start);

    private static bool RefersTo(Query query, string name) =>
        query.With.All(w => w.Name != name)
        && query.Blocks.Any(b => b.Block.Nested != null ? RefersTo(b.Block.Nested, name) : b.Block.From != null && Tables(b.Block.From).Contains(name));

    private static IEnumerable<string> Tables(FromItem from) => from switch
    {
        TableFrom table => [table.Name],
        JoinFrom join => Tables(join.Left).Concat(Tables(join.Right)),
        _ => [],
    };

    private NamedRows Recursive(NamedQuery named, Scope? outer, out string body)
    {
        if (named.Columns.Count == 0) throw new OracleError(32039, "recursive WITH clause must have column alias list", named.Start);
        if (named.Query.Blocks is not [var (_, first), var (op, next)]) throw new OracleError(32041, "UNION ALL operation in recursive WITH clause must have only two branches", named.Start);
        if (op != "UNION ALL") throw new OracleError(32040, "recursive WITH clause must use a UNION ALL operation", named.Start);
        if (named.Query is not { With.Count: 0, OrderBy.Count: 0, Offset: null, Fetch: null } || next.Nested != null) throw OracleError.Unsupported("this recursive WITH", named.Start);
        var anchor = first.Nested == null ? BlockAlone(first, outer) : Query(first.Nested, outer);
        if (named.Columns.Count != anchor.Columns.Count) throw WrongColumns(named);
        var columns = anchor.Columns.Zip(named.Columns, (c, n) => new OutputColumn(n, Unsized(c.Type), true)).ToList();
        var rows = new NamedRows(NewAlias(), columns) { IsRecursive = true };
        var watched = Watched(named, columns);

        var node = $"o_node(NULL, 0, {string.Join(", ", watched.Select(i => $"c{i + 1}"))})";
        var converted = anchor.Columns.Select((c, i) => $"{Conversions.To(new TypedSql($"c{i + 1}", c.Type), columns[i].Type).Text} AS c{i + 1}");
        var text = new StringBuilder($"{rows.SqlName}({string.Join(", ", columns.Select((_, i) => $"c{i + 1}"))}, l, v, y) AS (SELECT {string.Join(", ", converted)}, 1, {node}, 0 FROM ({anchor.Text}) UNION ALL ");
        _named.TryGetValue(named.Name, out var shadowed);
        _named[named.Name] = rows;
        Block(Repeatable(next), outer, [], text, new Wishes { Shape = values => Repeated(named, rows, watched, values) });
        _named.Remove(named.Name);
        if (shadowed != null) _named[named.Name] = shadowed;
        if (named.Search is { } search)
        {
            var keys = search.Order.Select(o => (o.Value is ColumnExpr { Qualifier: null } c ? columns.FindIndex(k => k.Name == c.Name) : -1) is var at and >= 0 ? $"{at + 1}{Direction(o)}" : throw OracleError.NoColumn("the column of SEARCH", o.Value.Start));
            text.Append($" ORDER BY {columns.Count + 1}{(search.DepthFirst ? " DESC" : "")}, ").AppendJoin(", ", keys);
        }
        text.Append(')');
        var result = Finished(named, rows, text, outer);
        body = text.ToString();
        return result;
    }

    /// <summary>The columns that tell whether a row has been among those above it: those of CYCLE, or all.</summary>
    private static List<int> Watched(NamedQuery named, List<OutputColumn> columns)
    {
        if (named.Cycle == null) return [.. Enumerable.Range(0, columns.Count)];
        return [.. named.Cycle.Columns.Select(n => columns.FindIndex(c => c.Name == n) is var at and >= 0 ? at : throw OracleError.NoColumn($"\"{n}\"", named.Start))];
    }

    private static QueryBlock Repeatable(QueryBlock block)
    {
        if (block.Distinct || block.GroupBy.Count > 0 || block.GroupingSets != null || block.Having != null || block.Hierarchy != null || block.Items.Any(i => Aggregated(i.Value)))
            throw new OracleError(32486, "unsupported operation in recursive branch of recursive WITH clause", block.Start);
        if (block.Items.Any(i => Windowed(i.Value) || IsRowNumbered(i.Value)) || (block.Where != null && IsRowNumbered(block.Where)))
            throw OracleError.Unsupported("analytic functions and ROWNUM in a recursive branch", block.Start);
        return block;
    }

    private static (IEnumerable<string> Items, string? Condition) Repeated(NamedQuery named, NamedRows rows, List<int> watched, IReadOnlyList<TypedSql> values)
    {
        if (values.Count != rows.Columns.Count) throw new OracleError(1789, "query block has incorrect number of result columns", named.Start);
        var above = rows.RecursiveAlias ?? throw OracleError.Unsupported("a recursive WITH that names itself in a subquery", named.Start);
        foreach (var (value, column) in values.Zip(rows.Columns)) UnionType(column.Type, value.Type);
        var converted = values.Zip(rows.Columns, (v, c) => Conversions.To(v, c.Type, named.Start).Text).ToList();
        var key = string.Join(", ", watched.Select(i => converted[i]));
        var error = named.Cycle == null ? 32044 : 0;
        var closes = named.Cycle == null ? "0" : $"(NOT o_is_new({above}.v, {key}))";
        return ([.. converted, $"{above}.l + 1", $"o_node({above}.v, {error}, {key})", closes], named.Cycle == null ? null : $"{above}.y = 0");
    }

    /// <summary>Adds the columns that SEARCH and CYCLE set.</summary>
    private NamedRows Finished(NamedQuery named, NamedRows rows, StringBuilder text, Scope? outer)
    {
        if (named.Search == null && named.Cycle == null) return rows with { IsRecursive = false };
        var columns = rows.Columns.ToList();
        var values = columns.Select((_, i) => $"c{i + 1}").ToList();
        if (named.Search is { } search)
        {
            values.Add($"o_from_integer(row_number() OVER ()) AS c{values.Count + 1}");
            columns.Add(new OutputColumn(search.Column, OracleType.Number, true));
        }
        if (named.Cycle is { } cycle)
        {
            var (yes, no) = (Value(cycle.Yes, new Scope(outer)), Value(cycle.No, new Scope(outer)));
            values.Add($"CASE WHEN y THEN {yes.Text} ELSE {no.Text} END AS c{values.Count + 1}");
            columns.Add(new OutputColumn(cycle.Mark, OracleType.Common(yes.Type, no.Type), true));
        }
        var finished = new NamedRows(NewAlias(), columns);
        text.Append($", {finished.SqlName} AS (SELECT {string.Join(", ", values)} FROM {rows.SqlName})");
        return finished;
    }

    /// <summary>The type of a column whose later values may be longer than the first.</summary>
    private static OracleType Unsized(OracleType type) => type.Kind switch
    {
        TypeKind.Number => OracleType.Number,
        TypeKind.Text or TypeKind.Char => OracleType.Text with { IsNational = type.IsNational },
        TypeKind.Raw => OracleType.Raw,
        _ => type,
    };
}
