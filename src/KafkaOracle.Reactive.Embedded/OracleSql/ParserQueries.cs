namespace KafkaOracle.Reactive.Embedded.OracleSql;

internal sealed partial class Parser
{
    private Query Query()
    {
        using var deeper = Deeper();
        // INTO belongs to the outermost SELECT of a block's statement.
        var selectsInto = _selectsInto;
        _selectsInto = false;
        IReadOnlyList<NamedQuery> with = Accept("WITH") ? List(Named) : [];
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
        var ordersSiblings = Current.Is("ORDER") && Ahead(1).Is("SIBLINGS");
        var order = Current.Is("ORDER") ? OrderBy() : [];
        Expr? offset = null;
        if (Accept("OFFSET"))
        {
            offset = Expression();
            if (!Accept("ROWS")) Expect("ROW");
        }
        return new Query(with, blocks, order, offset, Current.Is("FETCH") ? Fetch() : null, Locking()) { OrdersSiblings = ordersSiblings };
    }

    private FetchClause Fetch()
    {
        var start = Advance().Start;
        if (!Accept("FIRST")) Expect("NEXT");
        var count = Current.Is("ROW") || Current.Is("ROWS") ? new NumberLiteral(Current.Start, "1", "") : Expression();
        var isPercent = Accept("PERCENT");
        if (!Accept("ROWS")) Expect("ROW");
        var withTies = Accept("WITH");
        Expect(withTies ? "TIES" : "ONLY");
        return new FetchClause(start, count, isPercent, withTies);
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
        Accept("SIBLINGS");
        Expect("BY");
        return List(OrderItem);
    }

    private OrderItem OrderItem()
    {
        var value = Expression();
        var descending = Accept("DESC");
        if (!descending) Accept("ASC");
        if (!Accept("NULLS")) return new OrderItem(value, descending, null);
        var first = Accept("FIRST");
        if (!first) Expect("LAST");
        return new OrderItem(value, descending, first);
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
        var hierarchy = Current.Is("CONNECT") || Current.Is("START") ? ConnectBy() : null;
        if (hierarchy != null && where == null && Levels(from, hierarchy) is { } levels) (from, hierarchy) = (levels, null);
        var (groupBy, sets) = Current.Is("GROUP") ? GroupBy() : ([], null);
        var having = Accept("HAVING") ? Condition() : null;
        // Some write it the other way round.
        if (having != null && groupBy.Count == 0 && Current.Is("GROUP")) (groupBy, sets) = GroupBy();
        return new QueryBlock(start, distinct, items, from, where, groupBy, having, null) { GroupingSets = sets, Hierarchy = hierarchy };
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
}
