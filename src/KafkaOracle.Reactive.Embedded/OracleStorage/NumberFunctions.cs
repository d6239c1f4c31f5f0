using System.Globalization;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Arithmetic and aggregates over NUMBER, exact in decimal, and over BINARY_DOUBLE.</summary>
internal static class NumberFunctions
{
    public static void Define(FunctionSet functions)
    {
        functions.Strict("o_add", 2, a => a.Number(0) + a.Number(1));
        functions.Strict("o_sub", 2, a => a.Number(0) - a.Number(1));
        functions.Strict("o_mul", 2, a => a.Number(0) * a.Number(1));
        functions.Strict("o_div", 2, a => a.Number(0) / a.Number(1));
        functions.Strict("o_neg", 1, a => -a.Number(0));
        functions.Strict("o_abs", 1, a => a.Number(0) is var n && n.Unscaled.Sign < 0 ? -n : n);
        functions.Strict("o_sign", 1, a => OracleNumber.From(a.Number(0).Unscaled.Sign));
        functions.Strict("o_mod", 2, a => OracleNumber.Mod(a.Number(0), a.Number(1)));
        functions.Strict("o_floor", 1, a => a.Number(0).Floor());
        functions.Strict("o_ceil", 1, a => -(-a.Number(0)).Floor());
        functions.Strict("o_round", 2, a => a.Number(0).Round(a.Whole(1)));
        functions.Strict("o_trunc", 2, a => a.Number(0).Truncate(a.Whole(1)));
        functions.Strict("o_power", 2, a => Power(a.Number(0), a.Number(1)));
        functions.Strict("o_sqrt", 1, a => Real(Math.Sqrt(a.Number(0).ToDouble())));
        functions.Strict("o_exp", 1, a => Real(Math.Exp(a.Number(0).ToDouble())));
        functions.Strict("o_ln", 1, a => Real(Math.Log(a.Number(0).ToDouble())));
        functions.Strict("o_to_number", 1, a => ToNumber(a.Text(0)));
        functions.Strict("o_number_to_text", 1, a => ToText(a.Number(0)));
        functions.Strict("o_from_integer", 1, a => OracleNumber.From(a.Long(0)));
        functions.Strict("o_limit", 1, a => Limit(a.Number(0).Truncate(0)));
        functions.Strict("o_limit_below", 1, a => Limit(-(-a.Number(0)).Floor() - OracleNumber.From(1)));
        functions.Aggregate<Sum>("o_sum", (s, a) => s.Add(a.Number(0)), s => s.Total);
        functions.Aggregate<Sum>("o_avg", (s, a) => s.Add(a.Number(0)), s => s.Total / OracleNumber.From(s.Count));
        DefineFloats(functions);
    }

    private static void DefineFloats(FunctionSet functions)
    {
        functions.Strict("o_float_add", 2, a => OracleFloat.Double(a.Double(0) + a.Double(1)));
        functions.Strict("o_float_sub", 2, a => OracleFloat.Double(a.Double(0) - a.Double(1)));
        functions.Strict("o_float_mul", 2, a => OracleFloat.Double(a.Double(0) * a.Double(1)));
        functions.Strict("o_float_div", 2, a => OracleFloat.Double(a.Double(0) / a.Double(1)));
        functions.Strict("o_float_neg", 1, a => OracleFloat.Double(-a.Double(0)));
        functions.Strict("o_to_double", 1, a => OracleFloat.Double(a.Double(0)));
        functions.Strict("o_to_float", 1, a => OracleFloat.Single((float)a.Double(0)));
        functions.Strict("o_number_to_double", 1, a => OracleFloat.Double(a.Number(0).ToDouble()));
        functions.Strict("o_float_to_number", 1, a => OracleNumber.From(a.Double(0)));
        functions.Strict("o_float_to_text", 1, a => a.Double(0).ToString("R", CultureInfo.InvariantCulture));
        functions.Aggregate<FloatSum>("o_float_sum", (s, a) => s.Add(a.Double(0)), s => OracleFloat.Double(s.Total));
        functions.Aggregate<FloatSum>("o_float_avg", (s, a) => s.Add(a.Double(0)), s => OracleFloat.Double(s.Total / s.Count));
    }

    /// <summary>TO_CHAR without a format: no zero before the point.</summary>
    public static string ToText(OracleNumber number)
    {
        var text = number.ToString();
        if (text.StartsWith("0.", StringComparison.Ordinal)) return text[1..];
        return text.StartsWith("-0.", StringComparison.Ordinal) ? "-" + text[2..] : text;
    }

    private static OracleNumber ToNumber(string text) => OracleNumber.TryParse(text, out var number) ? number : throw OracleError.InvalidNumber();

    private static OracleNumber Power(OracleNumber value, OracleNumber exponent)
    {
        var whole = exponent.Truncate(0);
        if (whole.CompareTo(exponent) != 0 || whole.ToInt32() is not (>= 0 and <= 200)) return Real(Math.Pow(value.ToDouble(), exponent.ToDouble()));
        var n = whole.ToInt32();
        return new OracleNumber(System.Numerics.BigInteger.Pow(value.Unscaled, n), value.Scale * n);
    }

    private static OracleNumber Real(double value) => OracleNumber.From(value);

    private static long Limit(OracleNumber number) => number.Unscaled.Sign <= 0 ? 0 : number.DigitsBeforePoint > 18 ? long.MaxValue : (long)number.UnscaledAt(0);

    private sealed class Sum
    {
        public OracleNumber Total { get; private set; } = OracleNumber.Zero;

        public long Count { get; private set; }

        public void Add(OracleNumber value)
        {
            Total += value;
            Count++;
        }
    }

    private sealed class FloatSum
    {
        public double Total { get; private set; }

        public long Count { get; private set; }

        public void Add(double value)
        {
            Total += value;
            Count++;
        }
    }
}
