using System.Numerics;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Roots, powers and logarithms of NUMBERs to 40 digits, in integers scaled by 10^70.</summary>
internal static class NumberMath
{
    private const int Digits = 70;
    private static readonly BigInteger One = BigInteger.Pow(10, Digits);
    private static readonly Lazy<BigInteger> LnTen = new(() => LnFixed(10 * One));

    public static OracleNumber Sqrt(OracleNumber value)
    {
        if (value.Unscaled.Sign < 0) throw OutOfRange(value);
        if (value.IsZero) return OracleNumber.Zero;
        // Enough digits that the whole root has more than 40, and an even scale.
        var scale = Math.Max(value.Scale, 90 - value.DigitsBeforePoint);
        if ((scale & 1) != 0) scale++;
        var square = value.UnscaledAt(scale);
        var root = BigInteger.One << (int)((square.GetBitLength() / 2) + 1);
        while (true)
        {
            var next = (root + (square / root)) >> 1;
            if (next >= root) return new OracleNumber(root, scale / 2).Normalized();
            root = next;
        }
    }

    public static OracleNumber Power(OracleNumber value, OracleNumber exponent)
    {
        var whole = exponent.Truncate(0);
        if (whole.CompareTo(exponent) != 0)
            return value.IsZero ? OracleNumber.Zero : value.Unscaled.Sign < 0 ? throw OutOfRange(value) : Exp(exponent * Ln(value));
        if (value.IsZero) return exponent.IsZero ? OracleNumber.From(1) : exponent.Unscaled.Sign < 0 ? throw OutOfRange(value) : OracleNumber.Zero;
        if (whole.DigitsBeforePoint > 4) return value.CompareTo(OracleNumber.From(1)) == 0 ? value : Exp(whole * Ln(value));
        var n = Math.Abs(whole.ToInt32());
        var result = OracleNumber.From(1);
        for (var factor = value; n > 0; n >>= 1)
        {
            if ((n & 1) != 0) result = Shortened(result * factor);
            if (n > 1) factor = Shortened(factor * factor);
        }
        return whole.Unscaled.Sign < 0 ? OracleNumber.From(1) / result : result;
    }

    public static OracleNumber Exp(OracleNumber value)
    {
        if (value.DigitsBeforePoint > 3 || OracleNumber.From(Math.Abs(value.ToInt32())).CompareTo(OracleNumber.From(320)) > 0)
            return value.Unscaled.Sign < 0 ? OracleNumber.Zero : throw new OverflowException("numeric overflow");
        var power = new OracleNumber(ExpFixed(BigInteger.Abs(Fixed(value))), Digits);
        return Shortened(value.Unscaled.Sign < 0 ? OracleNumber.From(1) / power : power);
    }

    public static OracleNumber Ln(OracleNumber value)
    {
        if (value.Unscaled.Sign <= 0) throw OutOfRange(value);
        var exponent = value.DigitsBeforePoint - 1;
        var mantissa = new OracleNumber(value.Unscaled, value.Scale + exponent);
        return Shortened(new OracleNumber(LnFixed(Fixed(mantissa)) + (exponent * LnTen.Value), Digits));
    }

    /// <summary>ORA-01428, which names the argument.</summary>
    public static OracleError OutOfRange(OracleNumber value) => new(1428, $"argument '{NumberFunctions.ToText(value)}' is out of range");

    private static BigInteger Fixed(OracleNumber value) => value.Round(Digits).UnscaledAt(Digits);

    private static OracleNumber Shortened(OracleNumber value) => value.Round(50 - value.DigitsBeforePoint).Normalized();

    private static BigInteger ExpFixed(BigInteger x)
    {
        // e^x = (e^(x/2^k))^(2^k), with an argument small enough for a short series.
        const int Halvings = 20;
        var small = x >> Halvings;
        var (sum, term) = (One, One);
        for (var n = 1; !term.IsZero; n++)
        {
            term = term * small / One / n;
            sum += term;
        }
        for (var i = 0; i < Halvings; i++) sum = sum * sum / One;
        return sum;
    }

    private static BigInteger LnFixed(BigInteger x)
    {
        // Halley's iteration on e^y = x triples the 15 digits of the first guess each time.
        var y = (BigInteger)(Math.Log((double)x / (double)One) * 1e15) * BigInteger.Pow(10, Digits - 15);
        for (var i = 0; i < 2; i++)
        {
            var power = y.Sign < 0 ? One * One / ExpFixed(-y) : ExpFixed(y);
            y += 2 * (x - power) * One / (x + power);
        }
        return y;
    }
}
