using System.Text;

namespace KafkaOracle.Reactive;

/// <summary>Messages that are text.</summary>
public static class Text
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Text in UTF-8. A tombstone is null; bytes that are not UTF-8 go to the rejects.</summary>
    public static Decoder<string?> Utf8 { get; } = (in message) => message.IsTombstone ? null : Strict.GetString(message.Value);
}
