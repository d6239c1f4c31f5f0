using System.Globalization;
using System.Text.Json;
using Json.Schema;

namespace KafkaOracle.Reactive;

/// <summary>JSON messages that are checked against a JSON Schema before they are decoded, by JsonSchema.Net.</summary>
/// <remarks>
/// A message that breaks its schema goes to the rejects, every violation with the path of the value that breaks it. Formats
/// (<c>date-time</c>, <c>email</c> …) are checked too. Nothing is fetched from the net: a <c>$ref</c> must lead into the schema itself.
/// https://json-schema.org/draft/2020-12
/// </remarks>
public static class JsonSchemaValidation
{
    private static readonly EvaluationOptions Evaluation = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true, Culture = CultureInfo.InvariantCulture };

    /// <summary>Checks each message against a schema, then decodes it.</summary>
    /// <param name="decoder">Reads messages that keep to the schema, and tombstones, which no schema is about.</param>
    /// <param name="schema">The schema's text.</param>
    /// <exception cref="ArgumentException">The text is not a schema.</exception>
    public static Decoder<T> WithSchema<T>(this Decoder<T> decoder, string schema)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(schema);
        JsonSchema parsed;
        try
        {
            parsed = Parse(schema);
        }
        catch (Exception fault)
        {
            throw new ArgumentException($"The text is not a JSON Schema: {fault.Message}", nameof(schema), fault);
        }
        return (in message) =>
        {
            if (!message.IsTombstone) Check(parsed, message.Value);
            return decoder(message);
        };
    }

    /// <summary>Takes messages in a schema registry's wire format, and checks each against the schema that it names, then decodes it.</summary>
    /// <param name="decoder">Reads what follows the schema's id, and tombstones.</param>
    /// <param name="registry">Where the schemas are. Schemas that refer to others are not supported, and stop the pipeline.</param>
    public static Decoder<T> WithSchema<T>(this Decoder<T> decoder, ISchemaRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(registry);
        var schemas = new SchemaCache<JsonSchema>(registry, schema => schema.References.Count == 0 ? Parse(schema.Text) : throw new NotSupportedException("It refers to other schemas."));
        return (in message) =>
        {
            if (message.IsTombstone) return decoder(message);
            var json = WireFormat.Split(message, out var id);
            Check(schemas[id], json);
            return decoder(message with { Value = json });
        };
    }

    // A registry of its own for each: two schemas with the same $id are two schemas.
    private static JsonSchema Parse(string schema) => JsonSchema.FromText(schema, new BuildOptions { SchemaRegistry = new() });

    private static void Check(JsonSchema schema, ReadOnlySpan<byte> json)
    {
        var results = schema.Evaluate(JsonElement.Parse(json), Evaluation);
        if (results.IsValid) return;
        throw new JsonSchemaException([.. (results.Details ?? []).Where(d => d.Errors is { Count: > 0 })
            .SelectMany(d => d.Errors!.Select(e => new SchemaViolation(d.InstanceLocation.ToString(), e.Key, e.Value))).Distinct()]);
    }
}
