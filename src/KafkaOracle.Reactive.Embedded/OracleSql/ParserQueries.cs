namespace KafkaOracle.Reactive.Embedded.OracleSql;

internal sealed partial class Parser
{
    private Query Query()
    {
        using var deeper = Deeper();
        // INTO belongs to the outermost SELECT of a block's statement.
        var selectsInto = _selectsInto;
        _selectsInto = false;
        var with = new List<(string, IReadOnlyList<string>, Query)>();
        if (Accept("WITH"))
        {
            do
            {
                var name = Name().Text;
                IReadOnlyList<string> columns = [];
                if (Accept("("))
                {
                    columns = List(() => Name().Text);
                    Expect(")");
                }
                Expect("AS");
                Expect("(");
                with.Add((name, columns, Query()));
                Expect(")");
            }
            while (Accept(","));
        }
        _selectsInto = selectsInto;
        var blocks = new List<(string, QueryBlock)> { ("", Block()) };
        while (true)
        {
            string op;
            if (Accept("UNION")) op = Accept("ALL") ? "UNION ALL" : "UNION";
            else if (Accept("MINUS") || Accept("EXCEPT")) op = "EXCEPT";
            else if (Accept("INTERSECT")) op = "INTERSECT";
            else break;
            blocks.Add((op, Block()));
        }
        var order = Current.Is("ORDER") ? OrderBy() : [];
        Expr? offset = null, fetch = null;
        if (Accept("OFFSET"))
        {
            offset = Expression();
            if (!Accept("ROWS")) Expect("ROW");
        }
        if (Accept("FETCH"))
        {
            if (!Accept("FIRST")) Expect("NEXT");
            fetch = Current.Is("ROW") || Current.Is("ROWS") ? new NumberLiteral(Current.Start, "1", "") : Expression();
            if (Current.Is("PERCENT")) throw OracleError.Unsupported("FETCH .. PERCENT", Current.Start);
            if (!Accept("ROWS")) Expect("ROW");
            if (Current.Is("WITH")) throw OracleError.Unsupported("FETCH .. WITH TIES", Current.Start);
            Expect("ONLY");
        }
        return new Query(with, blocks, order, offset, fetch, Locking());
    }

    private ForUpdate? Locking()
    {
        if (!Accept("FOR")) return null;
        Expect("UPDATE");
        IReadOnlyList<Expr> of = Accept("OF") ? List(NameOrCall) : [];
        if (Accept("NOWAIT")) return new ForUpdate(LockWait.NoWait, null, of);
        if (Accept("WAIT")) return new ForUpdate(LockWait.Wait, Integer(), of);
        if (!Accept("SKIP")) return new ForUpdate(LockWait.Wait, null, of);
        Expect("LOCKED");
        return new ForUpdate(LockWait.SkipLocked, null, of);
    }

    private List<OrderItem> OrderBy()
    {
        Expect("ORDER");
        Expect("BY");
        return List(() =>
        {
            var value = Expression();
            var descending = Accept("DESC");
            if (!descending) Accept("ASC");
            if (!Accept("NULLS")) return new OrderItem(value, descending, null);
            var first = Accept("FIRST");
            if (!first) Expect("LAST");
            return new OrderItem(value, descending, first);
        });
    }

    private QueryBlock Block()
    {
        var start = Current.Start;
        var selectsInto = _selectsInto;
        _selectsInto = false;
        if (Accept("("))
        {
            using var deeper = Deeper();
            var nested = Query();
            Expect(")");
            return new QueryBlock(start, false, [], null, null, [], null, nested);
        }
        Expect("SELECT");
        var distinct = Accept("DISTINCT") || Accept("UNIQUE");
        if (!distinct) Accept("ALL");
        var items = List(Item);
        if (items.Count > 1 && items.Any(i => i.Value is StarExpr { Qualifier: null })) throw OracleError.Missing("FROM", Current.Start);
        if (selectsInto && (Current.Is("INTO") || Current.Is("BULK"))) _into = Into();
        if (Current.Is("INTO") || Current.Is("BULK")) throw OracleError.Unsupported("SELECT INTO", Current.Start);
        // Since 23ai a SELECT may do without FROM.
        var isAlone = Current.Kind == TokenKind.End || Current.Is(";") || Current.Is(")") || Current.Is("UNION") || Current.Is("MINUS") || Current.Is("INTERSECT") || Current.Is("EXCEPT");
        if (!isAlone) Expect("FROM");
        var from = isAlone ? new TableFrom(Current.Start, "DUAL", null) : FromList();
        var where = Accept("WHERE") ? Condition() : null;
        if (Current.Is("CONNECT") || Current.Is("START")) from = Levels(from, where);
        IReadOnlyList<Expr> groupBy = [];
        if (Accept("GROUP"))
        {
            Expect("BY");
            if (Current.Is("ROLLUP") || Current.Is("CUBE") || Current.Is("GROUPING")) throw OracleError.Unsupported(Current.Text, Current.Start);
            groupBy = List(Expression);
            if (groupBy.Any(g => g is CallExpr { Name: "ROLLUP" or "CUBE" })) throw OracleError.Unsupported("ROLLUP and CUBE", Current.Start);
        }
        var having = Accept("HAVING") ? Condition() : null;
        return new QueryBlock(start, distinct, items, from, where, groupBy, having, null);
    }

    /// <summary>CONNECT BY LEVEL &lt;= n, or ROWNUM, of DUAL alone: the usual way to make rows.</summary>
    private LevelsFrom Levels(FromItem from, Expr? where)
    {
        var start = Current.Start;
        if (from is TableFrom { Name: "DUAL" } && where == null && Accept("CONNECT"))
        {
            Expect("BY");
            if (Condition() is BinaryExpr { Operator: "<=" or "<", Left: ColumnExpr { Qualifier: null, Name: "LEVEL" or "ROWNUM" } } condition)
                return new LevelsFrom(start, condition.Operator == "<=" ? condition.Right : new BinaryExpr(start, "-", condition.Right, new NumberLiteral(start, "1", "")));
        }
        throw OracleError.Unsupported("hierarchical queries other than CONNECT BY LEVEL <= n of DUAL", start);
    }

    private SelectItem Item()
    {
        var start = Current.Start;
        if (Current.Is("*")) return new SelectItem(new StarExpr(Advance().Start, null), null, "*");
        var value = Expression();
        var text = _sql[start..Previous.End];
        string? alias = null;
        if (Accept("AS")) alias = Name().Text;
        else if (Current.Kind == TokenKind.QuotedName || (Current.Kind == TokenKind.Word && !NotAnAlias.Contains(Current.Text))) alias = Advance().Text;
        return new SelectItem(value, alias, text);
    }

    private FromItem FromList()
    {
        var left = Joined();
        while (Current.Is(","))
        {
            var start = Advance().Start;
            left = new JoinFrom(start, left, Joined(), "CROSS", null, []);
        }
        return left;
    }

    private FromItem Joined()
    {
        var left = FromPrimary();
        while (true)
        {
            var start = Current.Start;
            string kind;
            if (Accept("CROSS")) kind = "CROSS";
            else if (Accept("INNER")) kind = "INNER";
            else if (Current.Is("LEFT") || Current.Is("RIGHT") || Current.Is("FULL"))
            {
                kind = Advance().Text;
                Accept("OUTER");
            }
            else if (Accept("NATURAL"))
            {
                Accept("INNER");
                if (!Current.Is("JOIN")) throw OracleError.Unsupported("NATURAL outer joins", start);
                kind = "NATURAL";
            }
            else if (Current.Is("JOIN")) kind = "INNER";
            else return left;
            Expect("JOIN");
            var right = FromPrimary();
            if (kind is "CROSS" or "NATURAL")
            {
                left = new JoinFrom(start, left, right, kind, null, []);
            }
            else if (Accept("USING"))
            {
                Expect("(");
                var columns = List(() => Name().Text);
                Expect(")");
                left = new JoinFrom(start, left, right, kind, null, columns);
            }
            else
            {
                Expect("ON");
                left = new JoinFrom(start, left, right, kind, Condition(), []);
            }
        }
    }

    private FromItem FromPrimary()
    {
        var start = Current.Start;
        if (!Accept("(")) return Table(alias: true);
        using var deeper = Deeper();
        if (Current.Is("SELECT") || Current.Is("WITH") || AtNestedQuery())
        {
            var query = Query();
            Expect(")");
            return new QueryFrom(start, query, Alias());
        }
        var inner = FromList();
        Expect(")");
        return inner;
    }

    /// <summary>Whether the parentheses that open here hold a query, not a join.</summary>
    private bool AtNestedQuery()
    {
        var ahead = 0;
        while (Ahead(ahead).Is("(")) ahead++;
        return ahead > 0 && (Ahead(ahead).Is("SELECT") || Ahead(ahead).Is("WITH"));
    }

    private TableFrom Table(bool alias)
    {
        var first = Current.IsName && !(Current.Kind == TokenKind.Word && Reserved.Contains(Current.Text)) ? Advance() : throw new OracleError(903, "invalid table name", Current.Start);
        var name = first.Text;
        if (Accept("."))
        {
            if (name != _schema && name is not ("SYS" or "PUBLIC")) throw OracleError.NoTable(first.Start);
            name = Name().Text;
        }
        if (name != "DUAL") _nameAt = first.Start;
        if (Current.Is("@")) throw OracleError.Unsupported("database links", Current.Start);
        if (Current.Is("(") && alias && first.Is("TABLE")) throw OracleError.Unsupported("TABLE()", first.Start);
        if (alias && (Current.Is("PARTITION") || Current.Is("SAMPLE")) && Ahead(1).Is("(")) throw OracleError.Unsupported($"{Current.Text} in FROM", Current.Start);
        return new TableFrom(first.Start, name, alias ? Alias() : null);
    }

    private string? Alias()
    {
        if (Current.Kind == TokenKind.QuotedName || (Current.Kind == TokenKind.Word && !NotAnAlias.Contains(Current.Text))) return Advance().Text;
        return null;
    }
}
