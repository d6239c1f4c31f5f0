using System.Text;

namespace KafkaOracle.Reactive.Tests.JsonSchema;

public sealed class JsonSchemaTests
{
    private sealed record Order(string Id, decimal Price);

    private const string Schema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "https://example.com/order",
          "type": "object",
          "required": ["id", "price"],
          "properties": {
            "id": { "type": "string", "minLength": 1 },
            "price": { "$ref": "#/$defs/amount" },
            "soldAt": { "type": "string", "format": "date-time" },
            "lines": { "type": "array", "items": { "type": "object", "required": ["article"], "properties": { "tax": { "enum": [7, 19] } } } }
          },
          "$defs": { "amount": { "type": "number", "minimum": 0 } }
        }
        """;

    private static readonly Decoder<Order> Decode = Json.Of<Order>().WithSchema(Schema);

    [Fact]
    public void A_message_that_keeps_to_the_schema_is_decoded()
        => Decode(Of("""{"id":"a","price":1.5,"soldAt":"2024-01-31T10:00:00Z","lines":[{"article":"cup","tax":7}]}""")).Should().Be(new Order("a", 1.5m));

    [Fact]
    public void Every_violation_is_reported_with_its_path()
    {
        var decoding = () => Decode(Of("""{"id":"","price":-1,"soldAt":"yesterday","lines":[{"article":"cup"},{"tax":8}]}"""));

        var fault = decoding.Should().Throw<JsonSchemaException>().Which;
        fault.Violations.Select(v => (v.Path, v.Keyword)).Should().BeEquivalentTo([
            ("/id", "minLength"), ("/price", "minimum"), ("/soldAt", "format"), ("/lines/1", "required"), ("/lines/1/tax", "enum")]);
        fault.Message.Should().StartWith("The message breaks its JSON Schema in 5 places: ").And.Contain("/price (minimum): ");
    }

    [Fact]
    public void A_violation_of_the_whole_message_and_malformed_json_are_told_apart()
    {
        FluentActions.Invoking(() => Decode(Of("[]"))).Should().Throw<JsonSchemaException>().WithMessage("*the message (type): *");
        FluentActions.Invoking(() => Decode(Of("{"))).Should().Throw<System.Text.Json.JsonException>();
    }

    [Fact]
    public void A_tombstone_is_the_decoders()
    {
        FluentActions.Invoking(() => Decode(new() { IsTombstone = true })).Should().Throw<FormatException>().WithMessage("*tombstone*");
        Json.Of<Order>().OrTombstone().WithSchema(Schema)(new() { IsTombstone = true }).Should().BeNull();
    }

    [Fact]
    public void A_text_that_is_no_schema_is_refused_at_once()
    {
        FluentActions.Invoking(() => Json.Of<Order>().WithSchema("{")).Should().Throw<ArgumentException>().WithParameterName("schema");
        FluentActions.Invoking(() => Json.Of<Order>().WithSchema("""{"type":"nothing"}""")).Should().Throw<ArgumentException>().WithParameterName("schema");
    }

    [Fact]
    public void Two_schemas_of_one_name_do_not_mix()
    {
        var other = Json.Of<Order>().WithSchema("""{"$id":"https://example.com/order","maxProperties":1}""");

        FluentActions.Invoking(() => other(Of("""{"id":"a","price":1}"""))).Should().Throw<JsonSchemaException>();
        Decode(Of("""{"id":"a","price":1}""")).Id.Should().Be("a");
    }

    [Fact]
    public void Nothing_is_fetched_from_the_net()
        => FluentActions.Invoking(() => Json.Of<Order>().WithSchema("""{"$ref":"https://example.com/never"}""")(Of("{}"))).Should().Throw<DecoderUnavailableException>();

    [Theory]
    [InlineData("""{"$id":"https://example.com/schemas/order.json","properties":{"price":{"$ref":"amount.json"},"id":{"$ref":"https://example.com/names.json#/$defs/name"}}}""", "https://example.com/names.json")]
    [InlineData("""{"properties":{"price":{"$ref":"amount.json"},"id":{"$ref":"names.json#/$defs/name"}}}""", "names.json")]
    public void Schemas_that_the_registry_refers_to_are_found_by_name(string order, string names)
    {
        var name = new RegisteredSchema("""{"$defs":{"name":{"type":"string","minLength":1}}}""", []) { Name = names };
        var amount = new RegisteredSchema("""{"allOf":[{"$ref":"number.json"}],"minimum":0}""", [new RegisteredSchema("""{"type":"number"}""", []) { Name = "number.json" }]) { Name = "amount.json" };
        var decoder = Json.Of<Order>().WithSchema(new Registry(new(order, [amount, name])));

        decoder(Wired("""{"id":"a","price":1}""")).Price.Should().Be(1);
        FluentActions.Invoking(() => decoder(Wired("""{"id":"","price":-1}"""))).Should().Throw<JsonSchemaException>()
            .Which.Violations.Select(v => (v.Path, v.Keyword)).Should().BeEquivalentTo([("/id", "minLength"), ("/price", "minimum")]);
        FluentActions.Invoking(() => decoder(Wired("""{"id":"a","price":"1"}"""))).Should().Throw<JsonSchemaException>().Which.Violations.Should().Contain(v => v.Path == "/price" && v.Keyword == "type");
    }

    [Fact]
    public void A_reference_that_leads_nowhere_stops_the_pipeline_and_rejects_nothing()
        => FluentActions.Invoking(() => Json.Of<Order>().WithSchema(new Registry(new("""{"$ref":"other.json"}""", [])))(Wired("{}")))
            .Should().Throw<DecoderUnavailableException>().Which.IsTransient.Should().BeFalse();

    [Fact]
    public void One_decoder_serves_many_lanes_at_once()
        => Parallel.For(0, 2000, i =>
        {
            if (i % 2 == 0) Decode(Of($$"""{"id":"a","price":{{i}}}""")).Price.Should().Be(i);
            else FluentActions.Invoking(() => Decode(Of($$"""{"id":"a","price":-{{i}}}"""))).Should().Throw<JsonSchemaException>().Which.Violations.Should().ContainSingle();
        });

    private static RawMessage Of(string json) => new() { Value = Encoding.UTF8.GetBytes(json) };

    private static RawMessage Wired(string json) => new() { Value = (byte[])[0, 0, 0, 0, 7, .. Encoding.UTF8.GetBytes(json)] };

    private sealed class Registry(RegisteredSchema schema) : ISchemaRegistry
    {
        public RegisteredSchema Find(int id) => id == 7 ? schema : throw new DecoderUnavailableException("unknown");
    }
}
