using System.Text.Json;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>JSON: values out of a text, texts out of values, and JSON_TABLE.</summary>
internal sealed partial class Translator
{
    private TypedSql Json(JsonExpr json, Scope scope)
    {
        if (json.Name == "JSON_EXISTS") throw OracleError.Unsupported("a condition as a value", json.Start);
        var operand = Conversions.ToText(Value(json.Operand, scope), json.Start).Text;
        var path = Literals.Quote(json.Path);
        var type = json.Returning ?? OracleType.Text;
        if (json.Name == "JSON_QUERY")
        {
            if (json.OnError == "DEFAULT" || json.OnEmpty != "NULL") throw OracleError.Unsupported("DEFAULT and ON EMPTY in JSON_QUERY", json.Start);
            return new TypedSql($"o_json_query({operand}, {path}, '{(json.OnError == "ERROR" ? 'E' : 'N')}', '{json.Wrapper}')", json.Returning?.Kind == TypeKind.Clob ? OracleType.Clob : OracleType.Text);
        }
        var onEmpty = json.OnEmpty == "NULL" && json.OnError == "ERROR" ? "ERROR" : json.OnEmpty;
        var text = new TypedSql($"o_json_value({operand}, {path}, '{(json.OnError == "ERROR" ? 'E' : 'N')}', '{(onEmpty == "ERROR" ? 'E' : 'N')}')", OracleType.Text);
        var value = type.Kind switch
        {
            TypeKind.Date => new TypedSql($"o_text_to_date({text.Text}, 'YYYY-MM-DD\"T\"HH24:MI:SS')", OracleType.Date),
            TypeKind.Timestamp => new TypedSql($"o_text_to_timestamp({text.Text}, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF')", OracleType.Timestamp),
            _ => Conversions.To(text, type, json.Start),
        };
        // NULL, where no value was found, takes the default; a value that is null in the JSON text would too.
        return (json.ErrorDefault ?? json.EmptyDefault) is { } otherwise
            ? new TypedSql($"ifnull({value.Text}, {Conversions.To(Value(otherwise, scope), type, json.Start).Text})", type)
            : value with { Type = type };
    }

    private TypedSql JsonMaker(JsonMakerExpr maker, Scope scope)
    {
        if (!maker.IsAggregate) return new TypedSql(Made(maker, scope), maker.Type);
        if (!scope.AllowsAggregates) throw new OracleError(934, "group function is not allowed here", maker.Start);
        if (scope.InsideAggregate || Aggregated(maker.Members[0].Value)) throw OracleError.Unsupported($"{maker.Name} in or of an aggregate", maker.Start);
        scope.InsideAggregate = true;
        var order = string.Join(", ", maker.Order.Select(o => Ordered(Value(o.Value, scope)) + Direction(o)));
        var text = Made(maker, scope);
        scope.InsideAggregate = false;
        var value = new TypedSql(order.Length == 0 ? text : $"{text[..^1]} ORDER BY {order})", maker.Type);
        return scope.Below?.Aggregate(value) ?? value;
    }

    /// <summary>The call: a letter for each member says what its value is, n number, t text, j JSON.</summary>
    private string Made(JsonMakerExpr maker, Scope scope)
    {
        var (kinds, arguments) = ("", new List<string>());
        foreach (var member in maker.Members)
        {
            if (member.Key != null) arguments.Add(Conversions.ToText(Value(member.Key, scope), member.Key.Start).Text);
            var value = Value(member.Value, scope);
            kinds += member.IsJson ? 'j' : value.Type.IsNumeric ? 'n' : 't';
            arguments.Add(value.Type.Kind switch
            {
                TypeKind.Number => value.Text,
                TypeKind.BinaryDouble or TypeKind.BinaryFloat => Conversions.ToNumber(value).Text,
                TypeKind.Date => $"o_format_date({value.Text}, 'YYYY-MM-DD\"T\"HH24:MI:SS')",
                TypeKind.Timestamp or TypeKind.TimestampLtz => $"o_format_timestamp({value.Text}, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF6', {value.Type.Scale})",
                TypeKind.TimestampTz => $"o_format_zoned({value.Text}, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF6TZH:TZM', {value.Type.Scale})",
                TypeKind.Blob => throw OracleError.Unsupported($"BLOB in {maker.Name}", member.Value.Start),
                _ => Conversions.ToText(value, member.Value.Start).Text,
            });
        }
        var most = maker.Type.Kind == TypeKind.Clob ? 0 : maker.Type.Size;
        return $"o_{maker.Name.ToLowerInvariant()}('{kinds}', {(maker.LeavesNullsOut ? 1 : 0)}, {most}{string.Concat(arguments.Select(a => ", " + a))})";
    }

    /// <summary>The columns are texts, as JSON_VALUE finds them, until they have their types.</summary>
    private string JsonTable(JsonTableFrom table, Scope scope)
    {
        var operand = Conversions.ToText(Value(table.Operand, scope), table.Start).Text;
        var columns = Leaves(table.Columns).ToList();
        var texts = new Scope(null);
        var text = Unpacked($"o_json_table({operand}, {Literals.Quote(table.Path)}, {Literals.Quote(JsonSerializer.Serialize(table.Columns.Select(Plain)))})", [.. columns.Select(c => new OutputColumn(c.Name, OracleType.Text, true))], table.Alias ?? "", texts);
        scope.Sources.Add(texts.Sources[0] with { Columns = [.. texts.Sources[0].Columns.Zip(columns, (s, c) => s with { Value = Typed(s.Value, c, table.Start) })] });
        return text;
    }

    private static TypedSql Typed(TypedSql text, JsonColumn column, int position)
    {
        if (column.Kind == JsonColumnKind.Ordinality) return new TypedSql(text.Text, OracleType.Number);
        var value = column.Type.Kind switch
        {
            TypeKind.Text or TypeKind.Char or TypeKind.Clob => text with { Type = column.Type },
            TypeKind.Date => new TypedSql($"o_text_to_date({text.Text}, 'YYYY-MM-DD\"T\"HH24:MI:SS')", column.Type),
            TypeKind.Timestamp => new TypedSql($"o_text_to_timestamp({text.Text}, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF')", column.Type),
            TypeKind.Number or TypeKind.BinaryDouble or TypeKind.BinaryFloat => Conversions.To(text, column.Type, position) with { Type = column.Type },
            _ => throw OracleError.Unsupported($"{column.Type.Name} in JSON_TABLE", position),
        };
        if (column.FailsOnError) return value;
        if (column.Type is { Kind: TypeKind.Text or TypeKind.Char, Size: > 0 } sized) return new TypedSql($"CASE WHEN {(sized.InChars ? "length" : "octet_length")}({value.Text}) <= {(sized.InChars ? sized.Chars : sized.Size)} THEN {value.Text} END", column.Type);
        var tried = column.Type.Kind is TypeKind.Text or TypeKind.Char or TypeKind.Clob ? value : Tried(value, position);
        return column.Type is { Kind: TypeKind.Number, Precision: > 0 } ? new TypedSql($"o_round({tried.Text}, {Literals.Number(column.Type.Scale == OracleType.NoScale ? 0 : column.Type.Scale).Text})", column.Type) : tried;
    }

    private static IEnumerable<JsonColumn> Leaves(IEnumerable<JsonColumn> columns) => columns.SelectMany(c => c.Kind == JsonColumnKind.Nested ? Leaves(c.Nested) : [c]);

    /// <summary>What o_json_table reads of a column.</summary>
    private static object Plain(JsonColumn column) => new
    {
        Kind = column.Kind.ToString(),
        column.Path,
        column.Wrapper,
        column.FailsOnError,
        column.FailsOnEmpty,
        Nested = column.Nested.Select(Plain).ToList(),
    };
}
