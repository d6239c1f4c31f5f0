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
        var ignoresNulls = false;
        Expr? otherwise = null;
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
            arguments.AddRange(name.Text == "LNNVL" ? [Condition()] : List(() =>
            {
                var argument = Expression();
                ignoresNulls |= IgnoresNulls();
                if (name.Text.StartsWith("TO_", StringComparison.Ordinal)) otherwise ??= OnConversionError();
                return argument;
            }));
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
        var keep = Current.Is("KEEP") && Ahead(1).Is("(") ? Keep() : null;
        ignoresNulls |= IgnoresNulls();
        return new CallExpr(name.Start, name.Text, arguments, distinct, Accept("OVER") ? Window() : null) { WithinGroup = within, Keep = keep, IgnoresNulls = ignoresNulls, OnConversionError = otherwise };
    }

    /// <summary>IGNORE NULLS or RESPECT NULLS, which may stand before or behind the closing parenthesis.</summary>
    private bool IgnoresNulls()
    {
        if (!(Current.Is("IGNORE") || Current.Is("RESPECT")) || !Ahead(1).Is("NULLS")) return false;
        var ignores = Advance().Is("IGNORE");
        Advance();
        return ignores;
    }

    private KeepClause Keep()
    {
        Advance();
        Expect("(");
        Expect("DENSE_RANK");
        var last = Accept("LAST");
        if (!last) Expect("FIRST");
        var order = OrderBy();
        Expect(")");
        return new KeepClause(last, order);
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
        if (!Accept("BETWEEN")) return new WindowFrame(unit, Bound(), null);
        var from = Bound();
        Expect("AND");
        return new WindowFrame(unit, from, Bound());
    }

    private WindowBound Bound()
    {
        if (Accept("CURRENT"))
        {
            Expect("ROW");
            return new WindowBound("CURRENT ROW", null);
        }
        var unbounded = Accept("UNBOUNDED");
        var offset = unbounded ? null : Expression();
        var words = Accept("PRECEDING") ? "PRECEDING" : Accept("FOLLOWING") ? "FOLLOWING" : throw OracleError.Missing("PRECEDING", Current.Start);
        return new WindowBound(unbounded ? "UNBOUNDED " + words : words, offset);
    }

    private void ListOverflow()
    {
        Advance();
        Expect("OVERFLOW");
        if (!Accept("ERROR")) throw OracleError.Unsupported("ON OVERFLOW TRUNCATE", Current.Start);
    }
}
