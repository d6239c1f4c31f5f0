namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>A view that a statement changes rows through: its columns and condition in the terms of what it is over.</summary>
internal sealed record ViewLayer(string Name, IReadOnlyList<(string Name, Expr Value)> Columns, Expr? Where, bool ChecksRows);

/// <summary>What a statement changes: a table, and the views through which it does.</summary>
/// <param name="Table">The table.</param>
/// <param name="Name">What the statement, or the first view, calls it.</param>
/// <param name="Layers">The views, the one over the table first.</param>
internal sealed record ChangeTarget(Table Table, string Name, IReadOnlyList<ViewLayer> Layers)
{
    /// <summary>The names of its columns, as * and an INSERT without names have them.</summary>
    public IEnumerable<string> Columns => Layers.Count > 0 ? Layers[^1].Columns.Select(c => c.Name) : Table.Columns.Where(c => !c.IsHidden && !c.IsInvisible).Select(c => c.Name);

    /// <summary>The table's column behind a name.</summary>
    public TableColumn Column(string name, int position)
    {
        var shown = name;
        foreach (var layer in Layers.Reverse())
        {
            var value = layer.Columns.FirstOrDefault(c => c.Name == shown).Value ?? throw OracleError.NoColumn($"\"{shown}\"", position);
            shown = (value as ColumnExpr)?.Name ?? throw new OracleError(1733, "virtual column not allowed here", position);
        }
        return Table.IndexOf(shown) is var at and >= 0 && Table.Columns[at] is { IsHidden: false } column ? column : throw OracleError.NoColumn($"\"{shown}\"", position);
    }
}

/// <summary>Rows that are changed through views are those of their one table.</summary>
internal sealed partial class Translator
{
    /// <summary>What a statement changes.</summary>
    private ChangeTarget Changed(TableFrom from)
    {
        if (from.Inline != null) return Through(from.Inline, [], from.Alias ?? "", from.ChecksRows, from.Start);
        if (!catalog.Views.TryGetValue(from.Name, out var view)) return new ChangeTarget(catalog.Find(from.Name, from.Start), from.Alias ?? from.Name, []);
        if (view.IsReadOnly) throw new OracleError(42399, "cannot perform a DML operation on a read-only view", from.Start);
        return Through(view.Query, view.Columns, from.Alias ?? from.Name, view.ChecksRows, from.Start);
    }

    /// <summary>A table itself, where a statement cannot change it through a view.</summary>
    private Table ChangedTable(TableFrom from) =>
        Changed(from) is { Layers.Count: 0 } target ? target.Table : throw OracleError.Unsupported("changing rows through a view in this statement", from.Start);

    private ChangeTarget Through(Query query, IReadOnlyList<string> names, string name, bool checks, int position)
    {
        if (query is not { With.Count: 0, OrderBy.Count: 0, Offset: null, Fetch: null, Blocks: [var (_, block)] } || block.Nested != null || !IsOfRows(block))
            throw new OracleError(1732, "data manipulation operation not legal on this view", position);
        if (block.From is not TableFrom source) throw OracleError.Unsupported("changing rows of a join", position);
        if (++_viewDepth > DeepestView) throw new OracleError(1731, "circular view definition encountered", position);
        var target = Changed(source);
        _viewDepth--;
        var columns = block.Items.SelectMany(i => i.Value is StarExpr
            ? target.Columns.Select(c => (Name: c, Value: (Expr)new ColumnExpr(i.Value.Start, null, c)))
            : [(i.Alias ?? (i.Value as ColumnExpr)?.Name ?? OutputName(i.Text), i.Value)]).ToList();
        if (names.Count > 0) columns = [.. columns.Zip(names, (c, n) => (n, c.Value))];
        return target with { Layers = [.. target.Layers, new ViewLayer(name, columns, block.Where, checks)] };
    }

    /// <summary>Whether every row of a block is one of its table's.</summary>
    private static bool IsOfRows(QueryBlock block) =>
        block is { Distinct: false, GroupBy.Count: 0, GroupingSets: null, Having: null, Hierarchy: null }
        && !block.Items.Any(i => Aggregated(i.Value) || Windowed(i.Value) || IsRowNumbered(i.Value)) && (block.Where == null || !IsRowNumbered(block.Where));

    /// <summary>The table in SQLite's words; the target's columns enter the scope, and which of its rows are seen the conditions.</summary>
    private string Entered(ChangeTarget target, Scope scope, List<string> conditions)
    {
        var inner = new Scope(null);
        var text = StoredTable(target.Table, target.Name, inner);
        if (target.Table.Temporary != null) conditions.Add(IsOwn(text[(text.LastIndexOf(' ') + 1)..] + "."));
        scope.Sources.AddRange(Through(target, inner, conditions).Sources);
        return text;
    }

    /// <summary>The columns of a target as RETURNING and conditions on what was written see them.</summary>
    private Scope Written(ChangeTarget target, List<string> conditions)
    {
        var scope = new Scope(null);
        scope.Sources.AddRange(StoredColumns(target.Table));
        scope.Sources[0] = scope.Sources[0] with { Name = target.Name };
        return Through(target, scope, conditions);
    }

    private Scope Through(ChangeTarget target, Scope scope, List<string> conditions)
    {
        foreach (var layer in target.Layers)
        {
            if (layer.Where != null) conditions.Add(Condition(layer.Where, scope));
            var next = new Scope(null);
            next.Sources.Add(new Source(layer.Name, [.. layer.Columns.Select(c => new SourceColumn(c.Name, Value(c.Value, scope))), .. scope.Sources[0].Columns.Where(c => c.Name == "ROWID")]));
            scope = next;
        }
        return scope;
    }

    /// <summary>Fails for a row that a view WITH CHECK OPTION does not show; null where none is.</summary>
    private string? CheckOption(ChangeTarget target)
    {
        var last = target.Layers.ToList().FindLastIndex(l => l.ChecksRows);
        if (last < 0) return null;
        var conditions = new List<string>();
        Written(target with { Layers = [.. target.Layers.Take(last + 1)] }, conditions);
        return conditions.Count == 0 ? null : $"CASE WHEN {string.Join(" AND ", conditions)} THEN NULL ELSE o_outside_view() END";
    }

    /// <summary>That a row of a temporary table is this session's.</summary>
    private static string IsOwn(string prefix) => $"{prefix}{Literals.Name(Table.SessionColumn)} = o_session()";
}
