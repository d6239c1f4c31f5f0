using System.Text;

namespace KafkaOracle.Reactive;

/// <summary>Which bytes are text that a column of text can hold.</summary>
internal static class Utf8Text
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The text, or null where the bytes are no UTF-8 or hold a NUL.</summary>
    public static string? Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Contains((byte)0)) return null;
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
