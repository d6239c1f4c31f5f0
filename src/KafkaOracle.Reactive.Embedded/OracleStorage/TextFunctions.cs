using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Text functions. Lengths and positions count characters, that is Unicode code points.</summary>
internal static class TextFunctions
{
    private const string Blank = " ";
    private const int LongestVarchar = 4000;

    public static void Define(FunctionSet functions)
    {
        functions.Strict("o_length", 1, a => OracleNumber.From(FitFunctions.Characters(a.Bytes(0))));
        functions.Strict("o_lengthb", 1, a => OracleNumber.From(a.Bytes(0).Length));
        functions.Strict("o_noop", 1, a => a.Text(0));
        functions.Strict("o_simple_sql_name", 1, a => SimpleName(a.Text(0)));
        functions.Strict("o_enquote_literal", 1, a => a.Text(0) is var text && text.StartsWith('\'') && text.EndsWith('\'') && text.Length > 1 ? text : $"'{text}'");
        functions.Strict("o_upper", 1, a => a.Text(0).ToUpperInvariant());
        functions.Strict("o_lower", 1, a => a.Text(0).ToLowerInvariant());
        functions.Strict("o_initcap", 1, a => InitCap(a.Text(0)));
        functions.Strict("o_ascii", 1, a => OracleNumber.From(Encodings.Ascii(a.Bytes(0))));
        functions.Strict("o_chr", 1, a => Encodings.Chr(a.Number(0)));
        functions.Strict("o_substr", 2, a => Substring(a.Text(0), a.Whole(1), int.MaxValue));
        functions.Strict("o_substr", 3, a => Substring(a.Text(0), a.Whole(1), a.Whole(2)));
        functions.Strict("o_substrb", 2, a => SubstringBytes(a.Bytes(0), a.Whole(1), int.MaxValue));
        functions.Strict("o_substrb", 3, a => SubstringBytes(a.Bytes(0), a.Whole(1), a.Whole(2)));
        functions.Strict("o_clob_to_text", 1, a => a.Bytes(0).Length <= LongestVarchar ? a.Text(0)
            : throw new OracleError(22835, $"Buffer too small for CLOB to CHAR or BLOB to RAW conversion (actual: {a.Bytes(0).Length}, maximum: {LongestVarchar})"));
        functions.Strict("o_lob_substr", 1, a => Substring(a.Text(0), 1, LongestVarchar));
        functions.Strict("o_lob_substr", 2, a => Substring(a.Text(0), 1, Math.Min(a.Whole(1), LongestVarchar)));
        functions.Strict("o_lob_substr", 3, a => Substring(a.Text(0), a.Whole(2), Math.Min(a.Whole(1), LongestVarchar)));
        functions.Strict("o_blob_substr", 3, a => Slice(a.Bytes(0), a.Whole(2), a.Whole(1)));
        functions.Strict("o_rawtohex", 1, a => Convert.ToHexString(a.Bytes(0)));
        functions.Define("o_too_many_rows", 0, _ => throw new OracleError(1427, "single-row subquery returns more than one row"), deterministic: false);
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
        functions.Strict("o_trim", 3, a => Trim(a.Text(0), a.Text(1), a.Text(2)));
        functions.Strict("o_lpad", 2, a => Pad(a.Text(0), a.Whole(1), Blank, left: true));
        functions.Strict("o_lpad", 3, a => Pad(a.Text(0), a.Whole(1), a.Text(2), left: true));
        functions.Strict("o_rpad", 2, a => Pad(a.Text(0), a.Whole(1), Blank, left: false));
        functions.Strict("o_rpad", 3, a => Pad(a.Text(0), a.Whole(1), a.Text(2), left: false));
        functions.Strict("o_soundex", 1, a => Encodings.Soundex(a.Text(0)));
        functions.Strict("o_unistr", 1, a => Encodings.Unistr(a.Text(0)));
        functions.Strict("o_asciistr", 1, a => Encodings.Asciistr(a.Text(0)));
        functions.Define("o_concat", 2, Concat);
        functions.Strict("o_hextoraw", 1, a => Encodings.FromHex(a.Text(0)));
        functions.Define("o_guid", 0, _ => Guid.NewGuid().ToByteArray(), deterministic: false);
        functions.Define("o_like", 3, a => a.IsNull(0) || a.IsNull(1) ? null : Like(a.Text(0), a.Text(1), a.OptionalText(2)));
        functions.Define("o_dump", 3, a => a.IsNull(0) ? "NULL" : Encodings.Dump(a.Bytes(0), a.Integer(1), a.IsNull(2) ? 10 : a.Whole(2)));
        functions.Define("o_hash", 2, a => Encodings.Hash(a.Bytes(0), a.Text(1)));
        functions.Strict("o_rowid", 2, a => RowId.Of(a.Text(0), a.Long(1)).ToString());
        functions.Strict("o_chartorowid", 1, a => CheckedRowId(a.Text(0)));
    }

    private static string Substring(string text, int from, int length)
    {
        if (length < 1) return "";
        var characters = Length(text);
        var start = from > 0 ? from - 1 : from < 0 ? characters + from : 0;
        if (start < 0 || start >= characters) return "";
        var (first, last) = (Unit(text, start), Unit(text, start + Math.Min(length, characters - start)));
        return text[first..last];
    }

    private static string SubstringBytes(ReadOnlySpan<byte> text, int from, int length)
    {
        var start = from > 0 ? from - 1 : from < 0 ? text.Length + from : 0;
        if (length < 1 || start < 0 || start >= text.Length) return "";
        return Encoding.UTF8.GetString(text.Slice(start, Math.Min(length, text.Length - start)));
    }

    private static int Instr(string text, string part, int from, int occurrence)
    {
        if (from == 0) return 0;
        if (occurrence < 1) throw NumberMath.OutOfRange(OracleNumber.From(occurrence));
        if (from < 0)
        {
            for (var at = Unit(text, Math.Max(-1, Length(text) + from)); at >= 0; at--)
                if (string.CompareOrdinal(text, at, part, 0, part.Length) == 0 && --occurrence == 0) return Length(text[..at]) + 1;
            return 0;
        }
        if (from > Length(text)) return 0;
        for (var at = Unit(text, from - 1); at <= text.Length - part.Length; at++)
            if (string.CompareOrdinal(text, at, part, 0, part.Length) == 0 && --occurrence == 0) return Length(text[..at]) + 1;
        return 0;
    }

    private static int Length(string text)
    {
        var pairs = 0;
        foreach (var c in text) if (char.IsLowSurrogate(c)) pairs++;
        return text.Length - pairs;
    }

    /// <summary>Where in UTF-16 a character begins.</summary>
    private static int Unit(string text, int character)
    {
        var at = 0;
        for (; character > 0 && at < text.Length; character--) at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
        return character < 0 ? -1 : at;
    }

    private static string? Concat(FunctionSet.Arguments a)
    {
        if (a.Bytes(0).Length + a.Bytes(1).Length > LongestVarchar) throw TooLong();
        return a.OptionalText(0) + a.OptionalText(1);
    }

    private static OracleError TooLong() => new(1489, "result of string concatenation is too long");

    private static string CheckedRowId(string text) => RowId.TryParse(text, out _) ? text : throw new OracleError(1410, "invalid ROWID");

    private static byte[]? Slice(ReadOnlySpan<byte> bytes, int from, int length) =>
        from < 1 || length < 1 || from > bytes.Length ? null : bytes.Slice(from - 1, Math.Min(length, bytes.Length - from + 1)).ToArray();

    private static string? Replace(FunctionSet.Arguments a)
    {
        if (a.IsNull(0)) return null;
        if (a.IsNull(1)) return a.Text(0);
        var (text, part, with) = (a.Text(0), a.Text(1), a.OptionalText(2) ?? "");
        // A result can grow without bound only when what stands for a part is longer.
        if (with.Length > part.Length && text.Length <= LongestVarchar && (text.Length / part.Length * (long)with.Length) > LongestVarchar)
        {
            var replaced = text.Replace(part, with, StringComparison.Ordinal);
            return Encoding.UTF8.GetByteCount(replaced) <= LongestVarchar ? replaced : throw TooLong();
        }
        return text.Replace(part, with, StringComparison.Ordinal);
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

    private static string Trim(string text, string set, string side)
    {
        if (Length(set) != 1) throw new OracleError(30001, "trim set should have only one character");
        return side switch
        {
            "LEADING" => text.TrimStart(set.ToCharArray()),
            "TRAILING" => text.TrimEnd(set.ToCharArray()),
            _ => text.Trim(set.ToCharArray()),
        };
    }

    private static string Pad(string text, int length, string with, bool left)
    {
        length = Math.Min(length, Math.Max(LongestVarchar, text.Length));
        var characters = Length(text);
        if (length <= characters) return text[..Unit(text, Math.Max(0, length))];
        var missing = length - characters;
        var filling = new StringBuilder();
        for (var rest = missing; rest > 0; rest -= Length(with)) filling.Append(with);
        var padding = filling.ToString();
        padding = padding[..Unit(padding, missing)];
        return left ? padding + text : text + padding;
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

    /// <summary>A name, quoted or of letters, digits, _, $ and #, as DBMS_ASSERT lets it pass.</summary>
    private static string SimpleName(string text)
    {
        var name = text.Trim();
        var isQuoted = name.Length > 2 && name[0] == '"' && name[^1] == '"' && !name[1..^1].Contains('"', StringComparison.Ordinal);
        var isPlain = name.Length > 0 && char.IsLetter(name[0]) && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '$' or '#');
        return isQuoted || isPlain ? name : throw new OracleError(44003, "invalid SQL name");
    }
}
