using System.Runtime.CompilerServices;
using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>A column that a query yields; in SQLite's text it is called c1, c2 ...</summary>
internal sealed record OutputColumn(string Name, OracleType Type, bool Nullable)
{
    /// <summary>The name of the table's column that it shows; null for what is computed.</summary>
    public string? Column { get; init; }
}

internal sealed record TranslatedQuery(string Text, IReadOnlyList<OutputColumn> Columns)
{
    /// <summary>Tables whose rows FOR UPDATE locks; behind the columns, the text yields SQLite's row number for each.</summary>
    public IReadOnlyList<Table> Locked { get; init; } = [];

    /// <summary>The same for a client, to whom a NULL without a type is a VARCHAR2, as on real servers.</summary>
    public TranslatedQuery Shown() => this with
    {
        Columns = [.. Columns.Select(c => c.Type.Kind == TypeKind.Null ? c with { Type = new OracleType(TypeKind.Text, Size: 1, Chars: 1) } : c)],
    };
}

/// <summary>Queries: WITH, set operators, OFFSET and FETCH.</summary>
internal sealed partial class Translator
{
    private readonly Dictionary<string, NamedRows> _named = [];

    /// <summary>A whole statement's query, which may draw from sequences.</summary>
    public TranslatedQuery Statement(Query query)
    {
        _allowsSequences = true;
        return Query(query, null);
    }

    /// <summary>A query inside of another statement part.</summary>
    private TranslatedQuery Subquery(Query query, Scope? outer)
    {
        var (allowed, marks) = (_allowsSequences, _allowsMarks);
        (_allowsSequences, _allowsMarks) = (false, false);
        var translated = Query(query, outer);
        (_allowsSequences, _allowsMarks) = (allowed, marks);
        return translated;
    }

    public TranslatedQuery Query(Query query, Scope? outer)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var allowsSequences = _allowsSequences && query.OrderBy.Count == 0;
        _allowsSequences = false;
        var text = new StringBuilder();
        var shadowed = new List<(string Name, NamedRows? Rows)>();
        foreach (var named in query.With)
        {
            var rows = RefersTo(named.Query, named.Name) ? Recursive(named, outer, out var body) : Plain(named, outer, out body);
            shadowed.Add((named.Name, _named.GetValueOrDefault(named.Name)));
            _named[named.Name] = rows;
            text.Append(text.Length == 0 ? "WITH RECURSIVE " : ", ").Append(body);
        }
        if (text.Length > 0) text.Append(' ');
        var locked = new List<(Table Table, string Alias)>();
        _allowsSequences = allowsSequences;
        var output = query.Fetch is { IsPercent: true } or { WithTies: true } ? Limited(query, outer, text) : Rows(query, outer, text, locked, null);
        if (query.ForUpdate != null && (query.Fetch?.Count ?? query.Offset) is { } beyond) throw NotLockable(beyond.Start);
        if (query.Fetch is { IsPercent: false, WithTies: false } || (query.Fetch == null && query.Offset != null))
        {
            text.Append(" LIMIT ").Append(query.Fetch == null ? "-1" : Limit(query.Fetch.Count, outer));
            if (query.Offset != null) text.Append(" OFFSET ").Append(Limit(query.Offset, outer));
        }
        foreach (var (name, rows) in shadowed)
        {
            if (rows != null) _named[name] = rows;
            else _named.Remove(name);
        }
        _allowsSequences = false;
        if (text.Length > LongestText) throw OracleError.Unsupported("a statement this large");
        return new TranslatedQuery(text.ToString(), output) { Locked = [.. locked.Select(l => l.Table)] };
    }

    /// <summary>The query without OFFSET and FETCH. With <paramref name="sortKeys"/> its order comes as columns k1, k2 .. instead.</summary>
    private List<OutputColumn> Rows(Query query, Scope? outer, StringBuilder text, List<(Table Table, string Alias)> locked, List<string>? sortKeys)
    {
        if (query.Blocks.Count == 1 && query.Blocks[0].Block.Nested == null)
        {
            return Block(query.Blocks[0].Block, outer, query.OrderBy, text, new Wishes
            {
                Locked = query.ForUpdate == null ? null : locked,
                LockedColumns = query.ForUpdate?.Of ?? [],
                SortKeys = sortKeys,
                OrdersSiblings = query.OrdersSiblings,
            });
        }
        _allowsSequences = false;
        if (query.ForUpdate != null) throw NotLockable(query.Blocks[0].Block.Start);
        if (query.OrdersSiblings) throw new OracleError(30929, "ORDER SIBLINGS BY clause not allowed here", query.OrderBy[0].Value.Start);
        return SetOperation(query, outer, text, sortKeys);
    }

    /// <summary>A number of rows; NULL is none.</summary>
    private string Limit(Expr count, Scope? outer) => $"ifnull(o_limit({Conversions.ToNumber(Value(count, new Scope(outer)), count.Start).Text}), 0)";

    /// <summary>FETCH of a share of the rows or WITH TIES: rows are numbered and ranked in their order, and cut off by those numbers.</summary>
    private List<OutputColumn> Limited(Query query, Scope? outer, StringBuilder text)
    {
        var (fetch, keys, rows) = (query.Fetch!, new List<string>(), new StringBuilder());
        _allowsSequences = false;
        var output = Rows(query, outer, rows, [], keys);
        var over = keys.Count == 0 ? "OVER ()" : $"OVER (ORDER BY {string.Join(", ", keys.Select((k, i) => $"k{i + 1}{k}"))})";
        var count = Conversions.ToNumber(Value(fetch.Count, new Scope(outer)), fetch.Start).Text;
        var last = fetch.IsPercent ? $"o_share({count}, total)" : $"o_limit({count})";
        if (query.Offset != null) last = $"{Limit(query.Offset, outer)} + {last}";
        var counted = fetch.WithTies && keys.Count > 0 ? "rank" : "number";
        text.Append("SELECT ").AppendJoin(", ", output.Select((_, i) => $"c{i + 1}"));
        text.Append($" FROM (SELECT *, row_number() {over} AS number, rank() {over} AS rank, count(*) OVER () AS total FROM ({rows})) WHERE {counted} <= {last}");
        if (query.Offset != null) text.Append($" AND number > {Limit(query.Offset, outer)}");
        text.Append(" ORDER BY number");
        return output;
    }

    private static OracleError NotLockable(int position) => new(2014, "cannot select FOR UPDATE from view with DISTINCT, GROUP BY, etc.", position);

    private List<OutputColumn> SetOperation(Query query, Scope? outer, StringBuilder text, List<string>? sortKeys)
    {
        var parts = query.Blocks.Select(b => b.Block.Nested == null ? BlockAlone(b.Block, outer) : Query(b.Block.Nested, outer)).ToList();
        if (parts.Any(p => p.Columns.Count != parts[0].Columns.Count)) throw new OracleError(1789, "query block has incorrect number of result columns", query.Blocks[1].Block.Start);
        var output = parts[0].Columns.ToList();
        if (query.Blocks.Any(b => b.Operator is not ("" or "UNION ALL")) && parts.SelectMany(p => p.Columns).FirstOrDefault(c => c.Type.IsLob) is { } lob)
            throw OracleError.Inconsistent("-", lob.Type.Name, query.Blocks[0].Block.Start);
        for (var i = 0; i < output.Count; i++)
        {
            var column = i;
            var type = parts.Aggregate(OracleType.Null, (t, p) => UnionType(t, p.Columns[column].Type));
            output[i] = output[i] with { Type = type, Nullable = parts.Any(p => p.Columns[column].Nullable) };
        }
        if (sortKeys != null) text.Append("SELECT *").Append(string.Concat(query.OrderBy.Select((o, i) => $", c{PositionOf(o, output)} AS k{i + 1}"))).Append(" FROM (");
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0) text.Append($" {query.Blocks[i].Operator} ");
            var converted = parts[i].Columns.Select((c, n) => $"{Conversions.To(new TypedSql($"c{n + 1}", c.Type), output[n].Type).Text} AS c{n + 1}");
            text.Append($"SELECT {string.Join(", ", converted)} FROM ({parts[i].Text})");
        }
        if (sortKeys != null)
        {
            text.Append(')');
            sortKeys.AddRange(query.OrderBy.Select(Direction));
        }
        else if (query.OrderBy.Count > 0)
        {
            text.Append(" ORDER BY ").AppendJoin(", ", query.OrderBy.Select(o => PositionOf(o, output) + Direction(o)));
        }
        return output;
    }

    private static OracleType UnionType(OracleType a, OracleType b)
    {
        if (a.Kind == TypeKind.Null || b.Kind == TypeKind.Null || (a.IsText && b.IsText) || (a.IsNumeric && b.IsNumeric) || (a.IsInstant && b.IsInstant) || a.Kind == b.Kind)
            return OracleType.Common(a, b);
        throw new OracleError(1790, "expression must have same datatype as corresponding expression");
    }

    private static int PositionOf(OrderItem item, List<OutputColumn> output) =>
        Position(item, output.Count) is { } position ? position
            : item.Value is ColumnExpr { Qualifier: null } name && output.FindIndex(o => o.Name == name.Name) is var at and >= 0 ? at + 1
            : throw OracleError.Unsupported("ORDER BY an expression after a set operator", item.Value.Start);

    private static int? Position(OrderItem item, int columns)
    {
        if (item.Value is not NumberLiteral { Suffix: "" } literal || !int.TryParse(literal.Text, out var position)) return null;
        return position >= 1 && position <= columns ? position : throw new OracleError(1785, "ORDER BY item must be the number of a SELECT-list expression", literal.Start);
    }

    private static string Ordered(TypedSql value) => value.Type.IsZoned ? $"o_utc({value.Text})" : value.IsLiteral ? $"+{value.Text}" : value.Text;

    /// <summary>NULL is the largest value, other than in SQLite.</summary>
    private static string Direction(OrderItem item) =>
        (item.Descending ? " DESC" : "") + ((item.NullsFirst ?? item.Descending) ? " NULLS FIRST" : " NULLS LAST");
}
