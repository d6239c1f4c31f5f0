using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace KafkaOracle.Reactive.Benchmarks;

/// <summary>A message of eight fields, about 155 bytes as JSON.</summary>
public sealed record Trade(long OrderId, string Symbol, string Side, int Quantity, decimal Price, string Venue, string Trader, DateTimeOffset At);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Trade))]
public sealed partial class TradeJson : JsonSerializerContext;

public static class Trades
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    /// <summary>A thousand trades a second of event time; a tenth of them twice.</summary>
    public static byte[] Json(int i)
    {
        var n = i % 10 == 9 ? i - 1 : i;
        return JsonSerializer.SerializeToUtf8Bytes(
            new Trade(n, "SYM" + (n % 1000), n % 2 == 0 ? "BUY" : "SELL", 1 + (n % 500), 10 + (n % 977 / 100m), "VENUE" + (n % 7), "trader-" + (n % 53), Start.AddMilliseconds(n)), TradeJson.Default.Trade);
    }

    /// <summary>What a user in a hurry writes: the fields the query needs, the rest skipped.</summary>
    public static readonly Decoder<Tick> ReadTick = static (in RawMessage message) =>
    {
        var reader = new Utf8JsonReader(message.Value);
        long id = 0;
        var symbol = "";
        var quantity = 0;
        var price = 0m;
        DateTimeOffset at = default;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            if (reader.ValueTextEquals("orderId"u8)) { reader.Read(); id = reader.GetInt64(); }
            else if (reader.ValueTextEquals("symbol"u8)) { reader.Read(); symbol = Symbols.Of(reader.ValueSpan); }
            else if (reader.ValueTextEquals("quantity"u8)) { reader.Read(); quantity = reader.GetInt32(); }
            else if (reader.ValueTextEquals("price"u8)) { reader.Read(); price = reader.GetDecimal(); }
            else if (reader.ValueTextEquals("at"u8)) { reader.Read(); at = reader.GetDateTimeOffset(); }
            else reader.Skip();
        }
        return new(id, symbol, quantity, price, at);
    };

    private static class Symbols
    {
        private static readonly Dictionary<string, string> All = [];
        private static readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Lookup = All.GetAlternateLookup<ReadOnlySpan<char>>();

        public static string Of(ReadOnlySpan<byte> utf8)
        {
            Span<char> text = stackalloc char[utf8.Length];
            var length = Encoding.UTF8.GetChars(utf8, text);
            if (!Lookup.TryGetValue(text[..length], out var symbol)) All[symbol = text[..length].ToString()] = symbol;
            return symbol;
        }
    }
}

public readonly record struct Tick(long OrderId, string Symbol, int Quantity, decimal Price, DateTimeOffset At);

public sealed record Bar(string Symbol, DateTimeOffset Minute, int Trades, decimal Turnover)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Symbol} {Minute:O} {Trades} {Turnover}");
}
