using System.Globalization;
using System.Text;
using System.Text.Json;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>JSON_VALUE, JSON_QUERY, JSON_EXISTS and IS JSON: a path over a JSON text, in lax mode (an array stands for its elements).</summary>
internal static class JsonFunctions
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 256 };

    /// <summary>What the ON ERROR and ON EMPTY clauses ask for: E error, N NULL.</summary>
    public static void Define(FunctionSet functions)
    {
        functions.Define("o_is_json", 1, a => a.IsNull(0) ? null : IsJson(a.Copy(0)));
        functions.Strict("o_json_exists", 2, a => Exists(a.Copy(0), a.Text(1)));
        functions.Define("o_json_value", 4, a => a.IsNull(0) ? null : Value(a.Copy(0), a.Text(1), a.Text(2) == "E", a.Text(3) == "E"));
        functions.Define("o_json_query", 4, a => a.IsNull(0) ? null : Query(a.Copy(0), a.Text(1), a.Text(2) == "E", a.Text(3)));
    }

    private static bool IsJson(byte[] text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            return document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Array;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Exists(byte[] text, string path)
    {
        var steps = Steps(path);
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            return Find(document.RootElement, steps, 0).Any();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The document; null for a text that is not JSON.</summary>
    public static JsonDocument? Parsed(byte[] text)
    {
        try
        {
            return JsonDocument.Parse(text, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static IEnumerable<JsonElement> Found(JsonElement element, string path) => Find(element, Steps(path), 0);

    public static string? Value(JsonElement element, string path, bool failOnError, bool failOnEmpty)
    {
        var found = Found(element, path).Take(2).ToList();
        if (found.Count == 0) return failOnEmpty ? throw new OracleError(40462, "JSON_VALUE evaluated to no value") : null;
        if (found.Count > 1) return failOnError ? throw new OracleError(40470, "JSON_VALUE evaluated to multiple values") : null;
        if (Scalar(found[0]) is { } scalar) return scalar;
        if (found[0].ValueKind == JsonValueKind.Null) return null;
        return failOnError ? throw new OracleError(40456, "JSON_VALUE evaluated to non-scalar value") : null;
    }

    public static string? Query(JsonElement element, string path, bool failOnError, string wrapper)
    {
        var found = Found(element, path).ToList();
        if (found.Count == 0) return failOnError ? throw new OracleError(40462, "JSON_QUERY evaluated to no value") : null;
        var isContainer = found.Count == 1 && found[0].ValueKind is JsonValueKind.Object or JsonValueKind.Array;
        if (wrapper == "ALWAYS" || (wrapper == "CONDITIONAL" && !isContainer)) return $"[{string.Join(",", found.Select(Compact))}]";
        if (found.Count > 1) return failOnError ? throw new OracleError(40480, "result cannot be returned without array wrapper") : null;
        return isContainer ? Compact(found[0]) : failOnError ? throw new OracleError(40480, "result cannot be returned without array wrapper") : null;
    }

    private static string? Value(byte[] text, string path, bool failOnError, bool failOnEmpty)
    {
        Steps(path);
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            return Value(document.RootElement, path, failOnError, failOnEmpty);
        }
        catch (JsonException)
        {
            return failOnError ? throw new OracleError(40441, "JSON syntax error") : null;
        }
    }

    private static string? Query(byte[] text, string path, bool failOnError, string wrapper)
    {
        Steps(path);
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            return Query(document.RootElement, path, failOnError, wrapper);
        }
        catch (JsonException)
        {
            return failOnError ? throw new OracleError(40441, "JSON syntax error") : null;
        }
    }

    private static string? Scalar(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    private static string Compact(JsonElement element)
    {
        var text = new StringBuilder();
        var inText = false;
        var raw = element.GetRawText();
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '"') inText = !inText;
            if (inText && raw[i] == '\\') text.Append(raw[i++]);
            if (inText || !char.IsWhiteSpace(raw[i])) text.Append(raw[i]);
        }
        return text.ToString();
    }

    private static IEnumerable<JsonElement> Find(JsonElement element, List<(string? Name, int? Index)> steps, int at)
    {
        if (at == steps.Count) return [element];
        var (name, index) = steps[at];
        if (name != null)
        {
            // A member of an array is that of its elements.
            if (element.ValueKind == JsonValueKind.Array) return element.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object).SelectMany(e => Find(e, steps, at));
            if (element.ValueKind != JsonValueKind.Object) return [];
            if (name == "*") return element.EnumerateObject().SelectMany(p => Find(p.Value, steps, at + 1));
            return element.TryGetProperty(name, out var member) ? Find(member, steps, at + 1) : [];
        }
        if (element.ValueKind != JsonValueKind.Array) return index is null or 0 ? Find(element, steps, at + 1) : [];
        if (index == null) return element.EnumerateArray().SelectMany(e => Find(e, steps, at + 1));
        return index < element.GetArrayLength() ? Find(element[index.Value], steps, at + 1) : [];
    }

    /// <summary>$.name."quoted name"[0][*].* as steps: a name, or an index, which is null for every one.</summary>
    private static List<(string? Name, int? Index)> Steps(string path)
    {
        path = path.Trim();
        var at = 0;
        foreach (var mode in (ReadOnlySpan<string>)["lax ", "strict "]) if (path.StartsWith(mode, StringComparison.OrdinalIgnoreCase)) at = mode.Length;
        if (at >= path.Length || path[at++] != '$') throw Invalid();
        var steps = new List<(string?, int?)>();
        while (at < path.Length)
        {
            var start = at + 1;
            if (path[at] == '.' && start < path.Length && path[start] == '"')
            {
                at = path.IndexOf('"', start + 1);
                if (at < 0) throw Invalid();
                steps.Add((path[(start + 1)..at++], null));
            }
            else if (path[at] == '.')
            {
                for (at = start; at < path.Length && (char.IsLetterOrDigit(path[at]) || path[at] is '_' or '$' or '*'); at++) { }
                if (at == start) throw Invalid();
                steps.Add((path[start..at], null));
            }
            else if (path[at] == '[')
            {
                at = path.IndexOf(']', start);
                if (at < 0) throw Invalid();
                var inside = path[start..at++].Trim();
                if (inside == "*") steps.Add((null, null));
                else if (int.TryParse(inside, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) steps.Add((null, index));
                else throw OracleError.Unsupported($"the JSON path step [{inside}]");
            }
            else if (path[at] is '?' or '(') throw OracleError.Unsupported("filters and item methods in a JSON path");
            else throw Invalid();
            if (at < path.Length && path[at] == '(') throw OracleError.Unsupported("item methods in a JSON path");
        }
        return steps;
    }

    private static OracleError Invalid() => new(40597, "JSON path expression syntax error");
}
