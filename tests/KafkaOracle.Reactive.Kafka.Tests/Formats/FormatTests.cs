using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Confluent.Kafka;

namespace KafkaOracle.Reactive.Tests.Formats;

public sealed partial class FormatTests
{
    private sealed record Sale(string Id, decimal Price);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Sale))]
    private sealed partial class SaleJson : JsonSerializerContext;

    public static TheoryData<string> Ways => ["reflection", "generated"];

    [Theory, MemberData(nameof(Ways))]
    public void Json_reads_a_value(string way)
        => Decode(way, """{"id":"a","price":"1.50"}""").Should().Be(new Sale("a", 1.50m));

    [Theory, MemberData(nameof(Ways))]
    public void Json_says_where_it_is_malformed(string way)
    {
        var decoding = () => Decode(way, "{\"id\":\"a\",\n\"price\":x}");

        decoding.Should().Throw<JsonException>().WithMessage("*Path: $.price*LineNumber: 1*BytePositionInLine: 8*");
    }

    [Theory, MemberData(nameof(Ways))]
    public void Json_refuses_a_tombstone_and_a_null(string way)
    {
        FluentActions.Invoking(() => Decode(way, null)).Should().Throw<FormatException>().WithMessage("*tombstone*");
        FluentActions.Invoking(() => Decode(way, "null")).Should().Throw<FormatException>().WithMessage("*null, not a Sale*");
    }

    [Fact]
    public void Text_reads_utf_8_and_refuses_what_is_not()
    {
        Text.Utf8(Message("Grüße")).Should().Be("Grüße");
        Text.Utf8(Message("")).Should().BeEmpty();
        Text.Utf8(Message((string?)null)).Should().BeNull();
        FluentActions.Invoking(() => Text.Utf8(Message([0xC3, 0x28]))).Should().Throw<DecoderFallbackException>();
    }

    [Fact]
    public void Bytes_are_copied()
    {
        byte[] value = [1, 2, 3];

        Bytes.Raw(Message(value)).Should().Equal(value).And.NotBeSameAs(value);
        Bytes.Raw(Message((byte[]?)null)).Should().BeNull();
    }

    [Fact]
    public void A_deserializer_of_Confluents_sees_value_topic_headers_and_tombstones()
    {
        using var slab = new Slab();
        slab.WriteHeader("h", [7]);
        slab.WriteHeader("none", default, isNull: true);
        slab.Add(0, 0, 0);
        var headers = new Headers(slab.HeaderBytes(slab.Entries[0]));
        var decode = Deserializer.Of(new Describing());

        decode(new(new("sales", 0), 0, default, [5], false, default, headers)).Should().Be("05 False Value sales h=07 none=null");
        decode(new(new("sales", 0), 0, default, default, true, default, default)).Should().Be(" True Value sales");
        Deserializer.Of(Deserializers.Int32)(Message([0, 0, 1, 0])).Should().Be(256);
    }

    private static Sale Decode(string way, string? json)
        => (way == "generated" ? Json.Of(SaleJson.Default.Sale) : Json.Of<Sale>())(Message(json));

    private static RawMessage Message(string? value) => Message(value is null ? null : Encoding.UTF8.GetBytes(value));

    private static RawMessage Message(byte[]? value) => new() { Partition = new("t", 0), Value = value, IsTombstone = value is null };

    private sealed class Describing : IDeserializer<string>
    {
        public string Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
            => string.Join(' ', [Convert.ToHexString(data), isNull, context.Component, context.Topic,
                .. context.Headers.Select(h => $"{h.Key}={(h.GetValueBytes() is { } value ? Convert.ToHexString(value) : "null")}")]);
    }
}
