using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>
/// JSON_OBJECT, JSON_ARRAY and their aggregates: (kinds, whether NULLs are left out, most bytes or 0, values, each behind its key in an
/// object). Kinds are n number, t text, j JSON text.
/// </summary>
internal static class JsonMakers
{
    private const int Fixed = 3;
    private static readonly JsonSerializerOptions Escaping = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Define(FunctionSet functions)
    {
        functions.Define("o_json_object", -1, a => Bounded(a, $"{{{string.Join(',', Enumerable.Range(0, a.Text(0).Length).Select(i => Member(a, Fixed + (2 * i), i)).OfType<string>())}}}"));
        functions.Define("o_json_array", -1, a => Bounded(a, $"[{string.Join(',', Enumerable.Range(0, a.Text(0).Length).Select(i => Value(a, Fixed + i, i)).OfType<string>())}]"));
        functions.Aggregate<ObjectMaker>("o_json_objectagg", Fixed + 2);
        functions.Aggregate<ArrayMaker>("o_json_arrayagg", Fixed + 1);
    }

    private static string? Member(FunctionSet.Arguments a, int at, int number) => Value(a, at + 1, number) is not { } value ? null
        : a.IsNull(at) ? throw new OracleError(40552, "invalid JSON key: null") : $"{Quoted(a.Text(at))}:{value}";

    /// <summary>The JSON of a value; null where it is left out.</summary>
    private static string? Value(FunctionSet.Arguments a, int at, int number)
    {
        if (a.IsNull(at)) return a.Integer(1) == 1 ? null : "null";
        return a.Text(0)[number] switch
        {
            'n' => Number(NumberFunctions.ToText(a.Number(at))),
            'j' => a.Text(at),
            _ => Quoted(a.Text(at)),
        };
    }

    /// <summary>JSON wants a digit before the point.</summary>
    private static string Number(string text) => text.StartsWith('.') ? "0" + text : text.StartsWith("-.", StringComparison.Ordinal) ? "-0" + text[1..] : text;

    private static string Quoted(string text) => JsonSerializer.Serialize(text, Escaping);

    private static string Bounded(FunctionSet.Arguments a, string json) => Bounded(a.Integer(2), json);

    private static string Bounded(int most, string json) =>
        most == 0 || Encoding.UTF8.GetByteCount(json) <= most ? json : throw new OracleError(40478, $"output value too large (maximum: {most})");

    private sealed class ObjectMaker : Maker
    {
        protected override string? Item(FunctionSet.Arguments a) => Member(a, Fixed, 0);

        protected override string Whole(string items) => $"{{{items}}}";
    }

    private sealed class ArrayMaker : Maker
    {
        protected override string? Item(FunctionSet.Arguments a) => Value(a, Fixed, 0);

        protected override string Whole(string items) => $"[{items}]";
    }

    private abstract class Maker : Accumulator
    {
        private readonly StringBuilder _items = new();
        private bool _any;
        private int _most;

        public override bool TakesNulls => true;

        public override object? Result => _any ? Bounded(_most, Whole(_items.ToString())) : null;

        public override void Add(FunctionSet.Arguments a)
        {
            (_any, _most) = (true, a.Integer(2));
            if (Item(a) is { } item) _items.Append(_items.Length == 0 ? "" : ",").Append(item);
        }

        protected abstract string? Item(FunctionSet.Arguments a);

        protected abstract string Whole(string items);
    }
}
