using Avro;
using Avro.Generic;
using Avro.IO;
using CsCheck;

namespace KafkaOracle.Reactive.Tests.Avro;

public sealed class AvroTests
{
    private static readonly RecordSchema New = (RecordSchema)Schema.Parse(Order.Text), Old = (RecordSchema)Schema.Parse(Order.OldText);

    private readonly Registry _registry = new() { [1] = new(Order.Text, []), [2] = new(Order.OldText, []) };

    [Fact]
    public void A_record_is_read_with_the_schema_it_was_written_with()
    {
        var decode = ApacheAvro.Of<Order>(_registry);

        decode(Registered(1, Written(New, ("id", "a"), ("price", 1.5), ("country", "DE")))).Should().BeEquivalentTo(new { Id = "a", Price = 1.5, Country = "DE" });
        decode(Registered(2, Written(Old, ("price", 2.5), ("id", "b"), ("note", null)))).Should().BeEquivalentTo(new { Id = "b", Price = 2.5, Country = "XX" });
        _registry.Asked.Should().Equal(1, 2);
        decode(Registered(1, Written(New, ("id", "c"), ("price", 0d), ("country", "FR")))).Id.Should().Be("c");
        _registry.Asked.Should().HaveCount(2, "what was asked for once is known");
    }

    [Fact]
    public void A_generic_record_has_the_writers_fields_or_those_asked_for()
    {
        var message = Written(Old, ("price", 2.5), ("id", "b"), ("note", "gift"));

        ApacheAvro.Generic(_registry)(Registered(2, message))["note"].Should().Be("gift");
        var read = ApacheAvro.Generic(_registry, New)(Registered(2, message));
        (read["id"], read["country"]).Should().Be(("b", "XX"));
    }

    [Fact]
    public void Bare_records_are_read_with_the_schema_given()
    {
        ApacheAvro.Of<Order>(Old)(Of(Written(Old, ("price", 2.5), ("id", "b"), ("note", null)))).Id.Should().Be("b");
        ApacheAvro.Bare(New)(Of(Written(New, ("id", "a"), ("price", 1.5), ("country", "DE"))))["country"].Should().Be("DE");
    }

    [Fact]
    public void A_schema_may_refer_to_others()
    {
        _registry[3] = new("""{"type":"record","name":"Parcel","fields":[{"name":"order","type":"KafkaOracle.Reactive.Tests.Avro.Order"}]}""", [new(Order.Text, [])]);
        byte[] order = Written(New, ("id", "a"), ("price", 1.5), ("country", "DE"));

        ((GenericRecord)ApacheAvro.Generic(_registry)(Registered(3, order))["order"])["id"].Should().Be("a");
    }

    [Fact]
    public void What_does_not_fit_the_schema_is_refused()
    {
        var message = Written(New, ("id", "a"), ("price", 1.5), ("country", "DE"));
        var decode = ApacheAvro.Of<Order>(_registry);

        FluentActions.Invoking(() => decode(Registered(1, [.. message, 0]))).Should().Throw<FormatException>().WithMessage("The value ends at byte 13 of 14: it was written with another schema.");
        FluentActions.Invoking(() => decode(Registered(1, message[..^1]))).Should().Throw<Exception>();
        FluentActions.Invoking(() => decode(Of(message))).Should().Throw<FormatException>().WithMessage("*wire format*");
        FluentActions.Invoking(() => decode(new() { IsTombstone = true })).Should().Throw<FormatException>().WithMessage("*tombstone*");
        FluentActions.Invoking(() => ApacheAvro.Bare(New)(new() { IsTombstone = true })).Should().Throw<FormatException>().WithMessage("*tombstone*");
        decode.OrTombstone()(new() { IsTombstone = true }).Should().BeNull();
        decode(Registered(1, message)).Id.Should().Be("a", "a bad message leaves nothing behind");
    }

    [Theory]
    [InlineData("\"string\"", "*schema of a String, not of a record*")]
    [InlineData("{", "*cannot be used*")]
    public void A_registered_schema_that_cannot_be_used_makes_its_messages_wait(string schema, string message)
    {
        _registry[4] = new(schema, []);

        FluentActions.Invoking(() => ApacheAvro.Generic(_registry)(Registered(4, []))).Should().Throw<DecoderUnavailableException>().WithMessage(message).Which.IsTransient.Should().BeFalse();
    }

    [Fact]
    public void A_schema_that_does_not_go_with_the_class_makes_its_messages_wait()
    {
        _registry[5] = new("""{"type":"record","name":"Order","namespace":"KafkaOracle.Reactive.Tests.Avro","fields":[{"name":"id","type":"string"}]}""", []);

        FluentActions.Invoking(() => ApacheAvro.Of<Order>(_registry)(Registered(5, [0]))).Should().Throw<DecoderUnavailableException>().WithMessage("Schema 5*price*");
    }

    [Fact]
    public void One_decoder_serves_many_lanes_at_once()
    {
        var decode = ApacheAvro.Of<Order>(_registry);

        Parallel.For(0, 5000, i => decode(i % 2 == 0
            ? Registered(1, Written(New, ("id", $"{i}"), ("price", 0d), ("country", "DE")))
            : Registered(2, Written(Old, ("price", 0d), ("id", $"{i}"), ("note", null)))).Id.Should().Be($"{i}"));
    }

    [Fact]
    public void Any_record_comes_back_as_it_was_written()
    {
        var decode = ApacheAvro.Of<Order>(_registry);
        Gen.Select(Gen.String, Gen.Double, Gen.String[Gen.Char['A', 'Z'], 2, 2]).Sample((id, price, country) =>
        {
            var read = decode(Registered(1, Written(New, ("id", id), ("price", price), ("country", country))));
            return read.Price.Equals(price) && read.Country == country;
        });
    }

    private static byte[] Written(RecordSchema schema, params (string Field, object? Value)[] fields)
    {
        var record = new GenericRecord(schema);
        foreach (var (field, value) in fields) record.Add(field, value);
        using var bytes = new MemoryStream();
        new GenericDatumWriter<GenericRecord>(schema).Write(record, new BinaryEncoder(bytes));
        return bytes.ToArray();
    }

    private static RawMessage Registered(byte id, byte[] datum) => Of([0, 0, 0, 0, id, .. datum]);

    private static RawMessage Of(byte[] value) => new() { Value = value };

    private sealed class Registry : Dictionary<int, RegisteredSchema>, ISchemaRegistry
    {
        public List<int> Asked { get; } = [];

        public RegisteredSchema Find(int id)
        {
            lock (Asked) Asked.Add(id);
            return this[id];
        }
    }
}
