namespace KafkaOracle.Reactive.Embedded.OracleSql;

internal sealed partial class Parser
{
    private Expr NameOrCall()
    {
        var first = Advance();
        if (!first.IsName || (first.Kind == TokenKind.Word && first.Text is "FROM" or "WHERE" or "AND" or "SELECT" or "INTO"))
            throw new OracleError(936, "missing expression", first.Start);
        if (Current.Is("(")) return Call(first);
        if (!Accept(".")) return new ColumnExpr(first.Start, null, first.Text);
        if (Accept("*")) return new StarExpr(first.Start, first.Text);
        var second = Name();
        if (Accept(".")) return new ColumnExpr(first.Start, second.Text, Name().Text); // schema.table.column
        if (second.Text is "NEXTVAL" or "CURRVAL") throw OracleError.Unsupported("sequences", first.Start);
        return new ColumnExpr(first.Start, first.Text, second.Text);
    }

    private CallExpr Call(Token name)
    {
        Expect("(");
        var distinct = Accept("DISTINCT") || Accept("UNIQUE");
        if (!distinct) Accept("ALL");
        var arguments = new List<Expr>();
        if (Current.Is("*"))
        {
            arguments.Add(new StarExpr(Advance().Start, null));
        }
        else if (name.Text == "TRIM" && (Current.Is("LEADING") || Current.Is("TRAILING") || Current.Is("BOTH")))
        {
            arguments.Add(new TextLiteral(Current.Start, Advance().Text));
            arguments.Add(Current.Is("FROM") ? new TextLiteral(Current.Start, " ") : Expression());
            Expect("FROM");
            arguments.Add(Expression());
        }
        else if (!Current.Is(")"))
        {
            arguments.AddRange(List(Expression));
            if (name.Text == "TRIM" && Accept("FROM")) arguments.Add(Expression());
        }
        Expect(")");
        IReadOnlyList<OrderItem> within = [];
        if (Current.Is("WITHIN"))
        {
            Advance();
            Expect("GROUP");
            Expect("(");
            within = OrderBy();
            Expect(")");
        }
        return new CallExpr(name.Start, name.Text, arguments, distinct, Accept("OVER") ? Window() : null) { WithinGroup = within };
    }

    private WindowClause Window()
    {
        Expect("(");
        IReadOnlyList<Expr> partition = [];
        IReadOnlyList<OrderItem> order = [];
        if (Accept("PARTITION"))
        {
            Expect("BY");
            partition = List(Expression);
        }
        if (Current.Is("ORDER")) order = OrderBy();
        if (!Current.Is(")")) throw OracleError.Unsupported("window frames", Current.Start);
        Expect(")");
        return new WindowClause(partition, order);
    }
}
