using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Text functions. Lengths and positions count UTF-16 units, which are characters outside the supplementary planes.</summary>
internal static class TextFunctions
{
    private const string Blank = " ";

    public static void Define(FunctionSet functions)
    {
        functions.Strict("o_length", 1, a => OracleNumber.From(a.Text(0).Length));
        functions.Strict("o_lengthb", 1, a => OracleNumber.From(a.Bytes(0).Length));
        functions.Strict("o_upper", 1, a => a.Text(0).ToUpperInvariant());
        functions.Strict("o_lower", 1, a => a.Text(0).ToLowerInvariant());
        functions.Strict("o_initcap", 1, a => InitCap(a.Text(0)));
        functions.Strict("o_ascii", 1, a => OracleNumber.From(a.Bytes(0)[0]));
        functions.Strict("o_chr", 1, a => ((char)a.Whole(0)).ToString());
        functions.Strict("o_substr", 2, a => Substring(a.Text(0), a.Whole(1), int.MaxValue));
        functions.Strict("o_substr", 3, a => Substring(a.Text(0), a.Whole(1), a.Whole(2)));
        functions.Strict("o_instr", 2, a => OracleNumber.From(Instr(a.Text(0), a.Text(1), 1, 1)));
        functions.Strict("o_instr", 3, a => OracleNumber.From(Instr(a.Text(0), a.Text(1), a.Whole(2), 1)));
        functions.Strict("o_instr", 4, a => OracleNumber.From(Instr(a.Text(0), a.Text(1), a.Whole(2), a.Whole(3))));
        functions.Define("o_replace", 2, a => Replace(a));
        functions.Define("o_replace", 3, a => Replace(a));
        functions.Strict("o_translate", 3, a => Translate(a.Text(0), a.Text(1), a.Text(2)));
        functions.Strict("o_ltrim", 1, a => a.Text(0).TrimStart(' '));
        functions.Strict("o_rtrim", 1, a => a.Text(0).TrimEnd(' '));
        functions.Strict("o_ltrim", 2, a => a.Text(0).TrimStart(a.Text(1).ToCharArray()));
        functions.Strict("o_rtrim", 2, a => a.Text(0).TrimEnd(a.Text(1).ToCharArray()));
        functions.Strict("o_trim", 3, a => Trim(a.Text(0), a.Text(1).ToCharArray(), a.Text(2)));
        functions.Strict("o_lpad", 2, a => Pad(a.Text(0), a.Whole(1), Blank, left: true));
        functions.Strict("o_lpad", 3, a => Pad(a.Text(0), a.Whole(1), a.Text(2), left: true));
        functions.Strict("o_rpad", 2, a => Pad(a.Text(0), a.Whole(1), Blank, left: false));
        functions.Strict("o_rpad", 3, a => Pad(a.Text(0), a.Whole(1), a.Text(2), left: false));
        functions.Strict("o_hextoraw", 1, a => FromHex(a.Text(0)));
        functions.Define("o_guid", 0, _ => Guid.NewGuid().ToByteArray(), deterministic: false);
        functions.Define("o_like", 3, a => a.IsNull(0) || a.IsNull(1) ? null : Like(a.Text(0), a.Text(1), a.OptionalText(2)));
    }

    private static string Substring(string text, int from, int length)
    {
        if (length < 1) return "";
        var start = from > 0 ? from - 1 : from < 0 ? text.Length + from : 0;
        if (start < 0 || start >= text.Length) return "";
        return text.Substring(start, Math.Min(length, text.Length - start));
    }

    private static int Instr(string text, string part, int from, int occurrence)
    {
        if (from == 0 || occurrence < 1) return 0;
        if (from < 0)
        {
            for (var at = text.Length + from; at >= 0; at--)
                if (string.CompareOrdinal(text, at, part, 0, part.Length) == 0 && --occurrence == 0) return at + 1;
            return 0;
        }
        for (var at = from - 1; at <= text.Length - part.Length; at++)
            if (string.CompareOrdinal(text, at, part, 0, part.Length) == 0 && --occurrence == 0) return at + 1;
        return 0;
    }

    private static string? Replace(FunctionSet.Arguments a)
    {
        if (a.IsNull(0)) return null;
        return a.IsNull(1) ? a.Text(0) : a.Text(0).Replace(a.Text(1), a.OptionalText(2) ?? "", StringComparison.Ordinal);
    }

    private static string Translate(string text, string from, string to)
    {
        var result = new StringBuilder();
        foreach (var c in text)
        {
            var at = from.IndexOf(c, StringComparison.Ordinal);
            if (at < 0) result.Append(c);
            else if (at < to.Length) result.Append(to[at]);
        }
        return result.ToString();
    }

    private static string Trim(string text, char[] set, string side) => side switch
    {
        "LEADING" => text.TrimStart(set),
        "TRAILING" => text.TrimEnd(set),
        _ => text.Trim(set),
    };

    private static string Pad(string text, int length, string with, bool left)
    {
        if (length <= text.Length) return text[..Math.Max(0, length)];
        var filling = new StringBuilder();
        while (filling.Length < length - text.Length) filling.Append(with);
        filling.Length = length - text.Length;
        return left ? filling + text : text + filling;
    }

    private static string InitCap(string text)
    {
        var characters = text.ToCharArray();
        var inside = false;
        for (var i = 0; i < characters.Length; i++)
        {
            characters[i] = inside ? char.ToLowerInvariant(characters[i]) : char.ToUpperInvariant(characters[i]);
            inside = char.IsLetterOrDigit(characters[i]);
        }
        return new string(characters);
    }

    private static byte[] FromHex(string text)
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

    /// <summary>LIKE with % and _, case sensitive, in linear time by going back to the last % only.</summary>
    private static bool Like(string text, string pattern, string? escape)
    {
        var parts = new List<(char Char, char Kind)>();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (escape is { Length: > 0 } && pattern[i] == escape[0])
            {
                if (++i >= pattern.Length) throw new OracleError(1424, "missing or illegal character following the escape character");
                parts.Add((pattern[i], 'c'));
            }
            else parts.Add((pattern[i], pattern[i] is '%' or '_' ? pattern[i] : 'c'));
        }
        int t = 0, p = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < parts.Count && (parts[p].Kind == '_' || (parts[p].Kind == 'c' && parts[p].Char == text[t])))
            {
                t++;
                p++;
            }
            else if (p < parts.Count && parts[p].Kind == '%')
            {
                star = p++;
                mark = t;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++mark;
            }
            else return false;
        }
        while (p < parts.Count && parts[p].Kind == '%') p++;
        return p == parts.Count;
    }
}
