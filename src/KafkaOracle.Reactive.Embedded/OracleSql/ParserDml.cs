namespace KafkaOracle.Reactive.Embedded.OracleSql;

internal sealed partial class Parser
{
    private Statement Insert()
    {
        if (Current.Is("ALL") || Current.Is("FIRST")) return MultiInsert();
        Expect("INTO");
        var table = Current.Is("(") ? Changed() : Table(alias: !Ahead(1).Is("("));
        if (table.Alias == null && Current.Kind == TokenKind.Word && Current.Text is not ("VALUES" or "SELECT" or "WITH")) throw OracleError.Missing("VALUES", Current.Start);
        var columns = Current.Is("(") && !AtNestedQuery() && !Ahead(1).Is("WITH") ? ColumnList() : null;
        if (!Accept("VALUES"))
        {
            if (!Current.Is("SELECT") && !Current.Is("WITH") && !Current.Is("(")) throw OracleError.Missing("VALUES", Current.Start);
            return new InsertStatement(table, columns, null, Query(), ReturningInto() == null ? null : throw OracleError.Unsupported("RETURNING of INSERT .. SELECT", Current.Start));
        }
        Expect("(");
        var values = List(Expression);
        Expect(")");
        return new InsertStatement(table, columns, values, null, ReturningInto());
    }

    /// <summary>What a statement changes: a table, a view or an inline one.</summary>
    private TableFrom Changed()
    {
        var start = Current.Start;
        if (!Accept("(")) return Table(alias: true);
        using var deeper = Deeper();
        var query = Query();
        var checks = CheckOption();
        Expect(")");
        return new TableFrom(start, "", Current.Is("VALUES") ? null : Alias()) { Inline = query, ChecksRows = checks };
    }

    private MultiInsertStatement MultiInsert()
    {
        var first = Advance().Is("FIRST");
        var conditions = new List<Expr>();
        var branches = new List<InsertBranch>();
        var hasElse = false;
        if (Current.Is("INTO")) Branches(-1);
        else
        {
            while (Accept("WHEN"))
            {
                conditions.Add(Condition());
                Expect("THEN");
                Branches(conditions.Count - 1);
            }
            hasElse = Accept("ELSE");
            if (hasElse) Branches(conditions.Count);
        }
        if (branches.Count == 0) throw OracleError.Missing("INTO", Current.Start);
        return new MultiInsertStatement(first, conditions, branches, Query());

        void Branches(int when)
        {
            if (!Current.Is("INTO")) throw OracleError.Missing("INTO", Current.Start);
            while (Accept("INTO"))
            {
                var table = Table(alias: false);
                var columns = Current.Is("(") && !AtNestedQuery() ? ColumnList() : null;
                List<Expr>? values = null;
                if (Accept("VALUES"))
                {
                    Expect("(");
                    values = List(Expression);
                    Expect(")");
                }
                branches.Add(new InsertBranch(when, table, columns, values));
            }
        }
    }

    private List<(string Name, int Start)> ColumnList()
    {
        Expect("(");
        var columns = List(QualifiedColumn);
        Expect(")");
        return columns;
    }

    private (string Name, int Start) QualifiedColumn()
    {
        var name = Name();
        if (Accept(".")) name = Name() with { Start = name.Start };
        return (name.Text, name.Start);
    }

    private UpdateStatement Update()
    {
        var table = Changed();
        Expect("SET");
        var set = Assignments();
        var where = Accept("WHERE") ? Condition() : null;
        return new UpdateStatement(table, set, where, ReturningInto());
    }

    private List<Assignment> Assignments() => List(() =>
    {
        if (Current.Is("("))
        {
            var columns = ColumnList();
            Expect("=");
            if (!AtNestedQuery()) throw new OracleError(1767, "UPDATE ... SET expression must be a subquery", Current.Start);
            return new Assignment(columns[0].Name, columns[0].Start, Primary()) { More = columns };
        }
        var (name, start) = QualifiedColumn();
        Expect("=");
        return new Assignment(name, start, Expression());
    });

    private DeleteStatement Delete()
    {
        Accept("FROM");
        var table = Changed();
        var where = Accept("WHERE") ? Condition() : null;
        return new DeleteStatement(table, where, ReturningInto());
    }

    private Returning? ReturningInto()
    {
        if (Current.Is("LOG")) throw OracleError.Unsupported("LOG ERRORS", Current.Start);
        if (!Accept("RETURNING") && !Accept("RETURN")) return null;
        var values = List(Expression);
        Expect("INTO");
        if (_uses != null)
        {
            _into = List(Target);
            return new Returning(values, [.. _into.Select(t => (t.Name, t.Start))]);
        }
        return new Returning(values, List(() => Primary() is BindExpr bind ? (bind.Name, bind.Start) : throw new OracleError(1008, "not all variables bound", Current.Start)));
    }

    private MergeStatement Merge()
    {
        Expect("INTO");
        var target = Table(alias: true);
        Expect("USING");
        var source = FromPrimary();
        Expect("ON");
        Expect("(");
        var on = Condition();
        Expect(")");
        List<Assignment>? update = null;
        List<(string, int)>? columns = null;
        List<Expr>? values = null;
        Expr? updateWhere = null, deleteWhere = null, insertWhere = null;
        while (Accept("WHEN"))
        {
            if (Accept("NOT"))
            {
                if (values != null) throw OracleError.Unsupported("two WHEN NOT MATCHED", Current.Start);
                Expect("MATCHED");
                Expect("THEN");
                Expect("INSERT");
                columns = Current.Is("(") ? ColumnList() : null;
                Expect("VALUES");
                Expect("(");
                values = List(Expression);
                Expect(")");
                if (Accept("WHERE")) insertWhere = Condition();
            }
            else
            {
                if (update != null) throw OracleError.Unsupported("two WHEN MATCHED", Current.Start);
                Expect("MATCHED");
                Expect("THEN");
                Expect("UPDATE");
                Expect("SET");
                update = Assignments();
                if (Accept("WHERE")) updateWhere = Condition();
                if (Accept("DELETE"))
                {
                    Expect("WHERE");
                    deleteWhere = Condition();
                }
            }
        }
        if (update == null && values == null) throw OracleError.Missing("WHEN", Current.Start);
        if (Current.Is("LOG")) throw OracleError.Unsupported("LOG ERRORS", Current.Start);
        return new MergeStatement(target, source, on, update, updateWhere, deleteWhere, columns, values, insertWhere);
    }
}
