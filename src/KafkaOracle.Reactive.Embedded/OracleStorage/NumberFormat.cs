using System.Globalization;
using System.Numerics;
using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>
/// Number format models (SQL Language Reference, "Number Format Models"): 9, 0, point, group separator, $, L, S, MI, PR, EEEE, X, TM,
/// RN and FM.
/// </summary>
internal sealed class NumberFormat
{
    private const string Currency = "$";

    private static readonly (int Value, string Digits)[] RomanDigits =
    [
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ];

    private readonly bool _fill = true;
    private readonly bool _lower;
    private readonly char _sign;
    private readonly char _currency;
    private readonly bool _scientific;
    private readonly string _whole;
    private readonly string _decimals;
    private readonly bool _hasPoint;

    private NumberFormat(string format)
    {
        var rest = format.ToUpperInvariant();
        _lower = format.Contains('x', StringComparison.Ordinal);
        if (Take(ref rest, "FM", atEnd: false)) _fill = false;
        if (Take(ref rest, "S", atEnd: false)) _sign = 'S';
        else if (Take(ref rest, "S", atEnd: true)) _sign = 's';
        else if (Take(ref rest, "MI", atEnd: true)) _sign = 'M';
        else if (Take(ref rest, "PR", atEnd: true)) _sign = 'P';
        if (Take(ref rest, "FM", atEnd: false)) _fill = false;
        if (Take(ref rest, "$", atEnd: false)) _currency = '$';
        else if (Take(ref rest, "L", atEnd: false)) _currency = 'L';
        if (Take(ref rest, "EEEE", atEnd: true)) _scientific = true;
        var point = rest.IndexOfAny(['.', 'D']);
        _hasPoint = point >= 0;
        _whole = _hasPoint ? rest[..point] : rest;
        _decimals = _hasPoint ? rest[(point + 1)..] : "";
        if (rest.Any(c => c is 'V' or 'B' or 'C' or 'U')) throw OracleError.Unsupported($"the number format {format}");
        var isHex = IsHex;
        foreach (var c in isHex ? _whole.Replace('X', '0') : _whole)
            if (c is not ('9' or '0' or ',' or 'G')) throw Invalid();
        foreach (var c in _decimals) if (c is not ('9' or '0')) throw Invalid();
        if (format.Length > 63 || (rest.Length == 0)) throw Invalid();
    }

    private bool IsHex => _whole.Length > 0 && _whole[^1] == 'X' && !_hasPoint;

    private int Places => _whole.Count(c => c is '9' or '0');

    private int Width => _whole.Length + (_hasPoint ? _decimals.Length + 1 : 0) + (_scientific ? 4 : 0)
        + (_sign == 'P' ? 2 : 1) + _currency switch { '$' => 1, 'L' => 10, _ => 0 };

    /// <summary>1 to 3999 in Roman numerals, in 15 places.</summary>
    private static string Roman(OracleNumber number, bool fill, bool isLower)
    {
        const int Width = 15;
        var rounded = number.Round(0);
        if (rounded.Unscaled.Sign <= 0 || rounded.DigitsBeforePoint > 4 || rounded.ToInt32() > 3999) return new string('#', Width);
        var rest = rounded.ToInt32();
        var text = new StringBuilder();
        foreach (var (value, digits) in RomanDigits)
            for (; rest >= value; rest -= value) text.Append(digits);
        var roman = isLower ? text.ToString().ToLowerInvariant() : text.ToString();
        return fill ? roman.PadLeft(Width) : roman;
    }

    /// <summary>A number in this format, or as many # as it is wide when it does not fit.</summary>
    public static string Write(string format, OracleNumber number, NumericCharacters characters) =>
        IsLocal(format) ? characters.Written(Write(format, number)) : Write(format, number);

    private static string Write(string format, OracleNumber number)
    {
        var plain = format.ToUpperInvariant();
        if (plain is "RN" or "FMRN") return Roman(number, fill: plain == "RN", isLower: format.Contains('r', StringComparison.Ordinal));
        if (plain.StartsWith("FM", StringComparison.Ordinal)) plain = plain[2..];
        if (plain is "TM" or "TM9") return NumberFunctions.ToText(number);
        if (plain == "TME") return Scientific(number, Math.Max(0, number.Normalized().Scale + number.DigitsBeforePoint - 1));
        return new NumberFormat(format).Written(number);
    }

    /// <summary>A text in this format as a number.</summary>
    public static OracleNumber Read(string format, string text, NumericCharacters characters) =>
        new NumberFormat(format).Parsed(IsLocal(format) ? characters.Read(text.Trim()) : text.Trim());

    /// <summary>Whether the session's marks are asked for: by D, G or TM. A point and a comma in a format are themselves.</summary>
    private static bool IsLocal(string format) => format.AsSpan().ContainsAny("dDgG") || format.Contains("TM", StringComparison.OrdinalIgnoreCase);

    /// <summary>One digit, so many decimals, and an exponent of at least two digits.</summary>
    public static string Scientific(OracleNumber number, int decimals)
    {
        var exponent = number.IsZero ? 0 : number.DigitsBeforePoint - 1;
        var mantissa = new OracleNumber(number.Unscaled, number.Scale + exponent).Round(decimals);
        if (!mantissa.IsZero && mantissa.DigitsBeforePoint > 1)
        {
            exponent++;
            mantissa = new OracleNumber(number.Unscaled, number.Scale + exponent).Round(decimals);
        }
        var digits = BigInteger.Abs(mantissa.UnscaledAt(decimals)).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var point = decimals > 0 ? "." + digits[1..] : "";
        return string.Create(CultureInfo.InvariantCulture, $"{(number.Unscaled.Sign < 0 ? "-" : "")}{digits[0]}{point}E{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    private string Written(OracleNumber number)
    {
        if (IsHex) return Hex(number);
        if (_scientific) return Signed(Scientific(number.Unscaled.Sign < 0 ? -number : number, _decimals.Length), number.Unscaled.Sign < 0);
        var rounded = number.Round(_decimals.Length);
        var digits = BigInteger.Abs(rounded.UnscaledAt(_decimals.Length)).ToString(CultureInfo.InvariantCulture).PadLeft(_decimals.Length, '0');
        var integer = digits[..^_decimals.Length].TrimStart('0');
        if (integer.Length > Places) return new string('#', Width);
        var body = Whole(integer);
        if (_hasPoint)
        {
            var fraction = digits[^_decimals.Length..];
            if (!_fill)
            {
                var least = _decimals.LastIndexOf('0') + 1;
                while (fraction.Length > least && fraction.EndsWith('0')) fraction = fraction[..^1];
                if (body.Length == 0 && fraction.Length == 0) body = "0";
            }
            body += "." + fraction;
        }
        return Signed(body, number.Unscaled.Sign < 0);
    }

    /// <summary>The digits before the point with their group separators; a place written 0 and all after it are filled with zeros.</summary>
    private string Whole(string integer)
    {
        var text = new StringBuilder();
        var zeroFrom = _whole.IndexOf('0', StringComparison.Ordinal);
        var next = integer.Length - Places;
        for (var i = 0; i < _whole.Length; i++)
        {
            if (_whole[i] is ',' or 'G')
            {
                if (text.Length > 0) text.Append(',');
                continue;
            }
            var lastOfNone = !_hasPoint && i == _whole.Length - 1;
            if (next >= 0) text.Append(integer[next]);
            else if ((zeroFrom >= 0 && i >= zeroFrom) || lastOfNone) text.Append('0');
            next++;
        }
        return text.ToString();
    }

    private string Signed(string body, bool negative)
    {
        if (_currency != 0) body = Currency + body;
        body = _sign switch
        {
            'S' => (negative ? "-" : "+") + body,
            's' => body + (negative ? "-" : "+"),
            'M' => body + (negative ? "-" : _fill ? " " : ""),
            'P' => negative ? $"<{body}>" : _fill ? body + " " : body,
            _ => negative ? "-" + body : body,
        };
        return body.Length > Width ? new string('#', Width) : _fill ? body.PadLeft(Width) : body;
    }

    private string Hex(OracleNumber number)
    {
        var value = number.Round(0).UnscaledAt(0);
        if (value.Sign < 0) return new string('#', Width);
        var text = value.ToString("X", CultureInfo.InvariantCulture).TrimStart('0');
        if (text.Length == 0) text = "0";
        if (text.Length > _whole.Length) return new string('#', Width);
        var zeroFrom = _whole.IndexOf('0', StringComparison.Ordinal);
        if (zeroFrom >= 0) text = text.PadLeft(_whole.Length - zeroFrom, '0');
        if (_lower) text = text.ToLowerInvariant();
        return _fill ? text.PadLeft(_whole.Length + 1) : text;
    }

    private OracleNumber Parsed(string text)
    {
        if (IsHex)
        {
            return text.Length <= _whole.Length && BigInteger.TryParse("0" + text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex)
                ? new OracleNumber(hex, 0) : throw OracleError.InvalidNumber();
        }
        var negative = Unsigned(ref text);
        if (_currency != 0) Take(ref text, Currency, atEnd: false);
        if (_scientific) return OracleNumber.TryParse(text, out var number) ? (negative ? -number : number) : throw OracleError.InvalidNumber();
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? text : text[..point];
        var decimals = point < 0 ? "" : text[(point + 1)..];
        if ((point >= 0 && !_hasPoint) || decimals.Length > _decimals.Length || whole.Length + decimals.Length == 0) throw OracleError.InvalidNumber();
        var digits = new StringBuilder();
        var place = _whole.Length - 1;
        for (var i = whole.Length - 1; i >= 0; i--, place--)
        {
            // A separator may be left out, but not stand elsewhere.
            if (place >= 0 && _whole[place] is ',' or 'G' && whole[i] != ',') place--;
            if (place < 0) throw OracleError.InvalidNumber();
            var isSeparator = _whole[place] is ',' or 'G';
            if (isSeparator != (whole[i] == ',') || (!isSeparator && !char.IsAsciiDigit(whole[i]))) throw OracleError.InvalidNumber();
            if (!isSeparator) digits.Insert(0, whole[i]);
        }
        if (!OracleNumber.TryParse($"{digits}.{decimals}0", out var value) || !decimals.All(char.IsAsciiDigit)) throw OracleError.InvalidNumber();
        return negative ? -value : value;
    }

    private bool Unsigned(ref string text)
    {
        if (_sign == 'P' && text.StartsWith('<') && text.EndsWith('>'))
        {
            text = text[1..^1];
            return true;
        }
        if (_sign is 's' or 'M')
        {
            if (Take(ref text, "-", atEnd: true)) return true;
            Take(ref text, "+", atEnd: true);
            text = text.TrimEnd();
            return false;
        }
        if (Take(ref text, "-", atEnd: false)) return true;
        Take(ref text, "+", atEnd: false);
        return false;
    }

    private static OracleError Invalid() => new(1481, "invalid number format model");

    private static bool Take(ref string format, string part, bool atEnd)
    {
        if (atEnd ? !format.EndsWith(part, StringComparison.Ordinal) : !format.StartsWith(part, StringComparison.Ordinal)) return false;
        format = atEnd ? format[..^part.Length] : format[part.Length..];
        return true;
    }
}
