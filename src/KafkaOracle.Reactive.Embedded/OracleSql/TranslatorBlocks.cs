using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>One SELECT: its list, WHERE with ROWNUM, grouping and order.</summary>
internal sealed partial class Translator
{
    private static readonly string One = Literals.Number(1).Text;

    private TranslatedQuery BlockAlone(QueryBlock block, Scope? outer)
    {
        var text = new StringBuilder();
        return new TranslatedQuery(Block(block, outer, [], text) is var columns ? text.ToString() : "", columns);
    }

    private List<OutputColumn> Block(
        QueryBlock block, Scope? outer, IReadOnlyList<OrderItem> orderBy, StringBuilder text, List<(Table Table, string Alias)>? locked = null, IReadOnlyList<Expr>? lockedColumns = null)
    {
        var allowsSequences = _allowsSequences;
        _allowsSequences = false;
        var (fromItem, condition) = Marked(block.From!, block.Where);
        var scope = new Scope(outer);
        var stored = _stored.Count;
        var from = From(fromItem, scope);
        if (locked != null)
        {
            var named = (lockedColumns ?? []).Select(c => Value(c, scope).Text).ToList();
            locked.AddRange(_stored.Skip(stored).Where(s => named.Count == 0 || named.Exists(n => n.StartsWith(s.Alias + ".", StringComparison.Ordinal))));
        }
        var grouped = block.GroupBy.Count > 0 || block.Having != null || block.Items.Any(i => Aggregated(i.Value)) || orderBy.Any(o => Aggregated(o.Value));
        var reordered = grouped || block.Distinct || orderBy.Count > 0 || block.Items.Any(i => Windowed(i.Value));
        var (where, limit) = Where(condition, scope);
        if (limit != null || UsesRowNumber(block, orderBy))
        {
            if (reordered) (from, where, limit) = (Numbered(from, where, limit, scope), null, null);
            else scope.RowNumber = new TypedSql("o_from_integer(row_number() OVER ())", OracleType.Number, NotNull: true);
        }
        if (locked != null && (grouped || block.Distinct || scope.RowNumber is { Text: not "o_from_integer(row_number() OVER ())" })) throw NotLockable(block.Start);
        if (locked is { Count: 0 } && from.Length > 0) throw OracleError.Unsupported("FOR UPDATE of what is not a table", block.From!.Start);
        var groups = block.GroupBy.Select(g => Grouped(g, scope)).ToList();
        if (grouped) scope.Grouping = [.. groups];
        scope.AllowsAggregates = true;
        var having = block.Having == null ? null : Condition(block.Having, scope);
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
        text.Append("SELECT ").Append(block.Distinct ? "DISTINCT " : "");
        text.AppendJoin(", ", values.Select((v, i) => $"{v.Text} AS c{i + 1}"));
        if (locked != null) foreach (var (_, alias) in locked) text.Append($", {alias}.rowid");
        if (from.Length > 0) text.Append(" FROM ").Append(from);
        if (where != null) text.Append(" WHERE ").Append(where);
        if (groups.Count > 0) text.Append(" GROUP BY ").AppendJoin(", ", groups);
        if (having != null) text.Append(" HAVING ").Append(having);
        OrderBy(orderBy, block, output, values, scope, text);
        if (limit != null) text.Append(" LIMIT ").Append(limit);
        return output;

        void Add(string name, TypedSql value, string? column)
        {
            output.Add(new OutputColumn(name, value.Type, !value.NotNull) { Column = column });
            values.Add(value);
        }
    }

    private string Grouped(Expr expr, Scope scope)
    {
        var value = Value(expr, scope);
        if (value.Type.IsLob) throw OracleError.Inconsistent("-", value.Type.Name, expr.Start);
        return value.Text;
    }

    /// <summary>The rows of FROM and WHERE in a table of their own, numbered, so that grouping and sorting come after ROWNUM.</summary>
    private string Numbered(string from, string? where, string? limit, Scope scope)
    {
        var alias = NewAlias();
        var columns = new List<string>();
        for (var i = 0; i < scope.Sources.Count; i++)
        {
            scope.Sources[i] = scope.Sources[i] with
            {
                Columns = [.. scope.Sources[i].Columns.Select(c =>
                {
                    columns.Add(c.Value.Text);
                    return c with { Value = c.Value with { Text = $"{alias}.x{columns.Count}" } };
                })],
            };
        }
        scope.RowNumber = new TypedSql($"o_from_integer({alias}.n)", OracleType.Number, NotNull: true);
        var text = new StringBuilder("(SELECT ").AppendJoin(", ", columns.Select((c, i) => $"{c} AS x{i + 1}").Append("row_number() OVER () AS n"));
        if (from.Length > 0) text.Append(" FROM ").Append(from);
        if (where != null) text.Append(" WHERE ").Append(where);
        if (limit != null) text.Append(" LIMIT ").Append(limit);
        return text.Append($") AS {alias}").ToString();
    }

    private static bool UsesRowNumber(QueryBlock block, IReadOnlyList<OrderItem> orderBy) =>
        block.Items.Any(i => IsRowNumbered(i.Value)) || block.GroupBy.Any(IsRowNumbered) || orderBy.Any(o => IsRowNumbered(o.Value));

    private static bool IsRowNumbered(Expr expr) => SyntaxTree.Any(expr, e => e is ColumnExpr { Qualifier: null, Name: "ROWNUM" });

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

    /// <summary>The WHERE condition, and the limit that ROWNUM sets in it.</summary>
    private (string? Where, string? Limit) Where(Expr? condition, Scope scope)
    {
        string? limit = null;
        var conditions = new List<string>();
        foreach (var part in Conjuncts(condition))
        {
            if (!IsRowNumbered(part))
            {
                conditions.Add(Condition(part, scope));
                continue;
            }
            var (least, most) = RowNumberBounds(part, scope);
            // A row is numbered 1 until one passes: a lower bound above 1 lets none pass.
            if (least != null) conditions.Add(least);
            if (most != null) limit = limit == null ? most : $"min({limit}, {most})";
        }
        return (conditions.Count == 0 ? null : string.Join(" AND ", conditions), limit);
    }

    private (string? Least, string? Most) RowNumberBounds(Expr part, Scope scope)
    {
        if (part is BetweenExpr { Operand: ColumnExpr, Negated: false } between && !IsRowNumbered(between.Low) && !IsRowNumbered(between.High))
            return ($"({Bound(between.Low)} <= {One})", $"o_limit({Bound(between.High)})");
        if (part is BinaryExpr comparison && IsRowNumbered(comparison.Left) != IsRowNumbered(comparison.Right))
        {
            var flipped = IsRowNumbered(comparison.Right);
            var op = !flipped ? comparison.Operator : comparison.Operator switch { "<" => ">", ">" => "<", "<=" => ">=", ">=" => "<=", var same => same };
            if ((flipped ? comparison.Right : comparison.Left) is ColumnExpr)
            {
                var other = flipped ? comparison.Left : comparison.Right;
                switch (op)
                {
                    case "<=": return (null, $"o_limit({Bound(other)})");
                    case "<": return (null, $"o_limit_below({Bound(other)})");
                    case "=": return ($"({Bound(other)} = {One})", "1");
                    case ">": return ($"({Bound(other)} < {One})", null);
                    case ">=": return ($"({Bound(other)} <= {One})", null);
                    default: break;
                }
            }
        }
        throw OracleError.Unsupported("ROWNUM in this condition", part.Start);

        string Bound(Expr expr) => Conversions.ToNumber(Value(expr, new Scope(null)), expr.Start).Text;
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
        if (items.Count == 0) return;
        scope.Aliases = [];
        foreach (var item in block.Items)
            if (item.Alias != null && output.FindIndex(o => o.Name == item.Alias) is var at and >= 0) scope.Aliases[item.Alias] = values[at];
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i];
            var value = Position(item, output.Count) is { } position ? values[position - 1] : Value(item.Value, scope);
            if (value.Type.IsLob) throw OracleError.Inconsistent("-", value.Type.Name, item.Value.Start);
            if (block.Distinct && values.All(v => v.Text != value.Text)) throw new OracleError(1791, "not a SELECTed expression", item.Value.Start);
            text.Append(i == 0 ? " ORDER BY " : ", ").Append(Ordered(value)).Append(Direction(item));
        }
        scope.Aliases = null;
    }
}
