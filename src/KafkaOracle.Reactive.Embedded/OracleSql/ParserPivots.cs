namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>PIVOT and UNPIVOT behind an item of FROM.</summary>
internal sealed partial class Parser
{
    private FromItem Pivoted(FromItem item)
    {
        while (true)
        {
            if (Current.Is("PIVOT") && Ahead(1).Is("XML")) throw OracleError.Unsupported("PIVOT XML", Current.Start);
            if (Current.Is("PIVOT") && Ahead(1).Is("(")) item = Pivot(item);
            else if (Current.Is("UNPIVOT")) item = Unpivot(item);
            else return item;
        }
    }

    private PivotFrom Pivot(FromItem source)
    {
        var start = Advance().Start;
        Expect("(");
        var aggregates = List(() =>
        {
            var call = Expression() as CallExpr ?? throw new OracleError(56902, "expect aggregate function inside pivot operation", start);
            return (call, PivotName());
        });
        Expect("FOR");
        var columns = Parenthesised(PivotColumn);
        Expect("IN");
        Expect("(");
        if (Current.Is("ANY") || AtNestedQuery() || Current.Is("SELECT")) throw OracleError.Unsupported("PIVOT of values that a query finds", Current.Start);
        var values = List(() =>
        {
            var from = Current.Start;
            var items = Parenthesised(Expression);
            if (items.Count != columns.Count) throw new OracleError(56901, "non-constant expression is not allowed for pivot|unpivot values", from);
            return ((IReadOnlyList<Expr>)items, PivotName() ?? string.Join("_", items.Select(i => _sql[i.Start..i.End])));
        });
        Expect(")");
        Expect(")");
        return new PivotFrom(start, source, aggregates, columns, values, Alias());
    }

    private UnpivotFrom Unpivot(FromItem source)
    {
        var start = Advance().Start;
        var includesNulls = Accept("INCLUDE");
        if (includesNulls || Accept("EXCLUDE")) Expect("NULLS");
        Expect("(");
        var values = Parenthesised(() => Name().Text);
        Expect("FOR");
        var labels = Parenthesised(() => Name().Text);
        Expect("IN");
        Expect("(");
        var groups = List(() =>
        {
            var columns = Parenthesised(PivotColumn);
            if (columns.Count != values.Count) throw new OracleError(56901, "non-constant expression is not allowed for pivot|unpivot values", columns[0].Start);
            var written = Accept("AS") ? Parenthesised(Expression) : [.. labels.Select(Expr (_) => new TextLiteral(columns[0].Start, string.Join("_", columns.Select(c => c.Name))))];
            return ((IReadOnlyList<ColumnExpr>)columns, (IReadOnlyList<Expr>)written);
        });
        Expect(")");
        Expect(")");
        return new UnpivotFrom(start, source, includesNulls, values, labels, groups, Alias());
    }

    private ColumnExpr PivotColumn() => Name() is var name ? new ColumnExpr(name.Start, null, name.Text) : throw OracleError.Missing("FOR", Current.Start);

    private string? PivotName()
    {
        if (Accept("AS")) return Name().Text;
        return Current.IsName && !Current.Is("FOR") ? Advance().Text : null;
    }

    /// <summary>One, or several in parentheses.</summary>
    private List<T> Parenthesised<T>(Func<T> item)
    {
        if (!Accept("(")) return [item()];
        var items = List(item);
        Expect(")");
        return items;
    }
}
