namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>GROUP BY with its sets, and CONNECT BY.</summary>
internal sealed partial class Parser
{
    private const int MostGroupingSets = 256;

    /// <summary>The expressions of GROUP BY, and where there are several sets of them, those.</summary>
    private (IReadOnlyList<Expr> All, IReadOnlyList<IReadOnlyList<Expr>>? Sets) GroupBy()
    {
        Expect("GROUP");
        Expect("BY");
        // Elements side by side are combined, each set of one with each set of the other.
        List<IReadOnlyList<Expr>> sets = [[]];
        var start = Current.Start;
        foreach (var element in List(GroupingElement))
        {
            if (sets.Count * element.Count > MostGroupingSets) throw OracleError.Unsupported($"more than {MostGroupingSets} grouping sets", start);
            sets = [.. sets.SelectMany(_ => element, (left, right) => (IReadOnlyList<Expr>)[.. left, .. right])];
        }
        if (sets is [{ Count: > 0 } only]) return (only, null);
        return ([.. sets.SelectMany(s => s).Distinct(ReferenceEqualityComparer.Instance).Cast<Expr>()], sets);
    }

    private List<IReadOnlyList<Expr>> GroupingElement()
    {
        using var deeper = Deeper();
        if (Current.Is("GROUPING") && Ahead(1).Is("SETS"))
        {
            _at += 2;
            Expect("(");
            var sets = List(GroupingElement).SelectMany(s => s).ToList();
            Expect(")");
            return sets;
        }
        if ((Current.Is("ROLLUP") || Current.Is("CUBE")) && Ahead(1).Is("("))
        {
            var isCube = Advance().Is("CUBE");
            Expect("(");
            var start = Current.Start;
            var elements = List(GroupingSet);
            Expect(")");
            if (!isCube) return [.. Enumerable.Range(0, elements.Count + 1).Select(n => Together(elements.Take(elements.Count - n)))];
            if (elements.Count > 8) throw OracleError.Unsupported("CUBE of more than 8 expressions", start);
            return [.. Enumerable.Range(0, 1 << elements.Count).Select(mask => Together(elements.Where((_, i) => ((mask >> (elements.Count - 1 - i)) & 1) == 0)))];
        }
        return [GroupingSet()];

        static IReadOnlyList<Expr> Together(IEnumerable<IReadOnlyList<Expr>> elements) => [.. elements.SelectMany(e => e)];
    }

    /// <summary>An expression, several in parentheses, or none.</summary>
    private IReadOnlyList<Expr> GroupingSet()
    {
        if (Current.Is("(") && Ahead(1).Is(")"))
        {
            _at += 2;
            return [];
        }
        var expr = Expression();
        return expr is TupleExpr tuple ? tuple.Items : [expr];
    }

    private Hierarchy ConnectBy()
    {
        var start = Current.Start;
        var roots = Roots();
        Expect("CONNECT");
        Expect("BY");
        var allowsCycles = Accept("NOCYCLE");
        var condition = Condition();
        return new Hierarchy(start, roots ?? Roots(), condition, allowsCycles);

        Expr? Roots()
        {
            if (!Accept("START")) return null;
            Expect("WITH");
            return Condition();
        }
    }

    /// <summary>CONNECT BY LEVEL &lt;= n, or ROWNUM, of DUAL alone: the usual way to make rows, which needs no hierarchy.</summary>
    private static LevelsFrom? Levels(FromItem from, Hierarchy hierarchy)
    {
        if (from is not TableFrom { Name: "DUAL" } || hierarchy.Roots != null) return null;
        if (hierarchy.Condition is not BinaryExpr { Operator: "<=" or "<", Left: ColumnExpr { Qualifier: null, Name: "LEVEL" or "ROWNUM" } } condition) return null;
        if (SyntaxTree.Any(condition.Right, e => e is PriorExpr or ColumnExpr)) return null;
        var most = condition.Operator == "<=" ? condition.Right : new BinaryExpr(hierarchy.Start, "-", condition.Right, new NumberLiteral(hierarchy.Start, "1", ""));
        return new LevelsFrom(hierarchy.Start, most);
    }
}
