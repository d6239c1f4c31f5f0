namespace KafkaOracle.Reactive.Embedded.OracleSql;

internal sealed partial class Parser
{
    private static readonly HashSet<string> NotAnAlias =
    [
        "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "UNION", "MINUS", "INTERSECT", "FOR", "OFFSET", "FETCH", "ON", "USING", "JOIN", "INNER",
        "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "SET", "WHEN", "AND", "OR", "NOT", "RETURNING", "RETURN", "INTO", "VALUES", "AS", "CONNECT",
        "START", "SELECT", "PIVOT", "MODEL", "EXCEPT", "LOG", "THEN", "ELSE", "END", "IS", "IN", "LIKE", "BETWEEN",
    ];

    public Expr Condition() => Ended(Or());

    private Expr Or()
    {
        var left = And();
        while (Accept("OR")) left = Ended(new BinaryExpr(left.Start, "OR", left, And()));
        return left;
    }

    private Expr And()
    {
        var left = Not();
        while (Accept("AND")) left = Ended(new BinaryExpr(left.Start, "AND", left, Not()));
        return left;
    }

    private Expr Not()
    {
        var start = Current.Start;
        return Accept("NOT") ? Ended(new UnaryExpr(start, "NOT", Not())) : Comparison();
    }

    private Expr Comparison()
    {
        var start = Current.Start;
        if (Current.Is("EXISTS") && Ahead(1).Is("("))
        {
            Advance();
            Expect("(");
            var query = Query();
            Expect(")");
            return Ended(new ExistsExpr(start, query));
        }
        var left = Additive();
        while (true)
        {
            if (Current.Kind == TokenKind.Symbol && Current.Text is "=" or "<" or ">" or "<=" or ">=" or "<>" or "!=" or "^=")
            {
                var op = Advance().Text is var text && text is "!=" or "^=" ? "<>" : text;
                if (Current.Is("ANY") || Current.Is("ALL") || Current.Is("SOME")) throw OracleError.Unsupported(Current.Text, Current.Start);
                left = Ended(new BinaryExpr(start, op, left, Additive()));
            }
            else if (Accept("IS"))
            {
                var negated = Accept("NOT");
                if (!Accept("NULL")) throw OracleError.Unsupported($"IS {Current.Text}", Current.Start);
                left = Ended(new IsNullExpr(start, left, negated));
            }
            else
            {
                var negated = Current.Is("NOT") && (Ahead(1).Is("IN") || Ahead(1).Is("LIKE") || Ahead(1).Is("BETWEEN"));
                if (negated) Advance();
                if (Accept("IN")) left = Ended(In(start, left, negated));
                else if (Accept("BETWEEN"))
                {
                    var low = Additive();
                    Expect("AND");
                    left = Ended(new BetweenExpr(start, left, low, Additive(), negated));
                }
                else if (Accept("LIKE"))
                {
                    var pattern = Additive();
                    left = Ended(new LikeExpr(start, left, pattern, Accept("ESCAPE") ? Additive() : null, negated));
                }
                else return left;
            }
        }
    }

    private InExpr In(int start, Expr operand, bool negated)
    {
        Expect("(");
        InExpr result;
        if (Current.Is("SELECT") || Current.Is("WITH")) result = new InExpr(start, operand, [], Query(), negated);
        else result = new InExpr(start, operand, List(Expression), null, negated);
        Expect(")");
        return result;
    }

    public Expr Expression() => Ended(Additive());

    private Expr Additive()
    {
        var left = Multiplicative();
        while (Current.Kind == TokenKind.Symbol && Current.Text is "+" or "-" or "||")
            left = Ended(new BinaryExpr(left.Start, Advance().Text, left, Multiplicative()));
        return left;
    }

    private Expr Multiplicative()
    {
        var left = Unary();
        while (Current.Kind == TokenKind.Symbol && Current.Text is "*" or "/")
            left = Ended(new BinaryExpr(left.Start, Advance().Text, left, Unary()));
        return left;
    }

    private Expr Unary()
    {
        var start = Current.Start;
        if (Accept("-")) return Ended(new UnaryExpr(start, "-", Unary()));
        return Accept("+") ? Unary() : Ended(Primary());
    }

    private Expr Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                Advance();
                var suffix = Current.Kind == TokenKind.Word && Current.Start == token.End && Current.Text is "D" or "F" ? Advance().Text : "";
                return new NumberLiteral(token.Start, token.Text, suffix);
            case TokenKind.Text:
                Advance();
                return new TextLiteral(token.Start, token.Text);
            case TokenKind.Bind:
                Advance();
                _binds.Add(token.Text);
                return new BindExpr(token.Start, _binds.Count - 1, token.Text);
            case TokenKind.QuotedName:
                return NameOrCall();
            case TokenKind.Word:
                return Word();
            case TokenKind.Symbol when token.Text == "(":
                return Parenthesised();
            default:
                throw new OracleError(936, "missing expression", token.Start);
        }
    }

    private Expr Parenthesised()
    {
        var start = Advance().Start;
        if (Current.Is("SELECT") || Current.Is("WITH"))
        {
            var query = Query();
            Expect(")");
            return new SubqueryExpr(start, query);
        }
        var first = Or();
        if (!Current.Is(","))
        {
            Expect(")");
            return first;
        }
        var items = new List<Expr> { first };
        while (Accept(",")) items.Add(Expression());
        Expect(")");
        return new TupleExpr(start, items);
    }

    private Expr Word()
    {
        var token = Current;
        var next = Ahead(1);
        switch (token.Text)
        {
            case "NULL":
                Advance();
                return new NullLiteral(token.Start);
            case "DEFAULT":
                Advance();
                return new DefaultExpr(token.Start);
            case "CASE":
                return Case();
            case "CAST" when next.Is("("):
                return Cast();
            case "EXTRACT" when next.Is("("):
                return Extract();
            case "DATE" or "TIMESTAMP" when next.Kind == TokenKind.Text:
                Advance();
                return new InstantLiteral(token.Start, token.Text == "DATE" ? OracleType.Date : OracleType.Timestamp, Advance().Text);
            case "INTERVAL" when next.Kind == TokenKind.Text:
                return Interval();
            default:
                return NameOrCall();
        }
    }

    private IntervalLiteral Interval()
    {
        var start = Advance().Start;
        var text = Advance().Text;
        var unit = Advance().Text;
        if (Accept("(")) SkipParentheses();
        if (Accept("TO"))
        {
            unit += " TO " + Advance().Text;
            if (Accept("(")) SkipParentheses();
        }
        return new IntervalLiteral(start, text, unit);
    }

    private CaseExpr Case()
    {
        var start = Advance().Start;
        var operand = Current.Is("WHEN") ? null : Expression();
        var branches = new List<(Expr, Expr)>();
        while (Accept("WHEN"))
        {
            var when = operand == null ? Condition() : Expression();
            Expect("THEN");
            branches.Add((when, Expression()));
        }
        var otherwise = Accept("ELSE") ? Expression() : null;
        Expect("END");
        return new CaseExpr(start, operand, branches, otherwise);
    }

    private CastExpr Cast()
    {
        var start = Advance().Start;
        Expect("(");
        var operand = Expression();
        Expect("AS");
        var type = DataType();
        Expect(")");
        return new CastExpr(start, operand, type);
    }

    private ExtractExpr Extract()
    {
        var start = Advance().Start;
        Expect("(");
        var field = Advance().Text;
        Expect("FROM");
        var operand = Expression();
        Expect(")");
        return new ExtractExpr(start, field, operand);
    }
}
