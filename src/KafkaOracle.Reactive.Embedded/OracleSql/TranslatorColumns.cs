namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>What tables hold in SQLite's words: CHECK conditions, defaults, virtual columns.</summary>
internal sealed partial class Translator
{
    /// <summary>Names whose value differs from one moment, or user, to the next.</summary>
    private static readonly HashSet<string> Impure = ["SYSDATE", "SYSTIMESTAMP", "USER", "CURRENT_DATE", "CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "UID"];

    /// <summary>A CHECK condition over a table's own columns, in which those that were renamed have the names of before.</summary>
    public string Check(Table table, TableConstraint constraint)
    {
        var scope = new Scope(null);
        var columns = StoredColumns(table)[0].Columns.Where(c => !constraint.Renamed.ContainsKey(c.Name)).ToList();
        foreach (var (known, now) in constraint.Renamed)
        {
            columns.RemoveAll(c => c.Name == known);
            columns.Add(StoredColumns(table)[0].Columns.First(c => c.Name == now) with { Name = known });
        }
        scope.Sources.Add(new Source(table.Name, columns));
        if (SyntaxTree.Any(constraint.Check!, e => e is SubqueryExpr or ExistsExpr or InExpr { Query: not null })) throw new OracleError(2251, "subquery not allowed here", constraint.Check!.Start);
        if (SyntaxTree.Any(constraint.Check!, e => e is ColumnExpr { Qualifier: null } c && Impure.Contains(c.Name) && table.IndexOf(c.Name) < 0))
            throw new OracleError(2436, "date or system variable wrongly specified in CHECK constraint", constraint.Check!.Start);
        return Condition(constraint.Check!, scope);
    }

    /// <summary>A default as it is assigned to its column.</summary>
    public string Default(Table table, TableColumn column)
    {
        if (column.Name == Table.SessionColumn) return "o_session()";
        if (column.Identity != null) return Fit(table, column, new TypedSql($"o_nextval({Literals.Quote(column.Identity)})", OracleType.Number), 0);
        if (column.Default == null) return "NULL";
        _allowsSequences = true;
        var value = Value(column.Default, new Scope(null));
        return Fit(table, column, value, 0);
    }

    /// <summary>A column's values made to fit the type it shall have.</summary>
    public string Refitted(Table table, TableColumn column, TableColumn before) =>
        Fit(table, column, new TypedSql(Literals.Name(before.Name), before.Type), 0);

    /// <summary>What a virtual column, or an index, computes from its row, and the type of that.</summary>
    public TypedSql Computed(Table table, TableColumn column)
    {
        var scope = new Scope(null);
        scope.Sources.Add(new Source(table.Name, [.. table.Stored.Where(c => c.Name != column.Name).Select(c => Shown(c, Literals.Name(c.Name)))]));
        var expr = column.Computed!;
        if (SyntaxTree.Any(expr, e => e is SubqueryExpr or ExistsExpr or InExpr { Query: not null } or SequenceExpr || (e is ColumnExpr { Qualifier: null } c && Impure.Contains(c.Name) && table.IndexOf(c.Name) < 0)))
            throw new OracleError(54002, "only pure functions can be specified in a virtual column expression", expr.Start);
        var value = Value(expr, scope);
        return column.Type.Kind == TypeKind.Null ? value : new TypedSql(Fit(table, column, value, expr.Start), column.Type);
    }
}
