using System.Text;
using System.Text.Json;

namespace KafkaOracle.Reactive;

/// <summary>A message's headers as JSON: an array in their order of <c>{"name":…, "text":…}</c>, or <c>"base64"</c> where a value is no text.</summary>
internal static class RejectedHeaders
{
    public static string? ToJson(Headers headers)
    {
        if (!headers.Any()) return null;
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartArray();
            foreach (var (name, value) in headers)
            {
                writer.WriteStartObject();
                writer.WriteString("name", name);
                if (value is null) writer.WriteNull("text");
                else if (Utf8Text.Of(value.Value.Span) is { } text) writer.WriteString("text", text);
                else writer.WriteBase64String("base64", value.Value.Span);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        return Encoding.UTF8.GetString(json.GetBuffer(), 0, (int)json.Length);
    }

    public static Headers OfJson(string? json)
    {
        if (json is null) return default;
        using var headers = JsonDocument.Parse(json);
        return Headers.Of(headers.RootElement.EnumerateArray().Select(h => new Header(h.GetProperty("name").GetString()!, Value(h))).ToList());
    }

    private static ReadOnlyMemory<byte>? Value(JsonElement header)
    {
        if (header.TryGetProperty("base64", out var bytes)) return bytes.GetBytesFromBase64();
        return header.GetProperty("text").GetString() is { } text ? (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(text) : null;
    }
}
