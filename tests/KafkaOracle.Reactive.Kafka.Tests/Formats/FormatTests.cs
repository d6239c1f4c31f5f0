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
    public void Json_elements_outlive_their_messages_and_take_any_json()
    {
        var bytes = Encoding.UTF8.GetBytes("""{"id":"a","lines":[1,2]}""");
        var element = Json.Element(Message(bytes));
        Array.Clear(bytes);

        element.GetProperty("id").GetString().Should().Be("a");
        element.GetProperty("lines").GetArrayLength().Should().Be(2);
        Json.Element(Message("null")).ValueKind.Should().Be(JsonValueKind.Null);
        FluentActions.Invoking(() => Json.Element(Message("""{"id":"a"} x"""))).Should().Throw<JsonException>().WithMessage("*BytePositionInLine: 11*");
        FluentActions.Invoking(() => Json.Element(Message((string?)null))).Should().Throw<FormatException>().WithMessage("*tombstone*");
    }

    [Fact]
    public void Json_is_read_by_hand()
    {
        var decode = Json.Of(ReadId);

        decode(Message(""" {"price":1,"id":"a"} """)).Should().Be("a");
        FluentActions.Invoking(() => decode(Message("""{"id":"a"}{}"""))).Should().Throw<JsonException>();
        FluentActions.Invoking(() => decode(Message(""))).Should().Throw<JsonException>();
        FluentActions.Invoking(() => Json.Of((ref Utf8JsonReader reader) => reader.TokenType)(Message("[1]"))).Should().Throw<FormatException>().WithMessage("*byte 1*Number*");
        FluentActions.Invoking(() => decode(Message((string?)null))).Should().Throw<FormatException>().WithMessage("*tombstone*");
        Json.Of(ReadId, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })(Message("""{"id":"a",} // sold""")).Should().Be("a");
    }

    private static string? ReadId(ref Utf8JsonReader reader)
    {
        string? id = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("id"u8);
            reader.Read();
            if (isId) id = reader.GetString();
            else reader.Skip();
        }
        return id;
    }

    [Fact]
    public void The_wire_format_is_taken_off()
    {
        Text.Utf8.InWireFormat()(Message([0, 0, 0, 1, 2, (byte)'a'])).Should().Be("a");
        Text.Utf8.InWireFormat()(Message((byte[]?)null)).Should().BeNull();
        WireFormat.Split(Message([0, 0, 0, 1, 2]), out var id).Length.Should().Be(0);
        id.Should().Be(258);
        FluentActions.Invoking(() => Text.Utf8.InWireFormat()(Message("{}"))).Should().Throw<FormatException>().WithMessage("*wire format*2 bytes*");
        FluentActions.Invoking(() => Text.Utf8.InWireFormat()(Message([1, 0, 0, 0, 0]))).Should().Throw<FormatException>().WithMessage("*the first is 1*");
        FluentActions.Invoking(() => Text.Utf8.InWireFormat()(Message([]))).Should().Throw<FormatException>().WithMessage("*0 bytes,*");
        FluentActions.Invoking(() => WireFormat.Split(Message((byte[]?)null), out _)).Should().Throw<FormatException>().WithMessage("*tombstone*");
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

        decode(new() { Partition = new("sales", 0), Value = [5], Headers = headers }).Should().Be("05 False Value sales h=07 none=null");
        decode(new() { Partition = new("sales", 0), IsTombstone = true }).Should().Be(" True Value sales");
        Deserializer.Of(Deserializers.Int32)(Message([0, 0, 1, 0])).Should().Be(256);
    }

    [Fact]
    public void An_asynchronous_deserializer_is_waited_for()
        => Deserializer.Of(new Later(data => data.Length))(Message([1, 2, 3])).Should().Be(3);

    [Theory]
    [InlineData(503, true)]
    [InlineData(401, false)]
    [InlineData(403, false)]
    public void A_deserializer_whose_registry_does_not_answer_makes_the_message_wait(int status, bool isTransient)
    {
        var outage = new InvalidOperationException("wrapped", new HttpRequestException("refused", null, (System.Net.HttpStatusCode)status));

        FluentActions.Invoking(() => Deserializer.Of(new Later(_ => throw outage))(Message("x"))).Should().Throw<DecoderUnavailableException>()
            .WithMessage("*refused*").Which.IsTransient.Should().Be(isTransient);
        FluentActions.Invoking(() => Deserializer.Of(new Later(_ => throw new TaskCanceledException("time-out")))(Message("x"))).Should().Throw<DecoderUnavailableException>();
        FluentActions.Invoking(() => Deserializer.Of(new Later(_ => throw new InvalidDataException("bad")))(Message("x"))).Should().Throw<InvalidDataException>();
    }

    private static Sale Decode(string way, string? json)
        => (way == "generated" ? Json.Of(SaleJson.Default.Sale) : Json.Of<Sale>())(Message(json));

    private static RawMessage Message(string? value) => Message(value is null ? null : Encoding.UTF8.GetBytes(value));

    private static RawMessage Message(byte[]? value) => new() { Partition = new("t", 0), Value = value, IsTombstone = value is null };

    private sealed class Later(Func<ReadOnlyMemory<byte>, int> read) : IAsyncDeserializer<int>
    {
        public async Task<int> DeserializeAsync(ReadOnlyMemory<byte> data, bool isNull, SerializationContext context)
        {
            await Task.Yield();
            return read(data);
        }
    }

    private sealed class Describing : IDeserializer<string>
    {
        public string Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
            => string.Join(' ', [Convert.ToHexString(data), isNull, context.Component, context.Topic,
                .. context.Headers.Select(h => $"{h.Key}={(h.GetValueBytes() is { } value ? Convert.ToHexString(value) : "null")}")]);
    }
}
