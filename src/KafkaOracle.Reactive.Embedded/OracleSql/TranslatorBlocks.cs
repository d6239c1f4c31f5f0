using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>One SELECT: its list, WHERE with ROWNUM, grouping and order.</summary>
internal sealed partial class Translator
{
    private TranslatedQuery BlockAlone(QueryBlock block, Scope? outer)
    {
        var text = new StringBuilder();
        return new TranslatedQuery(Block(block, outer, [], text, new Wishes()) is var columns ? text.ToString() : "", columns);
    }

    /// <summary>What the query around a block wants of it besides its values.</summary>
    private sealed class Wishes
    {
        /// <summary>Takes the tables whose rows are to be locked; behind the values come the rows' numbers.</summary>
        public List<(Table Table, string Alias)>? Locked { get; init; }

        /// <summary>The columns that FOR UPDATE OF names.</summary>
        public IReadOnlyList<Expr> LockedColumns { get; init; } = [];

        /// <summary>Takes the directions of ORDER BY: its values then come as columns k1, k2 .. in place of an order.</summary>
        public List<string>? SortKeys { get; init; }

        /// <summary>The order is that of a hierarchy's siblings.</summary>
        public bool OrdersSiblings { get; init; }

        /// <summary>Puts the select list's texts and a further condition in place of the values.</summary>
        public Func<IReadOnlyList<TypedSql>, (IEnumerable<string> Items, string? Condition)>? Shape { get; init; }
    }

    private List<OutputColumn> Block(QueryBlock block, Scope? outer, IReadOnlyList<OrderItem> orderBy, StringBuilder text, Wishes wishes)
    {
        var allowsSequences = _allowsSequences;
        _allowsSequences = false;
        var (fromItem, condition) = Marked(block.From!, block.Where);
        var scope = new Scope(outer);
        var stored = _stored.Count;
        var from = From(fromItem, scope);
        var locked = wishes.Locked;
        if (locked != null)
        {
            var named = wishes.LockedColumns.Select(c => Value(c, scope).Text).ToList();
            locked.AddRange(_stored.Skip(stored).Where(s => named.Count == 0 || named.Exists(n => n.StartsWith(s.Alias + ".", StringComparison.Ordinal))));
        }
        if (wishes.OrdersSiblings && block.Hierarchy == null) throw new OracleError(30929, "ORDER SIBLINGS BY clause not allowed here", orderBy[0].Value.Start);
        if (block.Hierarchy != null)
        {
            if (locked != null) throw OracleError.Unsupported("FOR UPDATE of a hierarchy", block.Hierarchy.Start);
            (from, condition) = Hierarchical(block, from, condition, orderBy, wishes.OrdersSiblings, scope);
            if (wishes.OrdersSiblings) orderBy = [];
        }
        var grouped = block.GroupBy.Count > 0 || block.GroupingSets != null || block.Having != null || block.Items.Any(i => Aggregated(i.Value)) || orderBy.Any(o => Aggregated(o.Value));
        var reordered = grouped || block.Distinct || orderBy.Count > 0 || block.Items.Any(i => Windowed(i.Value));
        var (where, limit) = Where(condition, scope);
        if (limit != null || UsesRowNumber(block, orderBy))
        {
            if (reordered) (from, where, limit) = (Numbered(from, where, limit, scope), null, null);
            else scope.RowNumber = new TypedSql("o_from_integer(row_number() OVER ())", OracleType.Number, NotNull: true);
        }
        if (locked != null && (grouped || block.Distinct || scope.RowNumber is { Text: not "o_from_integer(row_number() OVER ())" })) throw NotLockable(block.Start);
        if (locked is { Count: 0 } && from.Length > 0) throw OracleError.Unsupported("FOR UPDATE of what is not a table", block.From!.Start);
        if (block.GroupingSets != null || block.Items.Any(i => NestsAggregates(i.Value))) scope.Below = new GroupedRows(block, NewAlias(), Renamed(from, where, scope));
        var groups = block.GroupBy.Select(g => Grouped(g, scope)).ToList();
        if (grouped) scope.Grouping = Groups(block, groups, scope);
        scope.AllowsAggregates = true;
        var having = block.Having == null ? null : Having(block.Having, scope);
        scope.AllowsWindows = true;
        _allowsSequences = allowsSequences && !grouped && !block.Distinct;

        var output = new List<OutputColumn>();
        var values = new List<TypedSql>();
        foreach (var item in block.Items)
        {
            if (item.Value is StarExpr star)
            {
                foreach (var (name, value) in Star(star, scope)) Add(name, value, name);
                continue;
            }
            var translated = Value(item.Value, scope);
            // Only a column itself is described as NOT NULL, never an expression.
            Add(item.Alias ?? (item.Value is ColumnExpr column ? column.Name : OutputName(item.Text)), translated with { NotNull = translated.NotNull && item.Value is ColumnExpr }, (item.Value as ColumnExpr)?.Name);
        }
        _allowsSequences = false;
        if (block.Distinct && values.FirstOrDefault(v => v.Type.IsLob) is { } lob) throw OracleError.Inconsistent("-", lob.Type.Name, block.Start);
        var order = OrderBy(orderBy, block, output, values, scope);
        if (scope.Below != null) (from, where, having, groups) = ($"({scope.Below.Text}) AS {scope.Below.Alias}", having, null, []);
        var (items, further) = wishes.Shape?.Invoke(values) ?? (values.Select((v, i) => $"{v.Text} AS c{i + 1}"), null);
        text.Append("SELECT ").Append(block.Distinct ? "DISTINCT " : "").AppendJoin(", ", items);
        if (wishes.SortKeys != null) text.Append(string.Concat(order.Select((o, i) => $", {o.Text} AS k{i + 1}")));
        if (locked != null) foreach (var (_, alias) in locked) text.Append($", {alias}.rowid");
        if (from.Length > 0) text.Append(" FROM ").Append(from);
        if (further != null) where = where == null ? further : $"{where} AND {further}";
        if (where != null) text.Append(" WHERE ").Append(where);
        if (groups.Count > 0) text.Append(" GROUP BY ").AppendJoin(", ", groups.Select(g => g.Text));
        if (having != null) text.Append(" HAVING ").Append(having);
        if (wishes.SortKeys != null) wishes.SortKeys.AddRange(order.Select(o => o.Direction));
        else if (order.Count > 0) text.Append(" ORDER BY ").AppendJoin(", ", order.Select(o => o.Text + o.Direction));
        if (limit != null) text.Append(" LIMIT ").Append(limit);
        return output;

        void Add(string name, TypedSql value, string? column)
        {
            output.Add(new OutputColumn(name, value.Type, !value.NotNull) { Column = column });
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
                if (column.Pseudo || (column.Hidden && star.Qualifier == null)) continue;
                if (scope.Grouping != null) scope.Find(new ColumnExpr(star.Start, source.Name, column.Name));
                yield return (column.Name, column.Value);
            }
        }
        if (!found) throw OracleError.NoColumn($"\"{star.Qualifier}\".*", star.Start);
    }

    private List<(string Text, string Direction)> OrderBy(IReadOnlyList<OrderItem> items, QueryBlock block, List<OutputColumn> output, List<TypedSql> values, Scope scope)
    {
        var order = new List<(string, string)>();
        scope.Aliases = [];
        foreach (var item in block.Items)
            if (item.Alias != null && output.FindIndex(o => o.Name == item.Alias) is var at and >= 0) scope.Aliases[item.Alias] = values[at];
        foreach (var item in items)
        {
            var value = Position(item, output.Count) is { } position ? values[position - 1] : Value(item.Value, scope);
            if (value.Type.IsLob) throw OracleError.Inconsistent("-", value.Type.Name, item.Value.Start);
            if (block.Distinct && values.All(v => v.Text != value.Text)) throw new OracleError(1791, "not a SELECTed expression", item.Value.Start);
            order.Add((Ordered(value), Direction(item)));
        }
        scope.Aliases = null;
        return order;
    }
}
