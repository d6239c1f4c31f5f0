using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>ROWNUM: what it limits in WHERE, and rows numbered before they are sorted.</summary>
internal sealed partial class Translator
{
    private static readonly string One = Literals.Number(1).Text;

    /// <summary>The rows of FROM and WHERE in a table of their own, numbered, so that grouping and sorting come after ROWNUM.</summary>
    private string Numbered(string from, string? where, string? limit, Scope scope)
    {
        var rows = Renamed(from, where, scope, ", row_number() OVER () AS n");
        scope.RowNumber = new TypedSql($"o_from_integer({rows.Alias}.n)", OracleType.Number, NotNull: true);
        return $"({rows.Text}{(limit == null ? "" : $" LIMIT {limit}")}) AS {rows.Alias}";
    }

    /// <summary>A query of the rows of FROM and WHERE that calls their columns x1, x2 .. : what the scope's sources then show.</summary>
    private (string Alias, string Text, int Columns) Renamed(string from, string? where, Scope scope, string further = "")
    {
        var alias = NewAlias();
        var columns = new List<string>();
        Recall(scope, value =>
        {
            columns.Add(value);
            return $"{alias}.x{columns.Count}";
        });
        var text = new StringBuilder("SELECT ").AppendJoin(", ", columns.Select((c, i) => $"{c} AS x{i + 1}")).Append(further);
        if (from.Length > 0) text.Append(" FROM ").Append(from);
        if (where != null) text.Append(" WHERE ").Append(where);
        return (alias, text.ToString(), columns.Count);
    }

    /// <summary>Gives every column that the scope itself shows another text.</summary>
    private static void Recall(Scope scope, Func<string, string> text)
    {
        for (var i = 0; i < scope.Sources.Count; i++)
            scope.Sources[i] = scope.Sources[i] with { Columns = [.. scope.Sources[i].Columns.Select(c => c with { Value = c.Value with { Text = text(c.Value.Text), IsLiteral = false } })] };
        if (scope.RowNumber != null) scope.RowNumber = scope.RowNumber with { Text = text(scope.RowNumber.Text) };
    }

    private static bool UsesRowNumber(QueryBlock block, IReadOnlyList<OrderItem> orderBy) =>
        block.Items.Any(i => IsRowNumbered(i.Value)) || block.GroupBy.Any(IsRowNumbered) || orderBy.Any(o => IsRowNumbered(o.Value));

    private static bool IsRowNumbered(Expr expr) => SyntaxTree.Any(expr, e => e is ColumnExpr { Qualifier: null, Name: "ROWNUM" });

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
            return ($"({Bound(between.Low)} <= {One})", $"ifnull(o_limit({Bound(between.High)}), 0)");
        if (part is BinaryExpr comparison && IsRowNumbered(comparison.Left) != IsRowNumbered(comparison.Right))
        {
            var flipped = IsRowNumbered(comparison.Right);
            var op = !flipped ? comparison.Operator : comparison.Operator switch { "<" => ">", ">" => "<", "<=" => ">=", ">=" => "<=", var same => same };
            if ((flipped ? comparison.Right : comparison.Left) is ColumnExpr)
            {
                var other = flipped ? comparison.Left : comparison.Right;
                switch (op)
                {
                    case "<=": return (null, $"ifnull(o_limit({Bound(other)}), 0)");
                    case "<": return (null, $"ifnull(o_limit_below({Bound(other)}), 0)");
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
}
