namespace KafkaOracle.Reactive.Embedded.OracleSql;

internal sealed partial class Parser
{
    private InsertStatement Insert()
    {
        if (Current.Is("ALL") || Current.Is("FIRST")) throw OracleError.Unsupported("multi-table INSERT", Current.Start);
        Expect("INTO");
        var table = Table(alias: !Ahead(1).Is("("));
        var columns = Current.Is("(") && !Ahead(1).Is("SELECT") ? ColumnList() : null;
        if (!Accept("VALUES"))
        {
            if (!Current.Is("SELECT") && !Current.Is("WITH") && !Current.Is("(")) throw OracleError.Missing("VALUES", Current.Start);
            return new InsertStatement(table, columns, null, Query(), null);
        }
        Expect("(");
        var values = List(Expression);
        Expect(")");
        return new InsertStatement(table, columns, values, null, ReturningInto());
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
        var table = Table(alias: true);
        Expect("SET");
        var set = Assignments();
        var where = Accept("WHERE") ? Condition() : null;
        return new UpdateStatement(table, set, where, ReturningInto());
    }

    private List<Assignment> Assignments() => List(() =>
    {
        if (Current.Is("(")) throw OracleError.Unsupported("SET of several columns to a subquery", Current.Start);
        var (name, start) = QualifiedColumn();
        Expect("=");
        return new Assignment(name, start, Expression());
    });

    private DeleteStatement Delete()
    {
        Accept("FROM");
        var table = Table(alias: true);
        var where = Accept("WHERE") ? Condition() : null;
        return new DeleteStatement(table, where, ReturningInto());
    }

    private Returning? ReturningInto()
    {
        if (Current.Is("LOG")) throw OracleError.Unsupported("LOG ERRORS", Current.Start);
        if (!Accept("RETURNING") && !Accept("RETURN")) return null;
        var values = List(Expression);
        Expect("INTO");
        var into = List(() => Primary() as BindExpr ?? throw new OracleError(1008, "not all variables bound", Current.Start));
        return new Returning(values, into);
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
        Expr? updateWhere = null, insertWhere = null;
        while (Accept("WHEN"))
        {
            if (Accept("NOT"))
            {
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
                Expect("MATCHED");
                Expect("THEN");
                Expect("UPDATE");
                Expect("SET");
                update = Assignments();
                if (Accept("WHERE")) updateWhere = Condition();
                if (Current.Is("DELETE")) throw OracleError.Unsupported("MERGE .. DELETE", Current.Start);
            }
        }
        if (update == null && values == null) throw OracleError.Missing("WHEN", Current.Start);
        return new MergeStatement(target, source, on, update, updateWhere, columns, values, insertWhere);
    }
}
