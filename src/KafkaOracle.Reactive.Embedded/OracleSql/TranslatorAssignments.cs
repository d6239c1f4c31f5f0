using System.Collections.Immutable;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Assignments of DML: SET lists, target columns, defaults, and values made to fit.</summary>
internal sealed partial class Translator
{
    private static Source[] StoredColumns(Table table) =>
        [new Source(table.Name, [.. table.Columns.Select(c => Shown(c, Literals.Name(c.Name))), RowIdOf(table, "rowid")])];

    private static SourceColumn Shown(TableColumn column, string text) =>
        new(column.Name, new TypedSql(text, column.Type, NotNull: column.NotNull), Pseudo: column.IsHidden || column.IsInvisible);

    private DmlPlan Plan(ChangeTarget target, bool isUpdate, List<DmlStep> steps, Returning? returning, bool checks = true)
    {
        var returned = ImmutableArray<OutputColumn>.Empty;
        var yielded = new List<string>();
        if (returning != null)
        {
            if (returning.Values.Count != returning.Into.Count) throw new OracleError(947, "not enough values", returning.Into[0].Start);
            var scope = Written(target, []);
            var values = returning.Values.Select(v => Value(v, scope)).ToList();
            returned = [.. values.Select((v, i) => new OutputColumn(returning.Into[i].Name, v.Type, true))];
            yielded.AddRange(values.Select((v, i) => $"{v.Text} AS c{i + 1}"));
        }
        if (checks && CheckOption(target) is { } check) yielded.Add(check);
        if (yielded.Count > 0) steps[^1] = steps[^1] with { Text = $"{steps[^1].Text} RETURNING {string.Join(", ", yielded)}" };
        // A bind used elsewhere too must keep the value that the client sent.
        for (var i = 0; i < _targets.Length; i++) if (_uses[i] > 1) _targets[i] = null;
        return new DmlPlan(target.Table, isUpdate, [.. steps], [.. _targets], returned) { LongBinds = [.. _long] };
    }

    private string Set(ChangeTarget target, IReadOnlyList<Assignment> assignments, Scope scope)
    {
        var parts = new List<string>();
        var seen = new HashSet<string>();
        foreach (var assignment in assignments)
        {
            if (assignment.More.Count > 0)
            {
                parts.Add(SetOf(target, assignment, scope, seen));
                continue;
            }
            var column = Updated(target, assignment.Column, assignment.Start);
            if (!seen.Add(column.Name)) throw new OracleError(957, "duplicate column name", assignment.Start);
            parts.Add($"{Literals.Name(column.Name)} = {Assigned(target.Table, column, assignment.Value, scope, direct: false)}");
        }
        return string.Join(", ", parts);
    }

    /// <summary>SET (columns) = (subquery): no row gives NULLs.</summary>
    private string SetOf(ChangeTarget target, Assignment assignment, Scope scope, HashSet<string> seen)
    {
        var query = Subquery(((SubqueryExpr)assignment.Value).Query, scope);
        CheckCount(assignment.More.Count, query.Columns.Count, assignment.Value.Start);
        var (names, values) = (new List<string>(), new List<string>());
        for (var i = 0; i < assignment.More.Count; i++)
        {
            var (name, start) = assignment.More[i];
            var column = Updated(target, name, start);
            if (!seen.Add(column.Name)) throw new OracleError(957, "duplicate column name", start);
            names.Add(Literals.Name(column.Name));
            values.Add(Fit(target.Table, column, new TypedSql($"c{i + 1}", query.Columns[i].Type), assignment.Start));
        }
        var one = AtMostOne(((SubqueryExpr)assignment.Value).Query) ? "" : " WHERE CASE WHEN n > 1 THEN o_too_many_rows() ELSE 1 END";
        var counted = one.Length == 0 ? query.Text : $"SELECT *, count(*) OVER () AS n FROM ({query.Text})";
        return $"({string.Join(", ", names)}) = (SELECT {string.Join(", ", values)} FROM ({counted}){one})";
    }

    private string Assigned(Table table, TableColumn column, Expr value, Scope scope, bool direct)
    {
        if (value is DefaultExpr) return Default(table, column);
        if (value is ColumnExpr name && variables != null && scope.Find(name) == null && variables(name) is { } index) value = new BindExpr(value.Start, index, name.Name);
        if (value is BindExpr missing && missing.Index >= binds.Count) throw new OracleError(1008, "not all variables bound");
        if (value is BindExpr text && column.Type.Kind == TypeKind.Clob) _long[text.Index] = true;
        if (direct && value is BindExpr bind && CanFitOutside(binds[bind.Index], column.Type))
        {
            _uses[bind.Index]++;
            _targets[bind.Index] = new BindTarget(column, Label(table, column));
            return $"?{bind.Index + 1}";
        }
        return Fit(table, column, Value(value, scope), value.Start);
    }

    /// <summary>An inserted value, or the default where the column has one that also stands for NULL.</summary>
    private string OnNull(Table table, TableColumn column, string value) => column.DefaultOnNull ? $"ifnull({value}, {Default(table, column)})" : value;

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
            if (!column.HasDefault || given.Any(g => g.Name == column.Name)) continue;
            names.Add(Literals.Name(column.Name));
            assigned.Add(Default(table, column));
        }
    }

    private static List<TableColumn> Targets(ChangeTarget target, IReadOnlyList<(string Name, int Start)>? names, int position)
    {
        var columns = new List<TableColumn>();
        foreach (var (name, start) in names ?? [.. target.Columns.Select(c => (c, position))])
        {
            var column = target.Column(name, start);
            if (columns.Contains(column)) throw new OracleError(957, "duplicate column name", start);
            columns.Add(column);
        }
        return columns;
    }

    private static void CheckCount(int columns, int values, int position)
    {
        if (values < columns) throw new OracleError(947, "not enough values", position);
        if (values > columns) throw new OracleError(913, "too many values", position);
    }
}
