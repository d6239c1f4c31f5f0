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
    private readonly Dictionary<string, (string SqlName, IReadOnlyList<OutputColumn> Columns)> _named = [];

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
        var shadowed = new List<(string, (string, IReadOnlyList<OutputColumn>)?)>();
        for (var i = 0; i < query.With.Count; i++)
        {
            var (name, columnNames, named) = query.With[i];
            if (columnNames.Count > 0 && RefersTo(named, name)) throw OracleError.Unsupported("recursive WITH");
            var body = Query(named, outer);
            if (columnNames.Count > 0 && columnNames.Count != body.Columns.Count) throw new OracleError(32038, "number of WITH clause column names does not match number of elements in select list");
            var columns = columnNames.Count == 0 ? body.Columns : [.. body.Columns.Zip(columnNames, (c, n) => c with { Name = n })];
            var sqlName = NewAlias();
            shadowed.Add((name, _named.TryGetValue(name, out var hidden) ? hidden : null));
            _named[name] = (sqlName, columns);
            text.Append(i == 0 ? "WITH " : ", ").Append($"{sqlName} AS ({body.Text})");
        }
        if (text.Length > 0) text.Append(' ');
        IReadOnlyList<OutputColumn> output;
        var locked = new List<(Table Table, string Alias)>();
        if (query.Blocks.Count == 1 && query.Blocks[0].Block.Nested == null)
        {
            _allowsSequences = allowsSequences;
            output = Block(query.Blocks[0].Block, outer, query.OrderBy, text, query.ForUpdate == null ? null : locked, query.ForUpdate?.Of);
        }
        else
        {
            if (query.ForUpdate != null) throw NotLockable(query.Blocks[0].Block.Start);
            output = SetOperation(query, outer, text);
        }
        if (query.ForUpdate != null && (query.Fetch ?? query.Offset) is { } beyond) throw NotLockable(beyond.Start);
        if (query.Fetch != null || query.Offset != null)
        {
            var scope = new Scope(outer);
            text.Append(" LIMIT ").Append(query.Fetch == null ? "-1" : $"o_limit({Conversions.ToNumber(Value(query.Fetch, scope)).Text})");
            if (query.Offset != null) text.Append(" OFFSET ").Append($"o_limit({Conversions.ToNumber(Value(query.Offset, scope)).Text})");
        }
        foreach (var (name, hidden) in shadowed)
        {
            if (hidden is { } previous) _named[name] = previous;
            else _named.Remove(name);
        }
        _allowsSequences = false;
        if (text.Length > LongestText) throw OracleError.Unsupported("a statement this large");
        return new TranslatedQuery(text.ToString(), output) { Locked = [.. locked.Select(l => l.Table)] };
    }

    private static OracleError NotLockable(int position) => new(2014, "cannot select FOR UPDATE from view with DISTINCT, GROUP BY, etc.", position);

    private static bool RefersTo(Query query, string name) =>
        query.Blocks.Any(b => b.Block.Nested != null ? RefersTo(b.Block.Nested, name) : b.Block.From != null && Tables(b.Block.From).Contains(name));

    private static IEnumerable<string> Tables(FromItem from) => from switch
    {
        TableFrom table => [table.Name],
        JoinFrom join => Tables(join.Left).Concat(Tables(join.Right)),
        _ => [],
    };

    private List<OutputColumn> SetOperation(Query query, Scope? outer, StringBuilder text)
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
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0) text.Append($" {query.Blocks[i].Operator} ");
            var converted = parts[i].Columns.Select((c, n) => $"{Conversions.To(new TypedSql($"c{n + 1}", c.Type), output[n].Type).Text} AS c{n + 1}");
            text.Append($"SELECT {string.Join(", ", converted)} FROM ({parts[i].Text})");
        }
        OrderByPosition(query.OrderBy, output, text);
        return output;
    }

    private static OracleType UnionType(OracleType a, OracleType b)
    {
        if (a.Kind == TypeKind.Null || b.Kind == TypeKind.Null || (a.IsText && b.IsText) || (a.IsNumeric && b.IsNumeric) || (a.IsInstant && b.IsInstant) || a.Kind == b.Kind)
            return OracleType.Common(a, b);
        throw new OracleError(1790, "expression must have same datatype as corresponding expression");
    }

    private static void OrderByPosition(IReadOnlyList<OrderItem> items, List<OutputColumn> output, StringBuilder text)
    {
        for (var i = 0; i < items.Count; i++)
        {
            var position = Position(items[i], output.Count)
                ?? (items[i].Value is ColumnExpr { Qualifier: null } name && output.FindIndex(o => o.Name == name.Name) is var at and >= 0 ? at + 1 : 0);
            if (position == 0) throw OracleError.Unsupported("ORDER BY an expression after a set operator", items[i].Value.Start);
            text.Append(i == 0 ? " ORDER BY " : ", ").Append(position).Append(Direction(items[i]));
        }
    }

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
