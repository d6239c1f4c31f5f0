namespace KafkaOracle.Reactive.Embedded.OracleSql;

internal sealed partial class Parser
{
    private static readonly HashSet<string> NotAnAlias =
    [
        "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "UNION", "MINUS", "INTERSECT", "FOR", "OFFSET", "FETCH", "ON", "USING", "JOIN", "INNER",
        "LEFT", "RIGHT", "FULL", "CROSS", "OUTER", "NATURAL", "SET", "WITH", "WHEN", "AND", "OR", "NOT", "RETURNING", "RETURN", "INTO", "VALUES", "AS", "CONNECT",
        "START", "SELECT", "PIVOT", "UNPIVOT", "MODEL", "EXCEPT", "LOG", "THEN", "ELSE", "END", "IS", "IN", "LIKE", "BETWEEN", "OVER", "PARTITION", "SAMPLE",
    ];

    /// <summary>Words that cannot be a column.</summary>
    private static readonly HashSet<string> Reserved =
    [
        "FROM", "WHERE", "AND", "OR", "SELECT", "INTO", "GROUP", "HAVING", "ORDER", "BY", "UNION", "MINUS", "INTERSECT", "SET", "VALUES", "ON", "AS", "IN", "IS", "LIKE",
        "BETWEEN", "THEN", "ELSE", "DESC", "ASC", "DISTINCT", "UNIQUE", "CREATE", "DROP", "ALTER", "INSERT", "UPDATE", "DELETE", "TABLE", "INDEX", "CHECK", "FOR", "TO", "WITH",
    ];

    public Expr Condition()
    {
        var condition = Ended(Or());
        return IsCondition(condition) ? condition : throw new OracleError(920, "invalid relational operator", Current.Start);
    }

    internal static bool IsCondition(Expr expr) => expr is BinaryExpr { Operator: "AND" or "OR" or "=" or "<>" or "<" or ">" or "<=" or ">=" } or UnaryExpr { Operator: "NOT" } or IsNullExpr
        or BetweenExpr or LikeExpr or InExpr or ExistsExpr or QuantifiedExpr or IsExpr or CallExpr { Name: "REGEXP_LIKE" or "LNNVL" } or JsonExpr { Name: "JSON_EXISTS" };

    private Expr Or() => Chain("OR", And);

    private Expr And() => Chain("AND", Not);

    /// <summary>Operands joined by one logical operator, as a balanced tree: long chains shall not nest deeply.</summary>
    private Expr Chain(string op, Func<Expr> operand)
    {
        var operands = new List<Expr> { operand() };
        while (Accept(op)) operands.Add(operand());
        return Balanced(0, operands.Count);

        Expr Balanced(int from, int to)
        {
            if (to - from == 1) return operands[from];
            var middle = (from + to) / 2;
            var (left, right) = (Balanced(from, middle), Balanced(middle, to));
            return new BinaryExpr(left.Start, op, left, right) { End = right.End };
        }
    }

    private Expr Not()
    {
        var start = Current.Start;
        if (!Accept("NOT")) return Comparison();
        using (Deeper()) return Ended(new UnaryExpr(start, "NOT", Not()));
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
        if (Current.Kind == TokenKind.Symbol && Current.Text is "=" or "<" or ">" or "<=" or ">=" or "<>" or "!=" or "^=")
        {
            var op = Advance().Text is var text && text is "!=" or "^=" ? "<>" : text;
            return Ended((Current.Is("ANY") || Current.Is("ALL") || Current.Is("SOME")) && Ahead(1).Is("(") ? Quantified(start, left, op) : new BinaryExpr(start, op, left, Additive()));
        }
        if (Accept("IS"))
        {
            var not = Accept("NOT");
            return Ended(Accept("NULL") ? new IsNullExpr(start, left, not) : Is(start, left, not));
        }
        var negated = Current.Is("NOT") && (Ahead(1).Is("IN") || Ahead(1).Is("LIKE") || Ahead(1).Is("BETWEEN"));
        if (negated) Advance();
        if (Accept("IN")) return Ended(In(start, left, negated));
        if (Accept("BETWEEN"))
        {
            var low = Additive();
            Expect("AND");
            return Ended(new BetweenExpr(start, left, low, Additive(), negated));
        }
        if (!Accept("LIKE")) return left;
        var pattern = Additive();
        return Ended(new LikeExpr(start, left, pattern, Accept("ESCAPE") ? Additive() : null, negated));
    }

    private QuantifiedExpr Quantified(int start, Expr operand, string op)
    {
        var all = Advance().Is("ALL");
        Expect("(");
        var query = Current.Is("SELECT") || Current.Is("WITH") ? Query() : null;
        var items = query == null ? List(Expression) : [];
        Expect(")");
        return new QuantifiedExpr(start, operand, op, all, items, query);
    }

    private IsExpr Is(int start, Expr operand, bool negated)
    {
        var what = Advance();
        if (!what.Is("JSON") && !what.Is("NAN") && !what.Is("INFINITE")) throw OracleError.Unsupported($"IS {what.Text}", what.Start);
        if (what.Is("JSON") && (Current.Is("STRICT") || Current.Is("LAX"))) Advance();
        return new IsExpr(start, operand, what.Text, negated);
    }

    private InExpr In(int start, Expr operand, bool negated)
    {
        if (!Current.Is("(")) return new InExpr(start, operand, [Additive()], null, negated);
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

    private Expr Zoned(Expr operand)
    {
        while (Current.Is("AT") && (Ahead(1).Is("LOCAL") || (Ahead(1).Is("TIME") && Ahead(2).Is("ZONE"))))
        {
            Advance();
            if (Accept("LOCAL"))
            {
                operand = Ended(new AtZoneExpr(operand.Start, operand, null));
                continue;
            }
            Advance();
            Advance();
            operand = Ended(new AtZoneExpr(operand.Start, operand, Primary()));
        }
        return operand;
    }

    private Expr Unary()
    {
        var start = Current.Start;
        if ((Current.Is("PRIOR") || Current.Is("CONNECT_BY_ROOT")) && (Ahead(1).IsName || Ahead(1).Is("(") || Ahead(1).Kind is TokenKind.Text or TokenKind.Number or TokenKind.Bind) && !NotAnAlias.Contains(Ahead(1).Text))
        {
            using (Deeper()) return Ended(Advance().Is("PRIOR") ? new PriorExpr(start, Unary()) : new RootExpr(start, Unary()));
        }
        if (Current.Is("-") || Current.Is("+"))
        {
            using (Deeper())
            {
                if (Accept("+")) return Unary();
                Advance();
                return Ended(new UnaryExpr(start, "-", Unary()));
            }
        }
        return Zoned(Ended(Primary()));
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
                if (Reserved.Contains(token.Text)) throw new OracleError(1745, "invalid host/bind variable name", token.Start);
                return new BindExpr(token.Start, BindIndex(token.Text), token.Text);
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
        using var deeper = Deeper();
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
            case "CAST" or "VALIDATE_CONVERSION" when next.Is("("):
                return Cast();
            case "EXTRACT" when next.Is("("):
                return Extract();
            case "JSON_VALUE" or "JSON_QUERY" or "JSON_EXISTS" when next.Is("("):
                return Json();
            case "JSON_OBJECT" or "JSON_ARRAY" or "JSON_OBJECTAGG" or "JSON_ARRAYAGG" when next.Is("("):
                return JsonMaker();
            case "DATE" or "TIMESTAMP" when next.Kind == TokenKind.Text:
                Advance();
                return new InstantLiteral(token.Start, token.Text == "DATE" ? OracleType.Date : OracleType.Timestamp, Advance().Text);
            case "INTERVAL" when next.Kind == TokenKind.Text:
                return Interval();
            default:
                return NameOrCall();
        }
    }
}
