using Avro;
using Avro.Generic;
using Avro.Specific;

namespace KafkaOracle.Reactive;

/// <summary>Messages that are Avro, read by Apache.Avro.</summary>
/// <remarks>
/// A tombstone goes to the rejects, unless <see cref="Decoder.OrTombstone{T}(Decoder{T})"/> takes it; so do bytes that do not fit the
/// schema, bytes left over included. https://avro.apache.org/docs/1.12.0/specification/
/// </remarks>
public static class ApacheAvro
{
    /// <summary>Reads records of a generated class, each written with the schema that its message names in the registry.</summary>
    /// <typeparam name="T">Its own schema is the reader's: fields that the writer did not know take their defaults.</typeparam>
    public static Decoder<T> Of<T>(ISchemaRegistry registry) where T : class, ISpecificRecord, new()
    {
        var reader = new T().Schema;
        return Registered(registry, writer => Specific<T>(writer, reader));
    }

    /// <summary>Reads records of a generated class, bare: without a schema's id before them.</summary>
    /// <param name="writer">The schema that they were written with.</param>
    public static Decoder<T> Of<T>(Schema writer) where T : class, ISpecificRecord, new()
    {
        ArgumentNullException.ThrowIfNull(writer);
        return Bare(Specific<T>(writer, new T().Schema));
    }

    /// <summary>Reads generic records, each written with the schema that its message names in the registry.</summary>
    /// <param name="registry">Where the writers' schemas are.</param>
    /// <param name="reader">The schema that the records are to have; null for the writer's, whatever it is.</param>
    public static Decoder<GenericRecord> Generic(ISchemaRegistry registry, RecordSchema? reader = null)
        => Registered(registry, writer => Generic(writer, reader));

    /// <summary>Reads generic records, bare: without a schema's id before them.</summary>
    /// <param name="writer">The schema that they were written with.</param>
    /// <param name="reader">The schema that the records are to have; null for the writer's.</param>
    public static Decoder<GenericRecord> Bare(RecordSchema writer, RecordSchema? reader = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        return Bare(Generic(writer, reader));
    }

    private static Func<DatumReader<T>> Specific<T>(Schema writer, Schema reader) => () => new SpecificDatumReader<T>(writer, reader);

    private static Func<DatumReader<GenericRecord>> Generic(Schema writer, RecordSchema? reader)
        => writer is RecordSchema ? () => new GenericDatumReader<GenericRecord>(writer, reader ?? writer)
            : throw new FormatException($"It is the schema of a {writer.Tag}, not of a record.");

    private static Decoder<T> Registered<T>(ISchemaRegistry registry, Func<Schema, Func<DatumReader<T>>> create)
    {
        ArgumentNullException.ThrowIfNull(registry);
        var readers = new SchemaCache<AvroReader<T>>(registry, schema => new(create(Parse(schema, new()))));
        return (in message) =>
        {
            var datum = WireFormat.Split(message, out var id);
            return readers[id].Read(datum);
        };
    }

    private static Decoder<T> Bare<T>(Func<DatumReader<T>> create)
    {
        var reader = new AvroReader<T>(create);
        return (in message) => message.IsTombstone ? throw new FormatException("The message is a tombstone (it has no value), not Avro.") : reader.Read(message.Value);
    }

    private static Schema Parse(RegisteredSchema schema, SchemaNames known)
    {
        foreach (var reference in schema.References) Parse(reference, known);
        return Schema.Parse(schema.Text, known);
    }
}
