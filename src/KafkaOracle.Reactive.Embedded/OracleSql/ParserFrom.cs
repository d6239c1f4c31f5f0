namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>FROM: tables, inline views, joins.</summary>
internal sealed partial class Parser
{
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
            if ((Current.Is("CROSS") || Current.Is("OUTER")) && Ahead(1).Is("APPLY"))
            {
                kind = Advance().Is("OUTER") ? "LEFT" : "CROSS";
                Advance();
                left = new JoinFrom(start, left, Lateral(), kind, null, []);
                continue;
            }
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

    /// <summary>What APPLY joins: an inline view that sees what stands to the left of it, or anything else.</summary>
    private FromItem Lateral() => FromPrimary() switch
    {
        QueryFrom query => query with { IsLateral = true },
        var other => other,
    };

    private FromItem FromPrimary() => Pivoted(Unpivoted());

    private FromItem Unpivoted()
    {
        var start = Current.Start;
        if (Current.Is("LATERAL") && Ahead(1).Is("("))
        {
            Advance();
            return Lateral();
        }
        if (Current.Is("JSON_TABLE") && Ahead(1).Is("(")) return JsonTable();
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
