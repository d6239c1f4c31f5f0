using System.Globalization;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Arithmetic over NUMBER, exact in decimal, and over BINARY_DOUBLE.</summary>
internal static class NumberFunctions
{
    private const int MostDigits = 200;
    private const int LongestText = 40;

    public static void Define(FunctionSet functions, SessionSettings settings)
    {
        functions.Strict("o_add", 2, a => a.Number(0) + a.Number(1));
        functions.Strict("o_sub", 2, a => a.Number(0) - a.Number(1));
        functions.Strict("o_mul", 2, a => a.Number(0) * a.Number(1));
        functions.Strict("o_div", 2, a => a.Number(0) / a.Number(1));
        functions.Strict("o_neg", 1, a => -a.Number(0));
        functions.Strict("o_abs", 1, a => a.Number(0) is var n && n.Unscaled.Sign < 0 ? -n : n);
        functions.Strict("o_sign", 1, a => OracleNumber.From(a.Number(0).Unscaled.Sign));
        functions.Strict("o_mod", 2, a => OracleNumber.Mod(a.Number(0), a.Number(1)));
        functions.Strict("o_remainder", 2, a => Remainder(a.Number(0), a.Number(1)));
        functions.Strict("o_floor", 1, a => a.Number(0).Floor());
        functions.Strict("o_ceil", 1, a => -(-a.Number(0)).Floor());
        functions.Strict("o_round", 2, a => a.Number(0).Round(Places(a)));
        functions.Strict("o_trunc", 2, a => a.Number(0).Truncate(Places(a)));
        functions.Strict("o_power", 2, a => NumberMath.Power(a.Number(0), a.Number(1)));
        functions.Strict("o_sqrt", 1, a => NumberMath.Sqrt(a.Number(0)));
        functions.Strict("o_exp", 1, a => NumberMath.Exp(a.Number(0)));
        functions.Strict("o_ln", 1, a => NumberMath.Ln(a.Number(0)));
        functions.Strict("o_log", 2, a => NumberMath.Ln(a.Number(1)) / NumberMath.Ln(a.Number(0)));
        functions.Strict("o_bitand", 2, a => new OracleNumber(a.Number(0).Truncate(0).UnscaledAt(0) & a.Number(1).Truncate(0).UnscaledAt(0), 0));
        functions.Strict("o_width_bucket", 4, a => WidthBucket(a.Number(0), a.Number(1), a.Number(2), a.Number(3)));
        functions.Strict("o_real", 2, a => OracleNumber.From(Real(a.Text(0), a.Number(1).ToDouble())));
        functions.Strict("o_atan2", 2, a => OracleNumber.From(Math.Atan2(a.Number(0).ToDouble(), a.Number(1).ToDouble())));
        functions.Conversion("o_to_number", 1, a => Parsed(settings.NumericCharacters.Read(a.Text(0))));
        functions.Conversion("o_to_number", 2, a => NumberFormat.Read(a.Text(1), a.Text(0), settings.NumericCharacters));
        functions.Conversion("o_to_number", 3, a => NumberFormat.Read(a.Text(1), a.Text(0), NumericCharacters.OfParameter(a.Text(2))));
        functions.Strict("o_number_to_text", 1, a => settings.NumericCharacters.Written(ToText(a.Number(0))));
        functions.Strict("o_format_number", 2, a => NumberFormat.Write(a.Text(1), a.Number(0), settings.NumericCharacters));
        functions.Strict("o_format_number", 3, a => NumberFormat.Write(a.Text(1), a.Number(0), NumericCharacters.OfParameter(a.Text(2))));
        functions.Strict("o_from_integer", 1, a => OracleNumber.From(a.Long(0)));
        functions.Strict("o_limit", 1, a => Limit(a.Number(0).Truncate(0)));
        functions.Strict("o_limit_below", 1, a => Limit(-(-a.Number(0)).Floor() - OracleNumber.From(1)));
        DefineFloats(functions, settings);
    }

    /// <summary>TO_CHAR without a format: no zero before the point, at most 40 digits, else scientific notation.</summary>
    public static string ToText(OracleNumber number)
    {
        if (number.IsZero) return "0";
        if (number.DigitsBeforePoint > LongestText || number.DigitsBeforePoint < -LongestText) return NumberFormat.Scientific(number, LongestText - 6);
        var text = number.Round(LongestText - Math.Max(0, number.DigitsBeforePoint)).ToString();
        if (text.StartsWith("0.", StringComparison.Ordinal)) return text[1..];
        return text.StartsWith("-0.", StringComparison.Ordinal) ? "-" + text[2..] : text;
    }

    private static void DefineFloats(FunctionSet functions, SessionSettings settings)
    {
        functions.Strict("o_float_add", 2, a => OracleFloat.Double(a.Double(0) + a.Double(1)));
        functions.Strict("o_float_sub", 2, a => OracleFloat.Double(a.Double(0) - a.Double(1)));
        functions.Strict("o_float_mul", 2, a => OracleFloat.Double(a.Double(0) * a.Double(1)));
        functions.Strict("o_float_div", 2, a => OracleFloat.Double(a.Double(0) / a.Double(1)));
        functions.Strict("o_float_neg", 1, a => OracleFloat.Double(-a.Double(0)));
        functions.Strict("o_float_round", 2, a => OracleFloat.Double(double.IsFinite(a.Double(0)) ? OracleNumber.From(a.Double(0)).Round(Places(a)).ToDouble() : a.Double(0)));
        functions.Strict("o_float_trunc", 2, a => OracleFloat.Double(double.IsFinite(a.Double(0)) ? OracleNumber.From(a.Double(0)).Truncate(Places(a)).ToDouble() : a.Double(0)));
        functions.Strict("o_to_double", 1, a => OracleFloat.Double(a.Double(0)));
        functions.Conversion("o_text_to_double", 1, a => OracleFloat.Double(ParsedDouble(settings.NumericCharacters.Read(a.Text(0)))));
        functions.Strict("o_to_float", 1, a => OracleFloat.Single((float)a.Double(0)));
        functions.Strict("o_number_to_double", 1, a => OracleFloat.Double(a.Number(0).ToDouble()));
        functions.Strict("o_float_to_number", 1, a => OracleNumber.From(a.Double(0)));
        functions.Strict("o_float_to_text", 1, a => settings.NumericCharacters.Written(FloatText(a.Double(0), a.Bytes(0).Length == 4)));
        functions.Strict("o_is_nan", 1, a => double.IsNaN(a.Double(0)));
        functions.Strict("o_is_infinite", 1, a => double.IsInfinity(a.Double(0)));
    }

    /// <summary>A BINARY_DOUBLE or BINARY_FLOAT as TO_CHAR writes it: 1.5E+000, Inf, Nan.</summary>
    private static string FloatText(double value, bool single)
    {
        if (double.IsNaN(value)) return "Nan";
        if (double.IsInfinity(value)) return value > 0 ? "Inf" : "-Inf";
        return (single ? ((float)value).ToString("0.0#######E+000", CultureInfo.InvariantCulture) : value.ToString("0.0###############E+000", CultureInfo.InvariantCulture));
    }

    private static int Places(FunctionSet.Arguments a) => Math.Clamp(a.Whole(1), -MostDigits, MostDigits);

    private static OracleNumber Parsed(string text) => OracleNumber.TryParse(text, out var number) ? number : throw OracleError.InvalidNumber();

    private static double ParsedDouble(string text) => text.Trim().ToUpperInvariant() switch
    {
        "NAN" => double.NaN,
        "INF" or "INFINITY" or "+INF" or "+INFINITY" => double.PositiveInfinity,
        "-INF" or "-INFINITY" => double.NegativeInfinity,
        var number => double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw OracleError.InvalidNumber(),
    };

    private static OracleNumber Remainder(OracleNumber a, OracleNumber b)
    {
        var quotient = a / b;
        var nearest = quotient.Round(0);
        // Halves go to the even number, other than in ROUND.
        if ((nearest - quotient).CompareTo(new OracleNumber(nearest.Unscaled.Sign < 0 ? -5 : 5, 1)) == 0 && !nearest.UnscaledAt(0).IsEven)
            nearest -= OracleNumber.From(nearest.Unscaled.Sign);
        return a - (b * nearest);
    }

    private static OracleNumber WidthBucket(OracleNumber value, OracleNumber low, OracleNumber high, OracleNumber count)
    {
        if (low.CompareTo(high) > 0) (value, low, high) = (-value, -low, -high);
        if (value.CompareTo(low) < 0) return OracleNumber.Zero;
        return value.CompareTo(high) >= 0 ? count + OracleNumber.From(1) : ((value - low) * count / (high - low)).Floor() + OracleNumber.From(1);
    }

    private static double Real(string function, double value) => function switch
    {
        "SIN" => Math.Sin(value),
        "COS" => Math.Cos(value),
        "TAN" => Math.Tan(value),
        "ASIN" => Math.Asin(value),
        "ACOS" => Math.Acos(value),
        "ATAN" => Math.Atan(value),
        "SINH" => Math.Sinh(value),
        "COSH" => Math.Cosh(value),
        _ => Math.Tanh(value),
    };

    private static long Limit(OracleNumber number) => number.Unscaled.Sign <= 0 ? 0 : number.DigitsBeforePoint > 18 ? long.MaxValue : (long)number.UnscaledAt(0);
}
