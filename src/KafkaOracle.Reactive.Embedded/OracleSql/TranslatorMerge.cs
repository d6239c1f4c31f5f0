namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>MERGE. One row from DUAL becomes an UPDATE and an INSERT; any other source is joined to the target first.</summary>
internal sealed partial class Translator
{
    private string? _inlineName;

    private DmlPlan Merge(MergeStatement statement)
    {
        var table = ChangedTable(statement.Target);
        if (table.Temporary != null) throw OracleError.Unsupported("MERGE into a temporary table", statement.Target.Start);
        var name = statement.Target.Alias ?? table.Name;
        foreach (var assignment in statement.Update ?? []) CheckNotInOn(assignment, statement.On, name);
        return SingleRow(statement.Source) is { } row && statement.DeleteWhere == null ? MergeRow(statement, table, name, row) : MergeRows(statement, table, name);
    }

    /// <summary>
    /// The UPDATE of the row that matches and, when that changed nothing, the INSERT of the one that has no match. Columns of the ON
    /// clause cannot be updated, so the first cannot change what the second sees.
    /// </summary>
    private DmlPlan MergeRow(MergeStatement statement, Table table, string name, QueryBlock row)
    {
        var steps = new List<DmlStep>();
        var updateScope = new Scope(null);
        var target = StoredTable(table, name, updateScope);
        Inline(row, updateScope);
        var on = Condition(statement.On, updateScope);
        if (statement.Update != null)
        {
            var where = statement.UpdateWhere == null ? "" : $" AND {Condition(statement.UpdateWhere, updateScope)}";
            _allowsSequences = true;
            steps.Add(new DmlStep($"UPDATE {target} SET {Set(Whole(table), statement.Update, updateScope)} WHERE {on}{where}") { IsUpdate = true });
        }
        if (statement.InsertValues != null)
        {
            var valueScope = new Scope(null);
            Inline(row, valueScope);
            var matchScope = new Scope(valueScope);
            var existing = StoredTable(table, name, matchScope);
            var missing = $"NOT EXISTS (SELECT 1 FROM {existing} WHERE {Condition(statement.On, matchScope)})";
            steps.Add(new DmlStep($"{MergeInsert(statement, table, valueScope)} WHERE {missing}{InsertFilter(statement, valueScope)}", SkipIfChanged: true));
        }
        return Plan(Whole(table), statement.Update != null, steps, null);
    }

    /// <summary>The joined rows are kept in a temporary table, so that no branch sees what another has changed.</summary>
    private DmlPlan MergeRows(MergeStatement statement, Table table, string name)
    {
        var joined = new Scope(null);
        var source = Item(statement.Source, joined);
        var columns = new List<TypedSql>();
        var merged = new Scope(null);
        foreach (var item in joined.Sources)
            merged.Sources.Add(item with { Columns = [.. item.Columns.Select(c => c with { Value = c.Value with { Text = Kept(c.Value) } })] });
        var rows = new TemporaryRows(columns.Count);
        var target = StoredTable(table, name, joined);
        var rowid = target[(target.LastIndexOf(' ') + 1)..] + ".rowid";
        var kind = statement.InsertValues == null ? "" : "LEFT ";
        var only = statement.Update == null ? $" WHERE {rowid} IS NULL" : "";
        var steps = new List<DmlStep>
        {
            Silent(rows.Clear),
            Silent($"{rows.Insert} SELECT {rowid}, {string.Join(", ", columns.Select(c => c.Text))} FROM {source} {kind}JOIN {target} ON {Condition(statement.On, joined)}{only}"),
        };
        if (statement.Update != null)
        {
            var scope = new Scope(null);
            var updated = StoredTable(table, name, scope);
            var alias = updated[(updated.LastIndexOf(' ') + 1)..];
            scope.Sources.AddRange(merged.Sources);
            if (statement.UpdateWhere != null)
                steps.Add(Silent($"DELETE FROM {rows.Name} AS m WHERE r IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {updated} WHERE {alias}.rowid = m.r AND {Condition(statement.UpdateWhere, scope)})"));
            steps.Add(Silent($"SELECT 1 FROM {rows.Name} WHERE r IS NOT NULL GROUP BY r HAVING count(*) > 1 LIMIT 1") with
            {
                Forbids = new OracleError(30926, "unable to get a stable set of rows in the source tables"),
            });
            _allowsSequences = true;
            steps.Add(new DmlStep($"UPDATE {updated} SET {Set(Whole(table), statement.Update, scope)} FROM {rows.Name} AS m WHERE m.r = {alias}.rowid") { IsUpdate = true });
            _allowsSequences = false;
            if (statement.DeleteWhere != null)
                steps.Add(Silent($"DELETE FROM {Literals.Name(table.Name)} WHERE rowid IN (SELECT m.r FROM {rows.Name} AS m JOIN {updated} ON {alias}.rowid = m.r WHERE {Condition(statement.DeleteWhere, scope)})"));
        }
        if (statement.InsertValues != null)
            steps.Add(new DmlStep($"{MergeInsert(statement, table, merged)} FROM {rows.Name} AS m WHERE m.r IS NULL{InsertFilter(statement, merged)}"));
        return Plan(Whole(table), statement.Update != null, steps, null) with { Setup = [rows.Create] };

        string Kept(TypedSql value)
        {
            columns.Add(value);
            return $"m.c{columns.Count}";
        }

        static DmlStep Silent(string text) => new(text) { Counts = false };
    }

    private string MergeInsert(MergeStatement statement, Table table, Scope scope)
    {
        var columns = Targets(Whole(table), statement.InsertColumns, statement.Target.Start);
        CheckCount(columns.Count, statement.InsertValues!.Count, statement.InsertValues[0].Start);
        var (names, assigned) = (new List<string>(), new List<string>());
        _drawn.Clear();
        _allowsSequences = true;
        for (var i = 0; i < columns.Count; i++)
        {
            if (!IsAssigned(columns[i], statement.InsertValues[i])) continue;
            names.Add(Literals.Name(columns[i].Name));
            assigned.Add(OnNull(table, columns[i], Assigned(table, columns[i], statement.InsertValues[i], scope, direct: false)));
        }
        AddDefaults(table, columns, names, assigned);
        _allowsSequences = false;
        return $"INSERT INTO {Literals.Name(table.Name)} ({string.Join(", ", names)}) SELECT {string.Join(", ", assigned)}";
    }

    private string InsertFilter(MergeStatement statement, Scope scope) =>
        statement.InsertWhere == null ? "" : $" AND {Condition(statement.InsertWhere, scope)}";

    private static QueryBlock? SingleRow(FromItem source) =>
        source is QueryFrom { Query: { Blocks: [var (_, block)], With.Count: 0, OrderBy.Count: 0, Offset: null, Fetch: null } }
        && block is { From: TableFrom { Name: "DUAL" }, Where: null, GroupBy.Count: 0, GroupingSets: null, Having: null, Hierarchy: null, Nested: null }
        && !block.Items.Any(i => i.Value is StarExpr || Aggregated(i.Value) || Windowed(i.Value) || IsRowNumbered(i.Value)) ? block with { Start = source.Start } : null;

    /// <summary>A source of one row from DUAL: its expressions stand wherever its columns are named.</summary>
    private void Inline(QueryBlock block, Scope scope)
    {
        var inner = new Scope(null);
        var columns = block.Items.Select(i =>
            new SourceColumn(i.Alias ?? (i.Value is ColumnExpr c ? c.Name : OutputName(i.Text)), Value(i.Value, inner))).ToList();
        scope.Sources.Add(new Source(_inlineName ?? "", columns));
    }

    private static void CheckNotInOn(Assignment assignment, Expr on, string target)
    {
        foreach (var column in SyntaxTree.Columns(on))
            if (column.Name == assignment.Column && column.Qualifier == target)
                throw new OracleError(38104, $"Columns referenced in the ON Clause cannot be updated: \"{target}\".\"{assignment.Column}\"", assignment.Start);
    }
}
