namespace KafkaOracle.Reactive;

/// <summary>What texts of well-known formats look like.</summary>
public static class TextFormats
{
    private const int LongestEmail = 254, LongestLocalPart = 64, LongestLabel = 63, ShortestIban = 15, LongestIban = 34;

    /// <summary>Whether a text is an e-mail address as HTML forms take one, within the lengths that SMTP allows.</summary>
    /// <remarks>
    /// https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address, which leaves out quoted names and comments, and RFC 5321
    /// section 4.5.3.1: 64 characters before the @, 254 over all. ASCII only. Whether anybody reads there is another question.
    /// </remarks>
    public static bool IsEmail(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf('@');
        if (text.Length > LongestEmail || at is < 1 or > LongestLocalPart) return false;
        foreach (var c in text[..at])
            if (!char.IsAsciiLetterOrDigit(c) && !".!#$%&'*+/=?^_`{|}~-".Contains(c, StringComparison.Ordinal)) return false;
        foreach (var label in text[(at + 1)..].Split('.'))
            if (!IsLabel(text[(at + 1)..][label])) return false;
        return true;
    }

    /// <summary>Whether a text is an international bank account number in its electronic form: capital letters and digits, without spaces.</summary>
    /// <remarks>
    /// ISO 13616-1: country, two check digits, up to 30 letters and digits. ISO/IEC 7064, MOD 97-10: with the first four characters moved to
    /// the end and letters as 10 to 35, the number leaves 1 when it is divided by 97. The length and the account's form that each country
    /// has of its own are not checked, nor whether the account exists.
    /// </remarks>
    public static bool IsIban(ReadOnlySpan<char> text)
    {
        if (text.Length is < ShortestIban or > LongestIban) return false;
        if (!char.IsAsciiLetterUpper(text[0]) || !char.IsAsciiLetterUpper(text[1]) || !char.IsAsciiDigit(text[2]) || !char.IsAsciiDigit(text[3])) return false;
        // 00, 01 and 99 leave the right remainder too, but are never given out.
        if (text[2..4] is "00" or "01" or "99") return false;
        var remainder = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[(i + 4) % text.Length];
            if (char.IsAsciiDigit(c)) remainder = ((remainder * 10) + c - '0') % 97;
            else if (char.IsAsciiLetterUpper(c)) remainder = ((remainder * 100) + c - 'A' + 10) % 97;
            else return false;
        }
        return remainder == 1;
    }

    private static bool IsLabel(ReadOnlySpan<char> label)
    {
        if (label.Length is 0 or > LongestLabel || label[0] == '-' || label[^1] == '-') return false;
        foreach (var c in label)
            if (!char.IsAsciiLetterOrDigit(c) && c != '-') return false;
        return true;
    }
}
