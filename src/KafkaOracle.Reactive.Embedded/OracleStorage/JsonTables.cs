using System.Text.Json;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>JSON_TABLE: o_json_table(text, path, columns) packs its rows; a nested path joins as an outer join, and several side by side as a union.</summary>
internal static class JsonTables
{
    private sealed record Column(JsonColumnKind Kind, string Path, string Wrapper, bool FailsOnError, bool FailsOnEmpty, List<Column> Nested);

    public static void Define(FunctionSet functions) => functions.Strict("o_json_table", 3, a => Rows(a.Copy(0), a.Text(1), Read(a.Text(2))));

    private static List<Column> Read(string columns)
    {
        using var document = JsonDocument.Parse(columns);
        return Of(document.RootElement);

        static List<Column> Of(JsonElement list) => [.. list.EnumerateArray().Select(c => new Column(
            Enum.Parse<JsonColumnKind>(c.GetProperty("Kind").GetString()!), c.GetProperty("Path").GetString()!, c.GetProperty("Wrapper").GetString()!,
            c.GetProperty("FailsOnError").GetBoolean(), c.GetProperty("FailsOnEmpty").GetBoolean(), Of(c.GetProperty("Nested"))))];
    }

    private static string? Rows(byte[] text, string path, List<Column> columns)
    {
        using var document = JsonFunctions.Parsed(text);
        if (document == null) return null;
        var rows = new PackedRows.Builder();
        var number = 0;
        foreach (var element in JsonFunctions.Found(document.RootElement, path))
        {
            foreach (var row in RowsOf(element, columns, ++number))
            {
                rows.Begin();
                foreach (var value in row) rows.Add(value);
                rows.End();
            }
        }
        return rows.ToString();
    }

    private static IEnumerable<object?[]> RowsOf(JsonElement element, List<Column> columns, int number)
    {
        var widths = columns.Select(Width).ToList();
        var own = new object?[widths.Sum()];
        for (var (i, at) = (0, 0); i < columns.Count; at += widths[i++])
            if (columns[i].Kind != JsonColumnKind.Nested) own[at] = Value(element, columns[i], number);
        var any = false;
        for (var (i, at) = (0, 0); i < columns.Count; at += widths[i++])
        {
            if (columns[i].Kind != JsonColumnKind.Nested) continue;
            var below = 0;
            foreach (var child in JsonFunctions.Found(element, columns[i].Path))
            {
                foreach (var row in RowsOf(child, columns[i].Nested, ++below))
                {
                    any = true;
                    var joined = (object?[])own.Clone();
                    row.CopyTo(joined, at);
                    yield return joined;
                }
            }
        }
        if (!any) yield return own;
    }

    private static int Width(Column column) => column.Kind == JsonColumnKind.Nested ? column.Nested.Sum(Width) : 1;

    private static object? Value(JsonElement element, Column column, int number) => column.Kind switch
    {
        JsonColumnKind.Ordinality => OracleNumber.From(number).Encode(),
        JsonColumnKind.Exists => JsonFunctions.Found(element, column.Path).Any() ? "true" : "false",
        JsonColumnKind.Query => JsonFunctions.Query(element, column.Path, column.FailsOnError, column.Wrapper),
        _ => JsonFunctions.Value(element, column.Path, column.FailsOnError, column.FailsOnEmpty),
    };
}
