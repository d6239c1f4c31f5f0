namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>WITH and the clauses of its recursive queries.</summary>
internal sealed partial class Parser
{
    private NamedQuery Named()
    {
        var name = Name();
        var columns = Current.Is("(") ? KeyColumns(null) : [];
        Expect("AS");
        Expect("(");
        var query = Query();
        Expect(")");
        var named = new NamedQuery(name.Text, name.Start, columns, query);
        if (Accept("SEARCH")) named = named with { Search = Search() };
        return Accept("CYCLE") ? named with { Cycle = Cycle() } : named;
    }

    private SearchClause Search()
    {
        var depthFirst = Accept("DEPTH");
        if (!depthFirst) Expect("BREADTH");
        Expect("FIRST");
        Expect("BY");
        var order = List(OrderItem);
        Expect("SET");
        return new SearchClause(depthFirst, order, Name().Text);
    }

    private CycleClause Cycle()
    {
        var columns = List(() => Name().Text);
        Expect("SET");
        var mark = Name().Text;
        Expect("TO");
        var yes = Expression();
        Expect("DEFAULT");
        return new CycleClause(columns, mark, yes, Expression());
    }
}
