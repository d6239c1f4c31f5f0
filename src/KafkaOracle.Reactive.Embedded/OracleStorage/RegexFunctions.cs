using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>REGEXP_LIKE and its family: POSIX extended patterns with Perl's classes, as .NET regular expressions.</summary>
internal static class RegexFunctions
{
    private const int MostCached = 200;
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(5);
    private static readonly ConcurrentDictionary<(string Pattern, string Mode), Regex> Cache = new();

    public static void Define(FunctionSet functions)
    {
        functions.Define("o_regexp_like", 3, a => a.IsNull(0) || a.IsNull(1) ? null : Guarded(() => Compiled(a, 1, 2).IsMatch(a.Text(0))));
        functions.Define("o_regexp_count", 4, a => a.IsNull(0) || a.IsNull(1) ? null : Guarded(() => OracleNumber.From(Matches(a, 3, 2).Count)));
        functions.Define("o_regexp_substr", 6, a => a.IsNull(0) || a.IsNull(1) ? null : Guarded(() => Nth(a, 4, 2, 3)?.Groups[Group(a, 5)].Value));
        functions.Define("o_regexp_instr", 7, a => a.IsNull(0) || a.IsNull(1) ? null : Guarded(() =>
        {
            var group = Nth(a, 5, 2, 3)?.Groups[Group(a, 6)];
            return OracleNumber.From(group is not { Success: true } ? 0 : group.Index + 1 + (Number(a, 4, 0) == 0 ? 0 : group.Length));
        }));
        functions.Define("o_regexp_replace", 6, a => a.IsNull(0) ? null : a.IsNull(1) ? a.Text(0) : Guarded(() => Replace(a)));
    }

    private static object? Guarded(Func<object?> function)
    {
        try
        {
            return function();
        }
        catch (RegexMatchTimeoutException)
        {
            throw OracleError.Unsupported("a regular expression that takes this long");
        }
    }

    private static int Number(FunctionSet.Arguments a, int i, int otherwise) => a.IsNull(i) ? otherwise : a.Whole(i);

    private static int Group(FunctionSet.Arguments a, int i) => Number(a, i, 0) is >= 0 and <= 9 and var group ? group : 0;

    private static MatchCollection Matches(FunctionSet.Arguments a, int mode, int position)
    {
        var text = a.Text(0);
        var from = Number(a, position, 1);
        if (from < 1) throw NumberMath.OutOfRange(OracleNumber.From(from));
        return Compiled(a, 1, mode).Matches(text, Math.Min(from - 1, text.Length));
    }

    private static Match? Nth(FunctionSet.Arguments a, int mode, int position, int occurrence)
    {
        var n = Number(a, occurrence, 1);
        return n < 1 ? throw NumberMath.OutOfRange(OracleNumber.From(n)) : Matches(a, mode, position).ElementAtOrDefault(n - 1);
    }

    private static string Replace(FunctionSet.Arguments a)
    {
        var text = a.Text(0);
        var with = a.OptionalText(2) ?? "";
        var (from, occurrence) = (Number(a, 3, 1), Number(a, 4, 0));
        if (from < 1) throw NumberMath.OutOfRange(OracleNumber.From(from));
        if (from > text.Length) return text;
        var seen = 0;
        return Compiled(a, 1, 5).Replace(text, m => ++seen == occurrence || occurrence == 0 ? Expanded(with, m) : m.Value, -1, from - 1);
    }

    /// <summary>The replacement with \1 to \9 filled in.</summary>
    private static string Expanded(string with, Match match)
    {
        if (!with.Contains('\\', StringComparison.Ordinal)) return with;
        var text = new StringBuilder();
        for (var i = 0; i < with.Length; i++)
        {
            if (with[i] != '\\' || i + 1 >= with.Length) text.Append(with[i]);
            else if (char.IsAsciiDigit(with[++i])) text.Append(match.Groups[with[i] - '0'].Value);
            else text.Append(with[i] == '\\' ? "\\" : $"\\{with[i]}");
        }
        return text.ToString();
    }

    private static Regex Compiled(FunctionSet.Arguments a, int pattern, int mode)
    {
        var key = (a.Text(pattern), a.OptionalText(mode) ?? "");
        if (Cache.TryGetValue(key, out var regex)) return regex;
        if (Cache.Count >= MostCached) Cache.Clear();
        return Cache[key] = Compile(key.Item1, key.Item2);
    }

    private static Regex Compile(string pattern, string mode)
    {
        var options = RegexOptions.CultureInvariant;
        foreach (var c in mode)
        {
            options = c switch
            {
                'i' => options | RegexOptions.IgnoreCase,
                'c' => options & ~RegexOptions.IgnoreCase,
                'n' => options | RegexOptions.Singleline,
                'm' => options | RegexOptions.Multiline,
                'x' => options | RegexOptions.IgnorePatternWhitespace,
                _ => throw new OracleError(1760, "illegal argument for function"),
            };
        }
        var translated = Translated(pattern);
        try
        {
            return new Regex(translated, options | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            return new Regex(translated, options, LongestMatch); // back references need backtracking
        }
        catch (RegexParseException e)
        {
            throw e.Error switch
            {
                RegexParseError.UnterminatedBracket => new OracleError(12726, "unmatched bracket in regular expression"),
                RegexParseError.UndefinedNumberedReference => new OracleError(12727, "invalid back reference in regular expression"),
                RegexParseError.ReversedCharacterRange => new OracleError(12728, "invalid range in regular expression"),
                _ => new OracleError(12725, "unmatched parentheses in regular expression"),
            };
        }
    }

    private static string Translated(string pattern)
    {
        var text = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '[') i = Bracket(pattern, i, text);
            else if (pattern[i] == '\\' && i + 1 < pattern.Length)
            {
                text.Append(pattern[++i] switch { 'd' => "[0-9]", 'D' => "[^0-9]", var c when char.IsAsciiLetterOrDigit(c) => $"\\{c}", var c => Regex.Escape(c.ToString()) });
            }
            else if (pattern[i] == '(' && i + 1 < pattern.Length && pattern[i + 1] == '?') throw new OracleError(12725, "unmatched parentheses in regular expression");
            else text.Append(pattern[i]);
        }
        return text.ToString();
    }

    /// <summary>A bracket expression: a backslash in it is itself, [:name:] a class.</summary>
    private static int Bracket(string pattern, int at, StringBuilder text)
    {
        var i = at + 1;
        text.Append('[');
        if (i < pattern.Length && pattern[i] == '^')
        {
            text.Append('^');
            i++;
        }
        for (var first = true; ; first = false, i++)
        {
            if (i >= pattern.Length) throw new OracleError(12726, "unmatched bracket in regular expression");
            if (pattern[i] == ']' && !first) break;
            if (pattern[i] == '[' && i + 1 < pattern.Length && pattern[i + 1] == ':')
            {
                var end = pattern.IndexOf(":]", i, StringComparison.Ordinal);
                if (end < 0) throw new OracleError(12729, "invalid character class in regular expression");
                text.Append(Class(pattern[(i + 2)..end]));
                i = end + 1;
            }
            else if (pattern[i] is '\\' or '[' or ']' or '^') text.Append('\\').Append(pattern[i]);
            else text.Append(pattern[i]);
        }
        text.Append(']');
        return i;
    }

    private static string Class(string name) => name switch
    {
        "alpha" => @"\p{L}",
        "digit" => "0-9",
        "alnum" => @"\p{L}0-9",
        "upper" => @"\p{Lu}",
        "lower" => @"\p{Ll}",
        "space" => @"\s",
        "blank" => @" \t",
        "punct" => @"!-/:-@\[-`{-~",
        "cntrl" => @"\p{Cc}",
        "xdigit" => "0-9A-Fa-f",
        "print" => @"\P{C}",
        "graph" => @"!-~\p{L}",
        _ => throw new OracleError(12729, "invalid character class in regular expression"),
    };
}
