namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Expressions with a syntax of their own: INTERVAL, CASE, CAST, EXTRACT, JSON_VALUE and its like.</summary>
internal sealed partial class Parser
{
    private IntervalLiteral Interval()
    {
        var start = Advance().Start;
        var text = Advance().Text;
        var unit = Advance().Text;
        var (leading, trailing) = (Arguments(), new List<int>());
        if (Accept("TO"))
        {
            unit += " TO " + Advance().Text;
            trailing = Arguments();
        }
        int? scale = trailing.Count > 0 ? trailing[0] : leading.Count > 1 ? leading[1] : null;
        if (scale > 9 || leading is [> 9, ..]) throw new OracleError(30088, "datetime/interval precision is out of range", start);
        return new IntervalLiteral(start, text, unit, leading.Count > 0 ? leading[0] : null, scale);
    }

    private CaseExpr Case()
    {
        using var deeper = Deeper();
        var start = Advance().Start;
        var operand = Current.Is("WHEN") ? null : Expression();
        var branches = new List<(Expr, Expr)>();
        while (Accept("WHEN"))
        {
            var when = operand == null ? Condition() : Expression();
            Expect("THEN");
            branches.Add((when, Expression()));
        }
        if (branches.Count == 0) throw OracleError.Missing("WHEN", Current.Start);
        var otherwise = Accept("ELSE") ? Expression() : null;
        Expect("END");
        return new CaseExpr(start, operand, branches, otherwise);
    }

    /// <summary>CAST, or VALIDATE_CONVERSION, which asks whether it can be done.</summary>
    private CastExpr Cast()
    {
        using var deeper = Deeper();
        var isAsked = Current.Is("VALIDATE_CONVERSION");
        var start = Advance().Start;
        Expect("(");
        var operand = Expression();
        Expect("AS");
        var type = DataType();
        var otherwise = OnConversionError();
        var format = Accept(",") ? Expression() : null;
        Expect(")");
        return new CastExpr(start, operand, type) { OnConversionError = otherwise, Format = format, IsAsked = isAsked };
    }

    private Expr? OnConversionError()
    {
        if (!Accept("DEFAULT")) return null;
        var otherwise = Expression();
        Expect("ON");
        Expect("CONVERSION");
        Expect("ERROR");
        return otherwise;
    }

    private ExtractExpr Extract()
    {
        using var deeper = Deeper();
        var start = Advance().Start;
        Expect("(");
        var field = Advance().Text;
        Expect("FROM");
        var operand = Expression();
        Expect(")");
        return new ExtractExpr(start, field, operand);
    }

    private JsonExpr Json()
    {
        using var deeper = Deeper();
        var name = Advance();
        Expect("(");
        var operand = Expression();
        if (Accept("FORMAT")) Expect("JSON");
        Expect(",");
        var path = Current.Kind == TokenKind.Text ? Advance().Text : throw new OracleError(40454, "path expression not a literal", Current.Start);
        var result = new JsonExpr(name.Start, name.Text, operand, path);
        while (!Current.Is(")"))
        {
            if (Accept("RETURNING"))
            {
                var isVarchar = Current.Is("VARCHAR2") && !Ahead(1).Is("(");
                result = result with { Returning = isVarchar ? OracleType.Text : DataType() };
                if (isVarchar) Advance();
                if (Accept("PRETTY") || Accept("ASCII")) throw OracleError.Unsupported("PRETTY and ASCII in JSON functions", Previous.Start);
            }
            else if (Accept("WITHOUT")) Wrapper();
            else if (Accept("WITH"))
            {
                var isConditional = Accept("CONDITIONAL");
                if (!isConditional) Accept("UNCONDITIONAL");
                Wrapper();
                result = result with { Wrapper = isConditional ? "CONDITIONAL" : "ALWAYS" };
            }
            else result = OnClause(result);
        }
        Expect(")");
        return result;

        void Wrapper()
        {
            Accept("ARRAY");
            Expect("WRAPPER");
        }
    }

    private JsonExpr OnClause(JsonExpr json)
    {
        var action = Advance();
        Expr? value = null;
        if (action.Is("DEFAULT")) value = Expression();
        else if (!action.Is("NULL") && !action.Is("ERROR")) throw OracleError.Unsupported($"{action.Text} in {json.Name}", action.Start);
        Expect("ON");
        if (Accept("ERROR")) return json with { OnError = action.Text, ErrorDefault = value };
        Expect("EMPTY");
        return json with { OnEmpty = action.Text, EmptyDefault = value };
    }
}
