using System.Net;
using Confluent.SchemaRegistry;

namespace KafkaOracle.Reactive;

/// <summary>A schema registry that speaks Confluent's protocol, asked by Confluent's own client.</summary>
/// <remarks>
/// A schema is asked for when the first message that names its id is decoded; the lane waits for the answer, and never asks for that id
/// again. Nothing that the registry answers, or fails to answer, sends a message to the rejects, but for
/// <see cref="RejectsUnknownIds"/>. Thread-safe. Passwords are in none of its messages.
/// </remarks>
public sealed class ConfluentSchemaRegistry : ISchemaRegistry, IDisposable
{
    private const int UnknownSchema = 40403, UnknownSubject = 40401, UnknownVersion = 40402;

    private readonly CachedSchemaRegistryClient _client;
    private readonly string _url;

    /// <summary>A registry; nothing connects yet.</summary>
    /// <param name="config">
    /// Settings of Confluent's client: at least <c>Url</c>; authentication and TLS as it knows them. Where they are not set,
    /// <c>RequestTimeoutMs</c> is 5000 and <c>MaxRetries</c> 1, which is the least that the client can do with: the lane tries again itself,
    /// and hears a stop between two attempts.
    /// </param>
    /// <exception cref="ArgumentException">The settings are not good, or the address holds a password.</exception>
    public ConfluentSchemaRegistry(SchemaRegistryConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var settings = config.ToDictionary(s => s.Key, s => s.Value);
        settings.TryAdd("schema.registry.request.timeout.ms", "5000");
        settings.TryAdd("schema.registry.max.retries", "1");
        // The client quotes the address in its messages.
        if (config.Url?.Contains('@', StringComparison.Ordinal) == true) throw new ArgumentException("The address of the schema registry holds a user. Put user and password into BasicAuthUserInfo.", nameof(config));
        _url = config.Url ?? "";
        _client = new CachedSchemaRegistryClient(settings);
    }

    /// <summary>A registry without authentication; nothing connects yet.</summary>
    /// <param name="url">Its address, such as <c>http://registry:8081</c>; several with commas.</param>
    public ConfluentSchemaRegistry(string url) : this(new SchemaRegistryConfig { Url = url }) { }

    /// <summary>
    /// Whether messages that name a schema which the registry does not know go to the rejects. Such a message may be rubbish that by
    /// chance begins with 0, or a good one whose schema comes from another registry, or has not reached this one yet.
    /// </summary>
    /// <value>The default is false: the message is tried again, and then the pipeline stops.</value>
    public bool RejectsUnknownIds { get; init; }

    /// <inheritdoc/>
    public RegisteredSchema Find(int id)
    {
        try
        {
            var schema = _client.GetSchemaAsync(id).GetAwaiter().GetResult();
            if (schema.SchemaString is not null) return Resolve(schema);
            _client.ClearCaches();                              // it keeps an answer without a schema as one
            throw new FormatException("its answer holds no schema");
        }
        catch (SchemaRegistryException fault) when (fault.ErrorCode is UnknownSchema or UnknownSubject or UnknownVersion)
        {
            if (RejectsUnknownIds) throw new FormatException($"The schema registry does not know schema {id}.", fault);
            throw new DecoderUnavailableException(
                $"The schema registry at {_url} does not know schema {id}, or one that it refers to. If the message is rubbish, let it go to the rejects by {nameof(RejectsUnknownIds)}.", fault);
        }
        catch (SchemaRegistryException fault) when (fault.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new DecoderUnavailableException($"The schema registry at {_url} refuses access to schema {id} ({(int)fault.Status}). Check its user and password.", fault, isTransient: false);
        }
        catch (Exception fault)
        {
            var why = fault is OperationCanceledException ? "it has not answered in time" : fault.Message;
            throw new DecoderUnavailableException($"The schema registry at {_url} does not give schema {id}: {why}", fault);
        }
    }

    /// <summary>Closes its connections.</summary>
    public void Dispose() => _client.Dispose();

    private RegisteredSchema Resolve(Schema schema)
        => new(schema.SchemaString, [.. (schema.References ?? []).Select(r => Resolve(_client.GetRegisteredSchemaAsync(r.Subject, r.Version).GetAwaiter().GetResult()) with { Name = r.Name ?? "" })]);
}
