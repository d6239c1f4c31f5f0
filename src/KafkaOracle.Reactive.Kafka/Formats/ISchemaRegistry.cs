using System.Collections.Concurrent;

namespace KafkaOracle.Reactive;

/// <summary>Where the schemas are that messages name by their ids.</summary>
public interface ISchemaRegistry
{
    /// <summary>The schema of an id, which never changes. Waits for the server's answer; whoever decodes keeps it: see <see cref="SchemaCache{T}"/>.</summary>
    /// <exception cref="DecoderUnavailableException">The registry does not answer, refuses, or does not know the id: no fault of the message's.</exception>
    RegisteredSchema Find(int id);
}

/// <summary>A schema as the registry keeps it.</summary>
/// <param name="Text">The schema's text, in the language of its format.</param>
/// <param name="References">The schemas it refers to, in the order in which the registry lists them.</param>
public sealed record RegisteredSchema(string Text, IReadOnlyList<RegisteredSchema> References)
{
    /// <summary>The name by which the schema that refers to it does so; empty for one that is named by an id.</summary>
    public string Name { get; init; } = "";
}

/// <summary>What a format made of the schemas it has met, by their ids. Thread-safe.</summary>
/// <param name="registry">Asked once for each id that it knows; a schema is one entry for as long as the cache lives.</param>
/// <param name="parse">Reads a schema. What it throws stops the pipeline, as the messages of a schema that cannot be used may be good.</param>
public sealed class SchemaCache<T>(ISchemaRegistry registry, Func<RegisteredSchema, T> parse)
{
    private readonly ConcurrentDictionary<int, T> _schemas = new();

    /// <summary>What was made of a schema.</summary>
    /// <exception cref="DecoderUnavailableException">The registry does not give it, or it cannot be used.</exception>
    public T this[int id] => _schemas.TryGetValue(id, out var known) ? known : _schemas.GetOrAdd(id, Parse(id, registry.Find(id)));

    private T Parse(int id, RegisteredSchema schema)
    {
        try
        {
            return parse(schema);
        }
        catch (Exception fault)
        {
            throw new DecoderUnavailableException($"Schema {id} of the registry cannot be used: {fault.Message}", fault, isTransient: false);
        }
    }
}
