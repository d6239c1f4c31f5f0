using System.Globalization;
using System.Text.Json;
using Json.Schema;

namespace KafkaOracle.Reactive;

/// <summary>JSON messages that are checked against a JSON Schema before they are decoded, by JsonSchema.Net.</summary>
/// <remarks>
/// A message that breaks its schema goes to the rejects, every violation with the path of the value that breaks it. Formats
/// (<c>date-time</c>, <c>email</c> …) are checked too. Nothing is fetched from the net: a <c>$ref</c> must lead into the schema itself, or
/// to one that the registry says it refers to, by that one's name or its <c>$id</c>.
/// https://json-schema.org/draft/2020-12
/// </remarks>
public static class JsonSchemaValidation
{
    private static readonly Uri Nowhere = new("schema:///");
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
    /// <param name="registry">Where the schemas are. A <c>$ref</c> that leads nowhere stops the pipeline.</param>
    public static Decoder<T> WithSchema<T>(this Decoder<T> decoder, ISchemaRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(registry);
        var schemas = new SchemaCache<JsonSchema>(registry, Parse);
        return (in message) =>
        {
            if (message.IsTombstone) return decoder(message);
            var json = WireFormat.Split(message, out var id);
            Check(schemas[id], json);
            return decoder(message with { Value = json });
        };
    }

    private static JsonSchema Parse(string schema) => Parse(new RegisteredSchema(schema, []));

    // A registry of its own for each: two schemas with the same $id are two schemas.
    private static JsonSchema Parse(RegisteredSchema schema) => Build(schema, Nowhere, new() { SchemaRegistry = new() });

    /// <summary>Builds a schema, after those that it refers to: their names are relative to where it is itself.</summary>
    private static JsonSchema Build(RegisteredSchema schema, Uri at, BuildOptions options)
    {
        using (var text = JsonDocument.Parse(schema.Text))
        {
            var own = text.RootElement.ValueKind == JsonValueKind.Object && text.RootElement.TryGetProperty("$id", out var id) && id.ValueKind == JsonValueKind.String ? new Uri(at, id.GetString()!) : at;
            foreach (var reference in schema.References) Build(reference, new(own, reference.Name), options);
        }
        var built = JsonSchema.FromText(schema.Text, options, at);
        options.SchemaRegistry.Register(at, built);
        return built;
    }

    private static void Check(JsonSchema schema, ReadOnlySpan<byte> json)
    {
        var message = JsonElement.Parse(json);
        EvaluationResults results;
        try
        {
            results = schema.Evaluate(message, Evaluation);
        }
        catch (RefResolutionException fault)
        {
            throw new DecoderUnavailableException($"A JSON Schema refers to what is not there: {fault.Message}.", fault, isTransient: false);   // the message may be good
        }
        if (results.IsValid) return;
        throw new JsonSchemaException([.. (results.Details ?? []).Where(d => d.Errors is { Count: > 0 })
            .SelectMany(d => d.Errors!.Select(e => new SchemaViolation(d.InstanceLocation.ToString(), e.Key, e.Value))).Distinct()]);
    }
}
