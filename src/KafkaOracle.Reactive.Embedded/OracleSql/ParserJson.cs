namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>JSON_OBJECT and its like, and JSON_TABLE.</summary>
internal sealed partial class Parser
{
    private JsonMakerExpr JsonMaker()
    {
        using var deeper = Deeper();
        var name = Advance();
        var isObject = name.Text is "JSON_OBJECT" or "JSON_OBJECTAGG";
        Expect("(");
        IReadOnlyList<JsonMember> members = Current.Is(")") || AtNullClause() || Current.Is("RETURNING") ? [] : List(() => Member(isObject));
        IReadOnlyList<OrderItem> order = Current.Is("ORDER") ? OrderBy() : [];
        // Arrays leave NULLs out unless told otherwise, objects keep them.
        var leavesOut = AtNullClause() ? NullClause() : !isObject;
        var type = OracleType.Text;
        if (Accept("RETURNING"))
        {
            var isVarchar = Current.Is("VARCHAR2") && !Ahead(1).Is("(");
            type = isVarchar ? OracleType.Text : DataType();
            if (isVarchar) Advance();
            if (type.Kind is not (TypeKind.Text or TypeKind.Clob)) throw OracleError.Unsupported($"RETURNING {type.Name} of {name.Text}", name.Start);
        }
        if (!Current.Is(")")) throw OracleError.Unsupported($"{Current.Text} in {name.Text}", Current.Start);
        Expect(")");
        return new JsonMakerExpr(name.Start, name.Text, members, leavesOut, type, order);
    }

    private bool AtNullClause() => (Current.Is("NULL") || Current.Is("ABSENT")) && Ahead(1).Is("ON") && Ahead(2).Is("NULL");

    private bool NullClause()
    {
        var leavesOut = Advance().Is("ABSENT");
        _at += 2;
        return leavesOut;
    }

    private JsonMember Member(bool isObject)
    {
        Expr? key = null;
        if (isObject)
        {
            if (Current.Is("*")) throw OracleError.Unsupported("JSON_OBJECT(*)", Current.Start);
            if (Current.Is("KEY") && !Ahead(1).Is("VALUE")) Advance();
            key = Expression();
            if (!Accept("VALUE") && !Accept("IS")) Expect(":");
        }
        var value = Expression();
        var isJson = Accept("FORMAT");
        if (isJson) Expect("JSON");
        return new JsonMember(key, value, isJson || value is JsonMakerExpr or JsonExpr { Name: "JSON_QUERY" });
    }

    private JsonTableFrom JsonTable()
    {
        var start = Advance().Start;
        Expect("(");
        var operand = Expression();
        if (Accept("FORMAT")) Expect("JSON");
        var path = Accept(",") ? JsonPath() : "$";
        while (!Current.Is("COLUMNS"))
        {
            if (!Current.Is("NULL")) throw OracleError.Unsupported($"{Current.Text} in JSON_TABLE", Current.Start);
            Advance();
            Expect("ON");
            if (!Accept("ERROR")) Expect("EMPTY");
        }
        var columns = JsonColumns();
        Expect(")");
        return new JsonTableFrom(start, operand, path, columns, Alias());
    }

    private string JsonPath() => Current.Kind == TokenKind.Text ? Advance().Text : throw new OracleError(40454, "path expression not a literal", Current.Start);

    private List<JsonColumn> JsonColumns()
    {
        using var deeper = Deeper();
        Expect("COLUMNS");
        Expect("(");
        var columns = List(JsonColumn);
        Expect(")");
        return columns;
    }

    private JsonColumn JsonColumn()
    {
        if (Accept("NESTED"))
        {
            Accept("PATH");
            var path = JsonPath();
            return new JsonColumn(JsonColumnKind.Nested, "", OracleType.Null, path, JsonColumns());
        }
        var name = Name().Text;
        if (Accept("FOR"))
        {
            Expect("ORDINALITY");
            return new JsonColumn(JsonColumnKind.Ordinality, name, OracleType.Number, "", []);
        }
        var type = Current.Is("PATH") || Current.Is("EXISTS") || Current.Is("FORMAT") || (Current.Is("VARCHAR2") && !Ahead(1).Is("(")) ? OracleType.Text : DataType();
        if (Current.Is("VARCHAR2")) Advance();
        var kind = Accept("EXISTS") ? JsonColumnKind.Exists : JsonColumnKind.Value;
        if (Accept("FORMAT"))
        {
            Expect("JSON");
            kind = JsonColumnKind.Query;
        }
        var wrapper = "";
        if (Accept("WITHOUT")) Wrapper();
        else if (Accept("WITH"))
        {
            wrapper = Accept("CONDITIONAL") ? "CONDITIONAL" : "ALWAYS";
            if (wrapper == "ALWAYS") Accept("UNCONDITIONAL");
            Wrapper();
        }
        var column = new JsonColumn(kind, name, type, Accept("PATH") ? JsonPath() : $"$.\"{name}\"", []) { Wrapper = wrapper };
        while (Current.Is("ERROR") || Current.Is("NULL") || Current.Is("DEFAULT"))
        {
            var fails = Advance().Is("ERROR");
            if (Previous.Is("DEFAULT")) throw OracleError.Unsupported("DEFAULT in JSON_TABLE", Previous.Start);
            Expect("ON");
            if (Accept("ERROR")) column = column with { FailsOnError = fails };
            else
            {
                Expect("EMPTY");
                column = column with { FailsOnEmpty = fails };
            }
        }
        return column;

        void Wrapper()
        {
            Accept("ARRAY");
            Expect("WRAPPER");
        }
    }
}
