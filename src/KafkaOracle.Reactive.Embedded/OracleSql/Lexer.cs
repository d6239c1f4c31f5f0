using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

internal enum TokenKind
{
    Word,
    QuotedName,
    Number,
    Text,
    Bind,
    Symbol,
    End,
}

/// <summary>A token; <paramref name="Text"/> is folded to upper case for words, without quotes for names and text.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Start, int End)
{
    public bool Is(string word) => Kind is TokenKind.Word or TokenKind.Symbol && Text == word;

    public bool IsName => Kind is TokenKind.Word or TokenKind.QuotedName;
}

/// <summary>Cuts a statement into tokens: comments, quoted names, text with doubled or alternative quotes, binds, numbers.</summary>
internal sealed class Lexer(string sql)
{
    /// <summary>Longest name in bytes, since 12.2.</summary>
    private const int LongestName = 128;

    private static readonly string[] Symbols = ["<=", ">=", "<>", "!=", "^=", "||", ":=", "=>", ".."];
    private int _at;

    public static List<Token> Read(string sql)
    {
        var lexer = new Lexer(sql);
        var tokens = new List<Token>();
        do tokens.Add(lexer.Next());
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private char Current => PeekAt(0);

    private char PeekAt(int ahead) => _at + ahead < sql.Length ? sql[_at + ahead] : '\0';

    private Token Next()
    {
        SkipBlanks();
        var start = _at;
        if (_at >= sql.Length) return new Token(TokenKind.End, "", start, start);
        var c = Current;
        if ((c is 'q' or 'Q') && PeekAt(1) == '\'') return AlternativeQuote(start, 2);
        if ((c is 'n' or 'N') && PeekAt(1) == '\'')
        {
            _at++;
            return Quoted(start);
        }
        if (IsNameStart(c)) return new Token(TokenKind.Word, Short(Name().ToUpperInvariant(), start), start, _at);
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(PeekAt(1)))) return Number(start);
        if (c == '\'') return Quoted(start);
        if (c == '"') return QuotedName(start);
        if (c == ':' && (IsNameStart(PeekAt(1)) || char.IsAsciiDigit(PeekAt(1)))) return Bind(start);
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(sql, _at, symbol, 0, symbol.Length) != 0) continue;
            _at += symbol.Length;
            return new Token(TokenKind.Symbol, symbol, start, _at);
        }
        _at++;
        if ("()+-*/,.=<>;%@".Contains(c, StringComparison.Ordinal)) return new Token(TokenKind.Symbol, c.ToString(), start, _at);
        throw new OracleError(911, "invalid character", start);
    }

    private static string Short(string name, int start) =>
        name.Length <= LongestName / 4 || Encoding.UTF8.GetByteCount(name) <= LongestName ? name : throw new OracleError(972, "identifier is too long", start);

    private static bool IsNameStart(char c) => char.IsLetter(c) || c == '_';

    private string Name()
    {
        var start = _at;
        while (char.IsLetterOrDigit(Current) || Current is '_' or '$' or '#') _at++;
        return sql[start.._at];
    }

    private Token Bind(int start)
    {
        _at++;
        return new Token(TokenKind.Bind, Name().ToUpperInvariant(), start, _at);
    }

    private Token Number(int start)
    {
        while (char.IsAsciiDigit(Current)) _at++;
        if (Current == '.' && PeekAt(1) != '.')
        {
            _at++;
            while (char.IsAsciiDigit(Current)) _at++;
        }
        if (Current is 'e' or 'E' && (char.IsAsciiDigit(PeekAt(1)) || (PeekAt(1) is '+' or '-' && char.IsAsciiDigit(PeekAt(2)))))
        {
            _at += 2;
            while (char.IsAsciiDigit(Current)) _at++;
        }
        return new Token(TokenKind.Number, sql[start.._at], start, _at);
    }

    private Token Quoted(int start)
    {
        var text = new StringBuilder();
        for (_at++; ; _at++)
        {
            if (_at >= sql.Length) throw new OracleError(1756, "quoted string not properly terminated", start);
            if (Current == '\'')
            {
                if (PeekAt(1) != '\'') break;
                _at++;
            }
            text.Append(sql[_at]);
        }
        _at++;
        return new Token(TokenKind.Text, text.ToString(), start, _at);
    }

    private Token AlternativeQuote(int start, int ahead)
    {
        var open = PeekAt(ahead);
        var close = open switch { '[' => ']', '(' => ')', '{' => '}', '<' => '>', _ => open };
        var from = _at + ahead + 1;
        var end = from > sql.Length ? -1 : sql.IndexOf($"{close}'", from, StringComparison.Ordinal);
        if (end < 0) throw new OracleError(1756, "quoted string not properly terminated", start);
        _at = end + 2;
        return new Token(TokenKind.Text, sql[from..end], start, _at);
    }

    private Token QuotedName(int start)
    {
        var end = sql.IndexOf('"', _at + 1);
        if (end < 0) throw new OracleError(1740, "missing double quote in identifier", start);
        _at = end + 1;
        if (sql.IndexOf('\0', start, end - start) >= 0) throw new OracleError(911, "invalid character", start);
        if (end == start + 1) throw new OracleError(1741, "illegal zero-length identifier", start);
        return new Token(TokenKind.QuotedName, Short(sql[(start + 1)..end], start), start, _at);
    }

    private void SkipBlanks()
    {
        while (_at < sql.Length)
        {
            if (char.IsWhiteSpace(Current)) _at++;
            else if (Current == '-' && PeekAt(1) == '-') _at = EndOr(sql.IndexOf('\n', _at));
            else if (Current == '/' && PeekAt(1) == '*') _at = EndOr(sql.IndexOf("*/", _at + 2, StringComparison.Ordinal) is var i and >= 0 ? i + 2 : -1);
            else return;
        }
    }

    private int EndOr(int index) => index < 0 ? sql.Length : index;
}
