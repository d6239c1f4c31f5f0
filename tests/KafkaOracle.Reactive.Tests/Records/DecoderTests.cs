using System.Text;

namespace KafkaOracle.Reactive.Tests.Records;

public sealed class DecoderTests
{
    private static readonly Decoder<string> Words = (in message) => message.IsTombstone ? throw new FormatException("tombstone") : Encoding.UTF8.GetString(message.Value);

    [Fact]
    public void A_tombstone_becomes_null()
    {
        Words.OrTombstone()(new() { IsTombstone = true }).Should().BeNull();
        Words.OrTombstone()(new() { Value = "a"u8 }).Should().Be("a");
        Words.OrTombstone()(new()).Should().BeEmpty("an empty value is no tombstone");
    }

    [Fact]
    public void A_tombstone_becomes_a_value_of_its_own_that_knows_the_key()
    {
        var decoder = Words.OrTombstone((in message) => $"delete {Encoding.UTF8.GetString(message.Key.Span)}");

        decoder(new() { IsTombstone = true, Key = "7"u8.ToArray(), HasKey = true }).Should().Be("delete 7");
        decoder(new() { Value = "a"u8 }).Should().Be("a");
    }

    [Fact]
    public void A_key_is_decoded_with_its_value_and_a_missing_one_is_a_tombstone()
    {
        var decoder = Words.WithKey(Words.OrTombstone(), (key, value) => $"{key ?? "none"}={value}");

        decoder(new() { Value = "a"u8, Key = "k"u8.ToArray(), HasKey = true }).Should().Be("k=a");
        decoder(new() { Value = "a"u8, HasKey = true }).Should().Be("=a");
        decoder(new() { Value = "a"u8 }).Should().Be("none=a");
        FluentActions.Invoking(() => Words.WithKey(Words, (k, v) => k + v)(new() { Value = "a"u8 })).Should().Throw<FormatException>();
    }

    [Fact]
    public void A_record_decodes_its_key_and_headers_when_asked()
    {
        var headers = Headers.Of(new Header("h", "ü"u8.ToArray()), new Header("none", null), new Header("h", "last"u8.ToArray()), new Header("empty", Array.Empty<byte>()));
        using var slab = new Slab();
        slab.WriteKey("k"u8);
        foreach (var header in headers) slab.WriteHeader(header.Name, header.Value is { } value ? value.Span : default, header.Value is null);
        slab.Add(0, 5, 1_700_000_000_000);
        var entry = slab.Entries[0];
        var record = new Record<int>(new(new("t", 0), 0, 5, slab.Key(entry), true, slab.HeaderBytes(entry), EventTime.OfUnixMilliseconds(entry.Timestamp)), 0, 1);

        record.KeyAs(Words.WithKey(Words, (key, value) => key + value)).Should().Be("kk");
        record.KeyAs((in message) => message.Headers.Text("h")).Should().Be("last");
        (record.Headers.Text("none"), record.Headers.Text("never"), record.Headers.Text("empty")).Should().Be((null, null, ""));
        record.Headers.Select(h => (h.Name, h.Value?.Length)).Should().Equal(("h", 2), ("none", null), ("h", 4), ("empty", 0));
        record.Timestamp.Should().Be(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
        record.With("x").Timestamp.Should().Be(record.Timestamp);
    }
}
