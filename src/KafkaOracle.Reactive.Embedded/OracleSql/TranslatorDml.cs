using System.Collections.Immutable;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Where a bind value goes as it is, so that it is made to fit its column before SQLite sees it.</summary>
internal sealed record BindTarget(TableColumn Column, string Label);

/// <summary>One SQLite statement of a DML plan.</summary>
/// <param name="Text">SQLite's SQL, binds as ?1, ?2 ...</param>
/// <param name="SkipIfChanged">Leave this step out for a row of binds whose earlier steps changed rows.</param>
internal sealed record DmlStep(string Text, bool SkipIfChanged = false);

/// <summary>A translated INSERT, UPDATE, DELETE or MERGE.</summary>
internal sealed record DmlPlan(
    Table Table, bool IsUpdate, ImmutableArray<DmlStep> Steps, ImmutableArray<BindTarget?> Targets, ImmutableArray<OutputColumn> Returned);

internal sealed partial class Translator
{
    private readonly BindTarget?[] _targets = new BindTarget?[binds.Count];
    private readonly int[] _uses = new int[binds.Count];

    public DmlPlan Insert(InsertStatement statement)
    {
        var table = catalog.Find(statement.Table.Name, statement.Table.Start);
        var columns = Targets(table, statement.Columns);
        var (names, assigned) = (new List<string>(), new List<string>());
        string text;
        if (statement.Values != null)
        {
            CheckCount(columns.Count, statement.Values.Count, statement.Values[0].Start);
            var scope = new Scope(null);
            for (var i = 0; i < columns.Count; i++)
            {
                names.Add(Literals.Name(columns[i].Name));
                assigned.Add(Assigned(table, columns[i], statement.Values[i], scope, direct: true));
            }
            AddDefaults(table, columns, names, assigned);
            text = $"INSERT INTO {Literals.Name(table.Name)} ({string.Join(", ", names)}) VALUES ({string.Join(", ", assigned)})";
        }
        else
        {
            var query = Query(statement.Query!, null);
            CheckCount(columns.Count, query.Columns.Count, statement.Table.Start);
            for (var i = 0; i < columns.Count; i++)
            {
                names.Add(Literals.Name(columns[i].Name));
                assigned.Add(Fit(table, columns[i], new TypedSql($"q.c{i + 1}", query.Columns[i].Type), statement.Table.Start));
            }
            AddDefaults(table, columns, names, assigned);
            text = $"INSERT INTO {Literals.Name(table.Name)} ({string.Join(", ", names)}) SELECT {string.Join(", ", assigned)} FROM ({query.Text}) AS q";
        }
        return Plan(table, false, [new DmlStep(text)], statement.Returning, StoredColumns(table));
    }

    public DmlPlan Update(UpdateStatement statement)
    {
        var table = catalog.Find(statement.Table.Name, statement.Table.Start);
        var scope = new Scope(null);
        var target = StoredTable(table, statement.Table.Alias ?? table.Name, scope);
        var set = Set(table, statement.Set, scope);
        var where = statement.Where == null ? "" : $" WHERE {Condition(statement.Where, scope)}";
        return Plan(table, true, [new DmlStep($"UPDATE {target} SET {set}{where}")], statement.Returning, StoredColumns(table));
    }

    public DmlPlan Delete(DeleteStatement statement)
    {
        var table = catalog.Find(statement.Table.Name, statement.Table.Start);
        var scope = new Scope(null);
        var target = StoredTable(table, statement.Table.Alias ?? table.Name, scope);
        // Without a condition SQLite empties the table at once and tells nobody which rows went.
        var where = statement.Where == null ? " WHERE 1" : $" WHERE {Condition(statement.Where, scope)}";
        return Plan(table, false, [new DmlStep($"DELETE FROM {target}{where}")], statement.Returning, StoredColumns(table));
    }

    /// <summary>
    /// MERGE becomes an UPDATE of the rows that match and an INSERT of the source rows without a match. Oracle forbids updating a column
    /// of the ON clause, so the first cannot change what the second sees.
    /// </summary>
    public DmlPlan Merge(MergeStatement statement)
    {
        var table = catalog.Find(statement.Target.Name, statement.Target.Start);
        var name = statement.Target.Alias ?? table.Name;
        var steps = new List<DmlStep>();
        var single = SingleRow(statement.Source);

        var updateScope = new Scope(null);
        var target = StoredTable(table, name, updateScope);
        _tablesRead.Clear();
        var source = single == null ? Item(statement.Source, updateScope) : Inline(single, updateScope);
        // The INSERT would read what the UPDATE has changed already.
        if (_tablesRead.Contains(table.Name) && statement.Update != null && statement.InsertValues != null)
            throw OracleError.Unsupported("MERGE with both branches from a source that reads the target", statement.Source.Start);
        var on = Condition(statement.On, updateScope);
        if (statement.Update != null)
        {
            foreach (var assignment in statement.Update) CheckNotInOn(assignment, statement.On, name);
            var from = source == null ? "" : $" FROM {source}";
            var where = statement.UpdateWhere == null ? "" : $" AND {Condition(statement.UpdateWhere, updateScope)}";
            steps.Add(new DmlStep($"UPDATE {target} SET {Set(table, statement.Update, updateScope)}{from} WHERE {on}{where}"));
        }
        if (statement.InsertValues != null)
        {
            var columns = Targets(table, statement.InsertColumns);
            CheckCount(columns.Count, statement.InsertValues.Count, statement.InsertValues[0].Start);
            var valueScope = new Scope(null);
            var rows = single == null ? Item(statement.Source, valueScope) : Inline(single, valueScope);
            var (names, assigned) = (new List<string>(), new List<string>());
            for (var i = 0; i < columns.Count; i++)
            {
                names.Add(Literals.Name(columns[i].Name));
                assigned.Add(Assigned(table, columns[i], statement.InsertValues[i], valueScope, direct: false));
            }
            AddDefaults(table, columns, names, assigned);
            var matchScope = new Scope(valueScope);
            var existing = StoredTable(table, name, matchScope);
            var missing = $"NOT EXISTS (SELECT 1 FROM {existing} WHERE {Condition(statement.On, matchScope)})";
            if (statement.InsertWhere != null) missing += $" AND {Condition(statement.InsertWhere, valueScope)}";
            var from = rows == null ? "" : $" FROM {rows}";
            var text = $"INSERT INTO {Literals.Name(table.Name)} ({string.Join(", ", names)}) SELECT {string.Join(", ", assigned)}{from} WHERE {missing}";
            steps.Add(new DmlStep(text, SkipIfChanged: single != null));
        }
        return Plan(table, statement.Update != null, steps, null, []);
    }

    /// <summary>A CHECK condition over a table's own columns.</summary>
    public string Check(Table table, Expr condition)
    {
        var scope = new Scope(null);
        scope.Sources.Add(StoredColumns(table)[0]);
        return Condition(condition, scope);
    }

    /// <summary>A default as it is assigned to its column.</summary>
    public string Default(Table table, TableColumn column) =>
        column.Default == null ? "NULL" : Fit(table, column, Value(column.Default, new Scope(null)), 0);

    private static QueryBlock? SingleRow(FromItem source) =>
        source is QueryFrom { Query: { Blocks: [var (_, block)], With.Count: 0, OrderBy.Count: 0, Offset: null, Fetch: null } }
        && block is { From: TableFrom { Name: "DUAL" }, Where: null, GroupBy.Count: 0, Having: null, Nested: null } ? block with { Start = source.Start } : null;

    /// <summary>A source of one row from DUAL: its expressions stand wherever its columns are named.</summary>
    private string? Inline(QueryBlock block, Scope scope)
    {
        var inner = new Scope(null);
        var columns = block.Items.Select(i =>
            new SourceColumn(i.Alias ?? (i.Value is ColumnExpr c ? c.Name : OutputName(i.Text)), Value(i.Value, inner)));
        scope.Sources.Add(new Source(_inlineName ?? "", [.. columns]));
        return null;
    }

    private string? _inlineName;

    /// <summary>Translates a MERGE, whose source's name is known only outside of its query.</summary>
    public static DmlPlan Merge(Catalog catalog, IReadOnlyList<OracleType> binds, MergeStatement statement) =>
        new Translator(catalog, binds) { _inlineName = (statement.Source as QueryFrom)?.Alias }.Merge(statement);

    private static Source[] StoredColumns(Table table) =>
        [new Source(table.Name, [.. table.Columns.Select(c => new SourceColumn(c.Name, new TypedSql(Literals.Name(c.Name), c.Type, NotNull: c.NotNull)))])];

    private DmlPlan Plan(Table table, bool isUpdate, List<DmlStep> steps, Returning? returning, Source[] sources)
    {
        var returned = ImmutableArray<OutputColumn>.Empty;
        if (returning != null)
        {
            if (returning.Values.Count != returning.Into.Count) throw new OracleError(947, "not enough values", returning.Into[0].Start);
            var scope = new Scope(null);
            scope.Sources.AddRange(sources);
            var values = returning.Values.Select(v => Value(v, scope)).ToList();
            returned = [.. values.Select((v, i) => new OutputColumn(returning.Into[i].Name, v.Type, true))];
            steps[^1] = steps[^1] with { Text = $"{steps[^1].Text} RETURNING {string.Join(", ", values.Select((v, i) => $"{v.Text} AS c{i + 1}"))}" };
        }
        // A bind used elsewhere too must keep the value that the client sent.
        for (var i = 0; i < _targets.Length; i++) if (_uses[i] > 1) _targets[i] = null;
        return new DmlPlan(table, isUpdate, [.. steps], [.. _targets], returned);
    }

    private string Set(Table table, IReadOnlyList<Assignment> assignments, Scope scope)
    {
        var parts = new List<string>();
        foreach (var assignment in assignments)
        {
            var at = table.IndexOf(assignment.Column);
            if (at < 0) throw OracleError.NoColumn($"\"{assignment.Column}\"", assignment.Start);
            parts.Add($"{Literals.Name(assignment.Column)} = {Assigned(table, table.Columns[at], assignment.Value, scope, direct: false)}");
        }
        return string.Join(", ", parts);
    }

    private string Assigned(Table table, TableColumn column, Expr value, Scope scope, bool direct)
    {
        if (value is DefaultExpr) return Default(table, column);
        if (direct && value is BindExpr bind && CanFitOutside(binds[bind.Index], column.Type))
        {
            _uses[bind.Index]++;
            _targets[bind.Index] = new BindTarget(column, Label(table, column));
            return $"?{bind.Index + 1}";
        }
        return Fit(table, column, Value(value, scope), value.Start);
    }

    private static bool CanFitOutside(OracleType bind, OracleType column) =>
        (bind.Kind == TypeKind.Number && column.Kind == TypeKind.Number)
        || (bind.Kind is TypeKind.Text or TypeKind.Char && column.Kind is TypeKind.Text)
        || (bind.Kind is TypeKind.Timestamp or TypeKind.Date && column.Kind is TypeKind.Timestamp or TypeKind.Date)
        || (bind.Kind == TypeKind.Raw && column.Kind == TypeKind.Raw)
        || (bind.Kind == column.Kind && column.Kind is TypeKind.BinaryDouble or TypeKind.BinaryFloat or TypeKind.Clob or TypeKind.Blob);

    private string Fit(Table table, TableColumn column, TypedSql value, int position) =>
        value.Type.Kind == TypeKind.Null ? value.Text : Fitted(Conversions.To(value, column.Type, position), value.Type, column, Label(table, column));

    private static string Fitted(TypedSql value, OracleType from, TableColumn column, string label) =>
        Fitted(value with { Type = from.IsInstant ? from : value.Type }, column.Type, label).Text;

    private string Label(Table table, TableColumn column) => $"\"{catalog.Schema}\".\"{table.Name}\".\"{column.Name}\"";

    private void AddDefaults(Table table, List<TableColumn> given, List<string> names, List<string> assigned)
    {
        foreach (var column in table.Columns)
        {
            if (column.Default == null || given.Contains(column)) continue;
            names.Add(Literals.Name(column.Name));
            assigned.Add(Default(table, column));
        }
    }

    private static List<TableColumn> Targets(Table table, IReadOnlyList<(string Name, int Start)>? names)
    {
        if (names == null) return [.. table.Columns];
        var columns = new List<TableColumn>();
        foreach (var (name, start) in names)
        {
            var at = table.IndexOf(name);
            if (at < 0) throw OracleError.NoColumn($"\"{name}\"", start);
            if (columns.Contains(table.Columns[at])) throw new OracleError(957, "duplicate column name", start);
            columns.Add(table.Columns[at]);
        }
        return columns;
    }

    private static void CheckCount(int columns, int values, int position)
    {
        if (values < columns) throw new OracleError(947, "not enough values", position);
        if (values > columns) throw new OracleError(913, "too many values", position);
    }

    private static void CheckNotInOn(Assignment assignment, Expr on, string target)
    {
        if (Mentions(on, target, assignment.Column)) throw new OracleError(38104, $"Columns referenced in the ON Clause cannot be updated: \"{target}\".\"{assignment.Column}\"", assignment.Start);
    }

    private static bool Mentions(Expr expr, string target, string column) => expr switch
    {
        ColumnExpr c => c.Name == column && c.Qualifier == target,
        BinaryExpr b => Mentions(b.Left, target, column) || Mentions(b.Right, target, column),
        UnaryExpr u => Mentions(u.Operand, target, column),
        CallExpr c => c.Arguments.Any(a => Mentions(a, target, column)),
        _ => false,
    };
}
