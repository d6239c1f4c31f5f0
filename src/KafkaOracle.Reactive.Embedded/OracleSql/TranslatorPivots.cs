namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>PIVOT and UNPIVOT, written as the queries that they stand for.</summary>
internal sealed partial class Translator
{
    private const string Unpivoted = "ora$unpivot";

    private string Pivot(PivotFrom pivot, Scope scope)
    {
        var named = pivot.Aggregates.SelectMany(a => SyntaxTree.Columns(a.Call)).Concat(pivot.For).Select(c => c.Name).ToHashSet();
        var keys = ColumnsOf(pivot.Source, scope).Where(c => !named.Contains(c)).Select(c => new ColumnExpr(pivot.Start, null, c)).ToList();
        var items = keys.Select(k => new SelectItem(k, k.Name, k.Name)).ToList();
        foreach (var (values, name) in pivot.In)
        {
            var matches = pivot.For.Zip(values, Expr (c, v) => new BinaryExpr(v.Start, "=", c, v)).Aggregate((l, r) => new BinaryExpr(l.Start, "AND", l, r));
            foreach (var (call, alias) in pivot.Aggregates)
            {
                if (call.Arguments.Count == 0) throw Functions.WrongArguments(call);
                if (!Aggregated(call)) throw new OracleError(56902, "expect aggregate function inside pivot operation", call.Start);
                var counted = call.Arguments[0] is StarExpr ? new NumberLiteral(call.Start, "1", "") : call.Arguments[0];
                var only = new CaseExpr(call.Start, null, [(matches, counted)], null);
                items.Add(new SelectItem(call with { Arguments = [only, .. call.Arguments.Skip(1)] }, alias == null ? name : $"{name}_{alias}", name));
            }
        }
        if (pivot.Aggregates.Count > 1 && pivot.Aggregates.Count(a => a.Alias == null) > 1) throw new OracleError(918, "column ambiguously defined", pivot.Start);
        return Inner(new Query([], [("", new QueryBlock(pivot.Start, false, items, pivot.Source, null, keys, null, null))], [], null, null, null), pivot.Alias, scope);
    }

    private string Unpivot(UnpivotFrom unpivot, Scope scope)
    {
        var named = unpivot.In.SelectMany(g => g.Columns).Select(c => c.Name).ToHashSet();
        var columns = ColumnsOf(unpivot.Source, scope);
        if (named.FirstOrDefault(n => !columns.Contains(n)) is { } missing) throw OracleError.NoColumn($"\"{missing}\"", unpivot.Start);
        var keys = columns.Where(c => !named.Contains(c)).Select(c => new SelectItem(new ColumnExpr(unpivot.Start, null, c), c, c)).ToList();
        var rows = new QueryBlock(unpivot.Start, false, [new SelectItem(new StarExpr(unpivot.Start, null), null, "*")], unpivot.Source, null, [], null, null);
        var blocks = unpivot.In.Select((group, i) =>
        {
            var labels = unpivot.For.Zip(group.Labels, (n, l) => new SelectItem(l, n, n));
            var values = unpivot.Values.Zip(group.Columns, (n, c) => new SelectItem(c, n, n));
            var present = group.Columns.Select(Expr (c) => new IsNullExpr(c.Start, c, true)).Aggregate((l, r) => new BinaryExpr(l.Start, "OR", l, r));
            return (i == 0 ? "" : "UNION ALL", new QueryBlock(unpivot.Start, false, [.. keys, .. labels, .. values], new TableFrom(unpivot.Start, Unpivoted, null), unpivot.IncludesNulls ? null : present, [], null, null));
        });
        var query = new Query([new NamedQuery(Unpivoted, unpivot.Start, [], new Query([], [("", rows)], [], null, null, null))], [.. blocks], [], null, null, null);
        return Inner(query, unpivot.Alias, scope);
    }

    private List<string> ColumnsOf(FromItem item, Scope scope)
    {
        var seen = new Scope(scope.Outer);
        var stored = _stored.Count;
        From(item, seen);
        _stored.RemoveRange(stored, _stored.Count - stored);
        return [.. seen.Sources.SelectMany(s => s.Columns).Where(c => !c.Hidden && !c.Pseudo).Select(c => c.Name)];
    }

    private string Inner(Query query, string? alias, Scope scope)
    {
        var stored = _stored.Count;
        var translated = Subquery(query, scope.Outer);
        _stored.RemoveRange(stored, _stored.Count - stored);
        return Derived($"({translated.Text})", translated.Columns, alias ?? "", scope);
    }
}
