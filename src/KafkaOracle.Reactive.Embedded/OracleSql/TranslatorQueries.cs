using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>A column that a query yields; in SQLite's text it is called c1, c2 ...</summary>
internal sealed record OutputColumn(string Name, OracleType Type, bool Nullable);

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

internal sealed partial class Translator
{
    private readonly Dictionary<string, (string SqlName, IReadOnlyList<OutputColumn> Columns)> _named = [];

    public TranslatedQuery Query(Query query, Scope? outer)
    {
        var text = new StringBuilder();
        var shadowed = new List<(string, (string, IReadOnlyList<OutputColumn>)?)>();
        for (var i = 0; i < query.With.Count; i++)
        {
            var (name, columnNames, named) = query.With[i];
            var body = Query(named, outer);
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
            output = Block(query.Blocks[0].Block, outer, query.OrderBy, text, locked: query.ForUpdate == null ? null : locked);
        }
        else
        {
            if (query.ForUpdate != null) throw NotLockable(query.Blocks[0].Block.Start);
            output = SetOperation(query, outer, text);
        }
        if (query.ForUpdate != null && (query.Fetch ?? query.Offset) is { } limit) throw NotLockable(limit.Start);
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
        return new TranslatedQuery(text.ToString(), output) { Locked = [.. locked.Select(l => l.Table)] };
    }

    private static OracleError NotLockable(int position) => new(2014, "cannot select FOR UPDATE from view with DISTINCT, GROUP BY, etc.", position);

    private List<OutputColumn> SetOperation(Query query, Scope? outer, StringBuilder text)
    {
        var parts = query.Blocks.Select(b => b.Block.Nested == null ? BlockAlone(b.Block, outer) : Query(b.Block.Nested, outer)).ToList();
        if (parts.Any(p => p.Columns.Count != parts[0].Columns.Count)) throw new OracleError(1789, "query block has incorrect number of result columns", query.Blocks[1].Block.Start);
        var output = parts[0].Columns.ToList();
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

    private TranslatedQuery BlockAlone(QueryBlock block, Scope? outer)
    {
        var text = new StringBuilder();
        return new TranslatedQuery(Block(block, outer, [], text) is var columns ? text.ToString() : "", columns);
    }

    private List<OutputColumn> Block(QueryBlock block, Scope? outer, IReadOnlyList<OrderItem> orderBy, StringBuilder text, List<(Table Table, string Alias)>? locked = null)
    {
        var scope = new Scope(outer);
        var stored = _stored.Count;
        var from = From(block.From!, scope);
        locked?.AddRange(_stored.Skip(stored));
        var grouped = block.GroupBy.Count > 0 || block.Having != null || block.Items.Any(i => Aggregated(i.Value)) || orderBy.Any(o => Aggregated(o.Value));
        var groups = block.GroupBy.Select(g => Value(g, scope).Text).ToList();
        var (where, limit) = Where(block, scope, grouped || orderBy.Count > 0);
        if (grouped) scope.Grouping = [.. groups];
        if (locked != null && (grouped || block.Distinct)) throw NotLockable(block.Start);
        if (locked is { Count: 0 } && from.Length > 0) throw OracleError.Unsupported("FOR UPDATE of what is not a table", block.From!.Start);

        var output = new List<OutputColumn>();
        var values = new List<TypedSql>();
        foreach (var item in block.Items)
        {
            if (item.Value is StarExpr star)
            {
                foreach (var (name, value) in Star(star, scope)) Add(name, value);
                continue;
            }
            var translated = Value(item.Value, scope);
            Add(item.Alias ?? (item.Value is ColumnExpr column ? column.Name : OutputName(item.Text)), translated);
        }
        text.Append("SELECT ").Append(block.Distinct ? "DISTINCT " : "");
        text.AppendJoin(", ", values.Select((v, i) => $"{v.Text} AS c{i + 1}"));
        if (locked != null) foreach (var (_, alias) in locked) text.Append($", {alias}.rowid");
        if (from.Length > 0) text.Append(" FROM ").Append(from);
        if (where != null) text.Append(" WHERE ").Append(where);
        if (groups.Count > 0) text.Append(" GROUP BY ").AppendJoin(", ", groups);
        if (block.Having != null) text.Append(" HAVING ").Append(Condition(block.Having, scope));
        OrderBy(orderBy, block, output, values, scope, text);
        if (limit != null) text.Append(" LIMIT ").Append(limit);
        return output;

        void Add(string name, TypedSql value)
        {
            output.Add(new OutputColumn(name, value.Type, !value.NotNull));
            values.Add(value);
        }
    }

    /// <summary>The name of a column without alias: its text in upper case without blanks.</summary>
    private static string OutputName(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c))).ToUpperInvariant() is var name && name.Length > 128 ? name[..128] : name;

    private static IEnumerable<(string Name, TypedSql Value)> Star(StarExpr star, Scope scope)
    {
        var found = false;
        foreach (var source in scope.Sources.Where(s => star.Qualifier == null || s.Name == star.Qualifier))
        {
            found = true;
            foreach (var column in source.Columns)
            {
                if (column.Hidden && star.Qualifier == null) continue;
                if (scope.Grouping != null) scope.Find(new ColumnExpr(star.Start, source.Name, column.Name));
                yield return (column.Name, column.Value);
            }
        }
        if (!found) throw OracleError.NoColumn($"\"{star.Qualifier}\".*", star.Start);
    }

    /// <summary>The WHERE condition, and the limit that ROWNUM sets in it.</summary>
    private (string? Where, string? Limit) Where(QueryBlock block, Scope scope, bool reordered)
    {
        string? limit = null;
        var conditions = new List<string>();
        foreach (var part in Conjuncts(block.Where))
        {
            if (part is BinaryExpr { Left: ColumnExpr { Qualifier: null, Name: "ROWNUM" }, Operator: "<" or "<=" or "=" } rownum && limit == null)
            {
                if (reordered) throw OracleError.Unsupported("ROWNUM beside ORDER BY or GROUP BY in one query block", rownum.Start);
                var value = Conversions.ToNumber(Value(rownum.Right, scope)).Text;
                limit = rownum.Operator == "<" ? $"o_limit_below({value})" : rownum.Operator == "=" ? $"(o_limit({value}) = 1)" : $"o_limit({value})";
                continue;
            }
            conditions.Add(Condition(part, scope));
        }
        return (conditions.Count == 0 ? null : string.Join(" AND ", conditions), limit);
    }

    private static IEnumerable<Expr> Conjuncts(Expr? condition) => condition switch
    {
        null => [],
        BinaryExpr { Operator: "AND" } and => Conjuncts(and.Left).Concat(Conjuncts(and.Right)),
        _ => [condition],
    };

    private void OrderBy(
        IReadOnlyList<OrderItem> items, QueryBlock block, List<OutputColumn> output, List<TypedSql> values, Scope scope, StringBuilder text)
    {
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i];
            TypedSql value;
            if (Position(item, output.Count) is { } position) value = values[position - 1];
            else if (item.Value is ColumnExpr { Qualifier: null } alias && block.Items.Any(x => x.Alias == alias.Name) && output.FindIndex(o => o.Name == alias.Name) is var at and >= 0)
                value = values[at];
            else value = Value(item.Value, scope);
            text.Append(i == 0 ? " ORDER BY " : ", ").Append(Ordered(value)).Append(Direction(item));
        }
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
