namespace KafkaOracle.Reactive.Embedded.OracleSql;

internal sealed partial class Parser
{
    private Expr NameOrCall()
    {
        var first = Advance();
        if (!first.IsName || (first.Kind == TokenKind.Word && Reserved.Contains(first.Text))) throw new OracleError(936, "missing expression", first.Start);
        if (Current.Is("(") && !AtOptional()) return Call(first);
        // An attribute of a cursor in a block: a variable of its own.
        if (_uses != null && Accept("%")) return new ColumnExpr(first.Start, null, $"{first.Text}%{Name().Text}");
        if (!Accept(".")) return Optional(new ColumnExpr(first.Start, null, first.Text));
        if (Accept("*")) return new StarExpr(first.Start, first.Text);
        var second = Name();
        if (first is { Kind: TokenKind.Word, Text: "SYS" } && second is { Kind: TokenKind.Word, Text: "DBMS_LOB" or "DBMS_ASSERT" } && Accept(".")) (first, second) = (second, Name());
        if (first.Text is "DBMS_LOB" or "DBMS_ASSERT" && Current.Is("(")) return Call(second with { Text = $"{first.Text}.{second.Text}", Start = first.Start });
        if (second is { Kind: TokenKind.Word, Text: "NEXTVAL" or "CURRVAL" }) return new SequenceExpr(first.Start, first.Text, second.Text == "NEXTVAL");
        if (!Accept(".")) return Optional(new ColumnExpr(first.Start, first.Text, second.Text));
        var third = Name();
        return third is { Kind: TokenKind.Word, Text: "NEXTVAL" or "CURRVAL" }
            ? new SequenceExpr(first.Start, second.Text, third.Text == "NEXTVAL")
            : Optional(new ColumnExpr(first.Start, second.Text, third.Text)); // schema.table.column
    }

    private bool AtOptional() => Current.Is("(") && Ahead(1).Is("+") && Ahead(2).Is(")");

    private Expr Optional(ColumnExpr column)
    {
        if (!AtOptional()) return column;
        _at += 3;
        return new OptionalExpr(column.Start, column);
    }

    private CallExpr Call(Token name)
    {
        using var deeper = Deeper();
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
            arguments.AddRange(name.Text == "LNNVL" ? [Condition()] : List(Expression));
            if (name.Text == "LISTAGG" && Current.Is("ON")) ListOverflow();
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
        if (Current.Is("KEEP") && Ahead(1).Is("(")) throw OracleError.Unsupported("KEEP (DENSE_RANK ..)", Current.Start);
        if ((Current.Is("IGNORE") || Current.Is("RESPECT")) && Ahead(1).Is("NULLS"))
        {
            if (Advance().Is("IGNORE")) throw OracleError.Unsupported("IGNORE NULLS", Previous.Start);
            Advance();
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
        var frame = Current.Is("ROWS") || Current.Is("RANGE") ? Frame() : null;
        Expect(")");
        return new WindowClause(partition, order, frame);
    }

    private WindowFrame Frame()
    {
        var unit = Advance().Text;
        if (!Accept("BETWEEN")) return new WindowFrame($"{unit} {Bound(unit)}");
        var from = Bound(unit);
        Expect("AND");
        return new WindowFrame($"{unit} BETWEEN {from} AND {Bound(unit)}");
    }

    private string Bound(string unit)
    {
        if (Accept("CURRENT"))
        {
            Expect("ROW");
            return "CURRENT ROW";
        }
        var offset = "UNBOUNDED";
        if (!Accept("UNBOUNDED"))
        {
            if (unit == "RANGE") throw OracleError.Unsupported("RANGE with an offset", Current.Start);
            if (Current.Kind != TokenKind.Number) throw OracleError.Unsupported("window bounds other than whole numbers", Current.Start);
            offset = Integer().ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        return Accept("PRECEDING") ? $"{offset} PRECEDING" : Accept("FOLLOWING") ? $"{offset} FOLLOWING" : throw OracleError.Missing("PRECEDING", Current.Start);
    }

    private void ListOverflow()
    {
        Advance();
        Expect("OVERFLOW");
        if (!Accept("ERROR")) throw OracleError.Unsupported("ON OVERFLOW TRUNCATE", Current.Start);
    }
}
