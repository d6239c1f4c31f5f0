using System.Globalization;
using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Functions between texts, codes, bytes and hashes.</summary>
internal static class Encodings
{
    /// <summary>The first letter and three digits for the sounds of the next consonants.</summary>
    public static string Soundex(string text)
    {
        const string Codes = "01230120022455012623010202"; // of A to Z; vowels, H, W and Y are 0
        var letters = text.ToUpperInvariant().Where(char.IsAsciiLetter).ToList();
        if (letters.Count == 0) return "";
        var result = new StringBuilder().Append(letters[0]);
        var last = Codes[letters[0] - 'A'];
        foreach (var letter in letters.Skip(1))
        {
            var code = Codes[letter - 'A'];
            if (code != '0' && code != last) result.Append(code);
            if (letter is not ('H' or 'W')) last = code;
            if (result.Length == 4) break;
        }
        return result.ToString().PadRight(4, '0');
    }

    public static string Unistr(string text)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\') result.Append(text[i]);
            else if (i + 1 < text.Length && text[i + 1] == '\\') result.Append(text[++i]);
            else if (i + 4 < text.Length && ushort.TryParse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                result.Append((char)unit);
                i += 4;
            }
            else throw new OracleError(30186, "'\\' must be followed by four hexadecimal characters or another '\\'");
        }
        return result.ToString();
    }

    public static string Asciistr(string text)
    {
        var result = new StringBuilder();
        foreach (var c in text)
        {
            if (c < 0x80 && c != '\\') result.Append(c);
            else result.Append(CultureInfo.InvariantCulture, $"\\{(int)c:X4}");
        }
        return result.ToString();
    }

    public static string Chr(OracleNumber code)
    {
        if (code.Unscaled.Sign < 0 || code.DigitsBeforePoint > 10) throw NumberMath.OutOfRange(code);
        var value = (long)code.Truncate(0).UnscaledAt(0);
        if (value < 0x80) return ((char)value).ToString();
        Span<byte> bytes = [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
        return Encoding.UTF8.GetString(bytes.TrimStart((byte)0));
    }

    public static long Ascii(ReadOnlySpan<byte> text)
    {
        Rune.DecodeFromUtf8(text, out _, out var length);
        long value = 0;
        foreach (var b in text[..length]) value = (value << 8) | b;
        return value;
    }

    public static string Dump(ReadOnlySpan<byte> bytes, int type, int format)
    {
        var digits = new List<string>();
        foreach (var b in bytes)
        {
            digits.Add((format % 1000) switch
            {
                8 => Convert.ToString(b, 8),
                16 => b.ToString("x", System.Globalization.CultureInfo.InvariantCulture),
                17 when b is >= 32 and < 127 => ((char)b).ToString(),
                17 => b.ToString("x", System.Globalization.CultureInfo.InvariantCulture),
                _ => b.ToString(System.Globalization.CultureInfo.InvariantCulture),
            });
        }
        var charset = format >= 1000 && type is 1 or 96 && format >= 1000 ? " CharacterSet=AL32UTF8" : "";
        return $"Typ={type} Len={bytes.Length}{charset}: {string.Join(",", digits)}";
    }

    public static byte[] Hash(ReadOnlySpan<byte> bytes, string method) => method.ToUpperInvariant() switch
    {
#pragma warning disable CA5350, CA5351 // what STANDARD_HASH offers, MD5 and SHA1 included
        "MD5" => System.Security.Cryptography.MD5.HashData(bytes),
        "SHA1" => System.Security.Cryptography.SHA1.HashData(bytes),
#pragma warning restore CA5350, CA5351
        "SHA256" => System.Security.Cryptography.SHA256.HashData(bytes),
        "SHA384" => System.Security.Cryptography.SHA384.HashData(bytes),
        "SHA512" => System.Security.Cryptography.SHA512.HashData(bytes),
        _ => throw new OracleError(1760, "illegal argument for function"),
    };

    public static byte[] FromHex(string text)
    {
        try
        {
            return Convert.FromHexString((text.Length & 1) == 0 ? text : "0" + text);
        }
        catch (FormatException)
        {
            throw new OracleError(1465, "invalid hex number");
        }
    }
}
