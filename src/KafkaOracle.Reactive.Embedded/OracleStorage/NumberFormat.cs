using System.Globalization;
using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Number format models of TO_CHAR: 9, 0, point, group separator, $, S, MI and FM.</summary>
internal static class NumberFormat
{
    public static string Write(string format, OracleNumber number)
    {
        var upper = format.ToUpperInvariant();
        var fill = !upper.StartsWith("FM", StringComparison.Ordinal);
        if (!fill) upper = upper[2..];
        var leadingSign = Take(ref upper, "S", atEnd: false);
        var trailingSign = !leadingSign && Take(ref upper, "S", atEnd: true);
        var trailingMinus = Take(ref upper, "MI", atEnd: true);
        var dollar = Take(ref upper, "$", atEnd: false);
        if (upper == "TM" || upper == "TM9") return NumberFunctions.ToText(number);
        foreach (var c in upper) if (c is not ('9' or '0' or '.' or 'D' or ',' or 'G')) throw new OracleError(1481, "invalid number format model");

        var point = upper.IndexOfAny(['.', 'D']);
        var whole = point < 0 ? upper : upper[..point];
        var decimals = point < 0 ? 0 : upper.Length - point - 1;
        var rounded = number.Round(decimals);
        var negative = rounded.Unscaled.Sign < 0;
        var digits = System.Numerics.BigInteger.Abs(rounded.UnscaledAt(decimals)).ToString(CultureInfo.InvariantCulture).PadLeft(decimals, '0');
        var integer = digits[..^decimals].TrimStart('0');
        var places = whole.Count(c => c is '9' or '0');
        if (integer.Length > places) return new string('#', format.Length + 1);

        var text = new StringBuilder();
        var zeroFrom = whole.IndexOf('0', StringComparison.Ordinal);
        var next = integer.Length - places;
        for (var i = 0; i < whole.Length; i++)
        {
            if (whole[i] is ',' or 'G')
            {
                text.Append(text.Length > 0 && text[^1] != ' ' ? ',' : ' ');
                continue;
            }
            var digit = next >= 0 ? integer[next] : (zeroFrom >= 0 && i >= zeroFrom) || (point < 0 && i == whole.Length - 1) ? '0' : ' ';
            text.Append(digit);
            next++;
        }
        if (point >= 0) text.Append('.').Append(digits.AsSpan(digits.Length - decimals));
        var body = text.ToString().TrimStart(' ');
        if (!fill && point >= 0)
        {
            var least = point + 1 + upper[(point + 1)..].LastIndexOf('0') + 1 - (point + 1);
            var fraction = body[(body.IndexOf('.', StringComparison.Ordinal) + 1)..];
            while (fraction.Length > least && fraction.EndsWith('0')) fraction = fraction[..^1];
            body = body[..(body.IndexOf('.', StringComparison.Ordinal) + 1)] + fraction;
        }
        if (dollar) body = "$" + body;
        if (leadingSign) body = (negative ? "-" : "+") + body;
        else if (trailingSign) body += negative ? "-" : "+";
        else if (trailingMinus) body += negative ? "-" : fill ? " " : "";
        else if (negative) body = "-" + body;
        // A place for the sign is kept even when there is none.
        var width = upper.Length + (dollar ? 1 : 0) + (trailingMinus || leadingSign || trailingSign ? 1 : 1);
        return fill ? body.PadLeft(width) : body;
    }

    private static bool Take(ref string format, string part, bool atEnd)
    {
        if (atEnd ? !format.EndsWith(part, StringComparison.Ordinal) : !format.StartsWith(part, StringComparison.Ordinal)) return false;
        format = atEnd ? format[..^part.Length] : format[part.Length..];
        return true;
    }
}
