using System.Collections.Immutable;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Where a bind value goes as it is, so that it is made to fit its column before SQLite sees it.</summary>
internal sealed record BindTarget(TableColumn Column, string Label);

/// <summary>One SQLite statement of a DML plan.</summary>
/// <param name="Text">SQLite's SQL, binds as ?1, ?2 ...</param>
/// <param name="SkipIfChanged">Leave this step out for a row of binds whose earlier steps changed rows.</param>
internal sealed record DmlStep(string Text, bool SkipIfChanged = false)
{
    /// <summary>Whether the rows it changes count as those of the statement.</summary>
    public bool Counts { get; init; } = true;

    /// <summary>The table that it changes, where that is not the plan's.</summary>
    public Table? Table { get; init; }

    /// <summary>What is wrong when it yields a row.</summary>
    public OracleError? Forbids { get; init; }

    public bool IsUpdate { get; init; }
}

/// <summary>A translated INSERT, UPDATE, DELETE or MERGE.</summary>
internal sealed record DmlPlan(
    Table Table, bool IsUpdate, ImmutableArray<DmlStep> Steps, ImmutableArray<BindTarget?> Targets, ImmutableArray<OutputColumn> Returned)
{
    /// <summary>Statements that create the temporary tables of the steps, once a connection.</summary>
    public ImmutableArray<string> Setup { get; init; } = [];

    /// <summary>Binds that go straight into a CLOB: the only ones whose text may be longer than a VARCHAR2.</summary>
    public ImmutableArray<bool> LongBinds { get; init; } = [];

    /// <summary>Whether a step changes another table than the plan's.</summary>
    public bool HasOtherTables { get; } = Steps.Any(s => s.Table != null);
}

/// <summary>INSERT, UPDATE and DELETE.</summary>
internal sealed partial class Translator
{
    private const int DeepestCascade = 16;
    private readonly BindTarget?[] _targets = new BindTarget?[binds.Count];
    private readonly int[] _uses = new int[binds.Count];
    private readonly bool[] _long = new bool[binds.Count];

    public static DmlPlan Dml(Catalog catalog, IReadOnlyList<OracleType> binds, Func<ColumnExpr, int?>? variables, Statement statement)
    {
        // The name of a MERGE's source is known only outside of its query.
        var translator = new Translator(catalog, binds, variables) { _inlineName = (statement as MergeStatement)?.Source is QueryFrom from ? from.Alias : null };
        return statement switch
        {
            InsertStatement insert => translator.Insert(insert),
            MultiInsertStatement insert => translator.Insert(insert),
            UpdateStatement update => translator.Update(update),
            DeleteStatement delete => translator.Delete(delete),
            MergeStatement merge => translator.Merge(merge),
            _ => throw OracleError.Unsupported("this statement"),
        };
    }

    private DmlPlan Insert(InsertStatement statement)
    {
        var target = Changed(statement.Table);
        var table = target.Table;
        var columns = Targets(target, statement.Columns, statement.Table.Start);
        var (names, assigned) = (new List<string>(), new List<string>());
        string text;
        _allowsSequences = true;
        if (statement.Values != null)
        {
            CheckCount(columns.Count, statement.Values.Count, statement.Values[0].Start);
            var scope = new Scope(null);
            for (var i = 0; i < columns.Count; i++)
            {
                if (!IsAssigned(columns[i], statement.Values[i])) continue;
                names.Add(Literals.Name(columns[i].Name));
                assigned.Add(OnNull(table, columns[i], Assigned(table, columns[i], statement.Values[i], scope, direct: !columns[i].DefaultOnNull)));
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
                IsAssigned(columns[i], null);
                names.Add(Literals.Name(columns[i].Name));
                assigned.Add(OnNull(table, columns[i], Fit(table, columns[i], new TypedSql($"q.c{i + 1}", query.Columns[i].Type), statement.Table.Start)));
            }
            AddDefaults(table, columns, names, assigned);
            text = $"INSERT INTO {Literals.Name(table.Name)} ({string.Join(", ", names)}) SELECT {string.Join(", ", assigned)} FROM ({query.Text}) AS q";
        }
        return Plan(target, false, [new DmlStep(text)], statement.Returning);
    }

    /// <summary>The query's rows go to a temporary table first, and from there by each branch to its own.</summary>
    private DmlPlan Insert(MultiInsertStatement statement)
    {
        var query = Query(statement.Query, null);
        var rows = new TemporaryRows(query.Columns.Count);
        var scope = new Scope(null);
        scope.Sources.Add(new Source("", [.. query.Columns.Select((c, i) => new SourceColumn(c.Name, new TypedSql($"m.c{i + 1}", c.Type)))]));
        var steps = new List<DmlStep> { new(rows.Clear) { Counts = false }, new($"{rows.Insert} SELECT NULL, {rows.Columns} FROM ({query.Text})") { Counts = false } };
        var conditions = statement.Conditions.Select(c => $"({Condition(c, scope)})").ToList();
        Table? first = null;
        foreach (var branch in statement.Branches)
        {
            var table = ChangedTable(branch.Table);
            first ??= table;
            var columns = Targets(Whole(table), branch.Columns, branch.Table.Start);
            CheckCount(columns.Count, branch.Values?.Count ?? query.Columns.Count, branch.Table.Start);
            var (names, assigned) = (new List<string>(), new List<string>());
            if (branch.Values?.Any(v => SyntaxTree.Any(v, e => e is SequenceExpr)) == true && statement.Branches.Count > 1)
                throw OracleError.Unsupported("sequences in a multi-table INSERT", branch.Table.Start);
            _allowsSequences = true;
            for (var i = 0; i < columns.Count; i++)
            {
                if (!IsAssigned(columns[i], branch.Values?[i])) continue;
                names.Add(Literals.Name(columns[i].Name));
                assigned.Add(branch.Values == null
                    ? OnNull(table, columns[i], Fit(table, columns[i], new TypedSql($"m.c{i + 1}", query.Columns[i].Type), branch.Table.Start))
                    : OnNull(table, columns[i], Assigned(table, columns[i], branch.Values[i], scope, direct: false)));
            }
            AddDefaults(table, columns, names, assigned);
            var tests = new List<string>();
            if (branch.When >= 0 && branch.When < conditions.Count) tests.Add(conditions[branch.When]);
            if (statement.First || branch.When == conditions.Count) tests.AddRange(conditions.Take(Math.Max(0, branch.When)).Select(c => $"({c} IS NOT TRUE)"));
            var where = tests.Count == 0 ? "" : $" WHERE {string.Join(" AND ", tests)}";
            steps.Add(new DmlStep($"INSERT INTO {Literals.Name(table.Name)} ({string.Join(", ", names)}) SELECT {string.Join(", ", assigned)} FROM {rows.Name} AS m{where}") { Table = table });
        }
        return Plan(Whole(first!), false, steps, null) with { Setup = [rows.Create] };
    }

    private DmlPlan Update(UpdateStatement statement)
    {
        var target = Changed(statement.Table);
        var (scope, conditions) = (new Scope(null), new List<string>());
        var rows = Entered(target, scope, conditions);
        _allowsSequences = true;
        if (ShiftsKeys(target, statement.Set)) return Rewrite(target, statement, rows, scope, conditions);
        var set = Set(target, statement.Set, scope);
        _allowsSequences = false;
        return Plan(target, true, [new DmlStep($"UPDATE {rows} SET {set}{Filter(target, statement.Where, scope, conditions)}")], statement.Returning);
    }

    /// <summary>
    /// Whether columns of a unique key get values that depend on the row: SQLite compares keys row by row, Oracle in the end. Rows that
    /// others reference must stay where they are.
    /// </summary>
    private bool ShiftsKeys(ChangeTarget target, IReadOnlyList<Assignment> set)
    {
        var table = target.Table;
        if (catalog.Referencing(table.Name).Any()) return false;
        var keys = table.Constraints.Where(c => c.IsKey).SelectMany(c => c.Columns).Concat(table.Indexes.Where(i => i.Unique).SelectMany(i => i.Columns)).ToHashSet();
        // A virtual column of a key shifts with the columns that it computes from.
        foreach (var column in table.Columns.Where(c => keys.Contains(c.Name) && c.Computed != null).ToList()) keys.UnionWith(SyntaxTree.Columns(column.Computed!).Select(c => c.Name));
        bool IsOfKey(string name, int position) => keys.Contains(target.Column(name, position).Name);
        return set.Any(a => (IsOfKey(a.Column, a.Start) || a.More.Any(m => IsOfKey(m.Name, m.Start))) && SyntaxTree.Any(a.Value, e => e is ColumnExpr or SubqueryExpr));
    }

    /// <summary>An UPDATE that takes the rows out and puts them back with their new values, under their old addresses.</summary>
    private DmlPlan Rewrite(ChangeTarget target, UpdateStatement statement, string source, Scope scope, List<string> conditions)
    {
        var table = target.Table;
        var assigned = new Dictionary<string, string>();
        foreach (var assignment in statement.Set)
        {
            if (assignment.More.Count > 0) throw OracleError.Unsupported("SET of a unique key's columns to a subquery's", assignment.Start);
            var column = Updated(target, assignment.Column, assignment.Start);
            if (!assigned.TryAdd(column.Name, Assigned(table, column, assignment.Value, scope, direct: false))) throw new OracleError(957, "duplicate column name", assignment.Start);
        }
        _allowsSequences = false;
        var stored = table.Stored.ToList();
        var rows = new TemporaryRows(stored.Count);
        var alias = source[(source.LastIndexOf(' ') + 1)..];
        var values = stored.Select(c => assigned.GetValueOrDefault(c.Name) ?? $"{alias}.{Literals.Name(c.Name)}");
        var (name, columns) = (Literals.Name(table.Name), string.Join(", ", stored.Select(c => Literals.Name(c.Name))));
        return Plan(
            target,
            true,
            [
                new DmlStep(rows.Clear) { Counts = false },
                new DmlStep($"{rows.Insert} SELECT {alias}.rowid, {string.Join(", ", values)} FROM {source}{Filter(target, statement.Where, scope, conditions)}") { Counts = false },
                new DmlStep($"DELETE FROM {name} WHERE rowid IN (SELECT r FROM {rows.Name})") { Counts = false },
                new DmlStep($"INSERT INTO {name} (rowid, {columns}) SELECT r, {rows.Columns} FROM {rows.Name} WHERE 1") { IsUpdate = true },
            ],
            statement.Returning) with
        { Setup = [rows.Create] };
    }

    private DmlPlan Delete(DeleteStatement statement)
    {
        var target = Changed(statement.Table);
        var (table, scope, conditions) = (target.Table, new Scope(null), new List<string>());
        var rows = Entered(target, scope, conditions);
        var filter = Filter(target, statement.Where, scope, conditions);
        var steps = new List<DmlStep>();
        var alias = rows[(rows.LastIndexOf(' ') + 1)..];
        Cascade(table, key => $"SELECT {string.Join(", ", key.Select(c => $"{alias}.{Literals.Name(c)}"))} FROM {rows}{filter}", steps, 0);
        steps.Add(new DmlStep($"DELETE FROM {rows}{filter}") { Table = steps.Count > 0 ? table : null });
        return Plan(target, false, steps, statement.Returning, checks: false);
    }

    /// <summary>Deletes, or sets to NULL, what references rows that are about to be deleted.</summary>
    /// <param name="parent">Their table.</param>
    /// <param name="doomed">A query that yields the given columns of them.</param>
    /// <param name="steps">Takes the steps, those of the furthest tables first.</param>
    /// <param name="depth">Tables between here and where the statement deletes.</param>
    private void Cascade(Table parent, Func<IEnumerable<string>, string> doomed, List<DmlStep> steps, int depth)
    {
        if (depth > DeepestCascade) throw OracleError.Unsupported("ON DELETE CASCADE in a circle");
        foreach (var (child, key) in catalog.Referencing(parent.Name).Where(r => r.Key.References!.OnDelete.Length > 0))
        {
            var name = Literals.Name(child.Name);
            var filter = $" WHERE ({string.Join(", ", key.Columns.Select(Literals.Name))}) IN ({doomed(key.References!.Columns)})";
            if (key.References.OnDelete == "CASCADE")
                Cascade(child, columns => $"SELECT {string.Join(", ", columns.Select(Literals.Name))} FROM {name}{filter}", steps, depth + 1);
            var change = key.References.OnDelete == "CASCADE" ? $"DELETE FROM {name}" : $"UPDATE {name} SET {string.Join(", ", key.Columns.Select(c => $"{Literals.Name(c)} = NULL"))}";
            steps.Add(new DmlStep(change + filter) { Table = child, Counts = false, IsUpdate = key.References.OnDelete != "CASCADE" });
        }
    }

    /// <summary>The WHERE of an UPDATE or DELETE; with ROWNUM in it the rows are sought first.</summary>
    private string Filter(ChangeTarget target, Expr? condition, Scope scope, List<string> conditions)
    {
        var (where, limit) = Where(condition, scope);
        // Without a condition SQLite empties a table at once and tells nobody which rows went.
        if (limit == null) return All(conditions, where) is { Length: > 0 } all ? all : " WHERE 1";
        var (inner, seen) = (new Scope(null), new List<string>());
        var rows = Entered(target, inner, seen);
        (where, limit) = Where(condition, inner);
        return $" WHERE rowid IN (SELECT {rows[(rows.LastIndexOf(' ') + 1)..]}.rowid FROM {rows}{All(seen, where)} LIMIT {limit})";

        static string All(IEnumerable<string> conditions, string? where) =>
            string.Join(" AND ", where == null ? conditions : conditions.Append(where)) is { Length: > 0 } all ? $" WHERE {all}" : "";
    }

    private static ChangeTarget Whole(Table table) => new(table, table.Name, []);

    /// <summary>Whether an INSERT gives the column a value: DEFAULT of a virtual one is none.</summary>
    private static bool IsAssigned(TableColumn column, Expr? value)
    {
        if (column.IsAlwaysIdentity && value is not DefaultExpr) throw new OracleError(32795, "cannot insert into a generated always identity column", value?.Start ?? 0);
        if (column.IsVirtual && value is not DefaultExpr) throw new OracleError(54013, "INSERT operation disallowed on virtual columns", value?.Start ?? 0);
        return !column.IsVirtual;
    }

    private static TableColumn Updated(ChangeTarget target, string name, int position)
    {
        var column = target.Column(name, position);
        if (column.IsAlwaysIdentity) throw new OracleError(32796, "cannot update a generated always identity column", position);
        return column.IsVirtual ? throw new OracleError(54017, "UPDATE operation disallowed on virtual columns", position) : column;
    }
}
