using System.Globalization;
using System.Numerics;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>
/// A NUMBER as an unscaled integer and a decimal scale. Its wire form is base 100: a sign-and-exponent byte, then up to 20 digits,
/// negative ones complemented and ended by 102. The bytes of two NUMBERs compare as the numbers do, so they are stored as they are.
/// </summary>
internal readonly struct OracleNumber(BigInteger unscaled, int scale)
{
    public const int LargestWire = 22;
    private const int MostDigits = 20;
    private static readonly BigInteger Hundred = 100;

    public static readonly OracleNumber Zero = new(BigInteger.Zero, 0);

    public BigInteger Unscaled { get; } = unscaled;

    /// <summary>Digits after the decimal point; negative for a multiple of a power of ten.</summary>
    public int Scale { get; } = scale;

    public bool IsZero => Unscaled.IsZero;

    public static OracleNumber From(long value) => new(value, 0);

    public static OracleNumber Decode(ReadOnlySpan<byte> wire)
    {
        if (wire.Length == 0 || wire[0] == 0x80) return Zero;
        if (wire.Length == 1) throw new OverflowException("An infinite NUMBER is not supported.");
        var negative = wire[0] < 0x80;
        var exponent = negative ? 62 - wire[0] : wire[0] - 193;
        var digits = wire.Length - 1;
        if (negative && wire[^1] == 102) digits--;
        var value = BigInteger.Zero;
        if (digits <= 9)
        {
            long small = 0;
            for (var i = 1; i <= digits; i++) small = (small * 100) + Digit(wire[i], negative);
            value = small;
        }
        else
        {
            for (var i = 1; i <= digits; i++) value = (value * Hundred) + Digit(wire[i], negative);
        }
        return new OracleNumber(negative ? -value : value, 2 * (digits - 1 - exponent));
    }

    public byte[] Encode()
    {
        Span<byte> target = stackalloc byte[LargestWire];
        return target[..Encode(target)].ToArray();
    }

    public int Encode(Span<byte> target)
    {
        if (Unscaled.IsZero)
        {
            target[0] = 0x80;
            return 1;
        }
        var negative = Unscaled.Sign < 0;
        var value = BigInteger.Abs(Unscaled);
        var scale = Scale;
        if ((scale & 1) != 0)
        {
            value *= 10;
            scale++;
        }
        // 40 decimal digits at most; what is longer is rounded half up.
        var length = Digits(value);
        if (length > 2 * MostDigits)
        {
            var cut = length - (2 * MostDigits);
            if (((cut - scale) & 1) != 0) cut++;
            value = Divide(value, cut);
            scale -= cut;
        }
        Span<byte> digits = stackalloc byte[64];
        var n = 0;
        if (value <= ulong.MaxValue)
        {
            for (var rest = (ulong)value; rest != 0; rest /= 100) digits[n++] = (byte)(rest % 100);
        }
        else
        {
            while (!value.IsZero)
            {
                value = BigInteger.DivRem(value, Hundred, out var digit);
                digits[n++] = (byte)digit;
            }
        }
        var exponent = n - 1 - (scale / 2);
        if (exponent > 62) throw new OverflowException("numeric overflow");
        if (exponent < -65)
        {
            target[0] = 0x80;
            return 1;
        }
        var last = 0;
        while (last < n - 1 && digits[last] == 0) last++;
        var k = 0;
        target[k++] = (byte)(negative ? 62 - exponent : 193 + exponent);
        for (var i = n - 1; i >= last && k <= MostDigits; i--) target[k++] = (byte)(negative ? 101 - digits[i] : digits[i] + 1);
        if (negative && k <= MostDigits) target[k++] = 102;
        return k;
    }

    public static bool TryParse(string text, out OracleNumber number)
    {
        number = Zero;
        var s = text.AsSpan().Trim();
        var exponent = 0;
        var at = s.IndexOfAny('e', 'E');
        if (at >= 0)
        {
            if (!int.TryParse(s[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)) return false;
            if (exponent is > 130 or < -200) return false;
            s = s[..at];
        }
        var dot = s.IndexOf('.');
        var scale = dot < 0 ? 0 : s.Length - dot - 1;
        var plain = dot < 0 ? s.ToString() : string.Concat(s[..dot], s[(dot + 1)..]);
        if (!BigInteger.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var unscaled)) return false;
        number = new OracleNumber(unscaled, scale - exponent);
        return true;
    }

    public static OracleNumber Parse(string text) =>
        TryParse(text, out var number) ? number : throw new FormatException("invalid number");

    public static OracleNumber operator +(OracleNumber a, OracleNumber b)
    {
        var scale = Math.Max(a.Scale, b.Scale);
        return new OracleNumber(a.UnscaledAt(scale) + b.UnscaledAt(scale), scale);
    }

    public static OracleNumber operator -(OracleNumber a) => new(-a.Unscaled, a.Scale);

    public static OracleNumber operator -(OracleNumber a, OracleNumber b) => a + -b;

    public static OracleNumber operator *(OracleNumber a, OracleNumber b) => new(a.Unscaled * b.Unscaled, a.Scale + b.Scale);

    /// <summary>The quotient with 40 significant digits. Throws <see cref="DivideByZeroException"/>.</summary>
    public static OracleNumber operator /(OracleNumber a, OracleNumber b)
    {
        if (b.IsZero) throw new DivideByZeroException("divisor is equal to zero");
        var more = Math.Max(0, 41 + Digits(BigInteger.Abs(b.Unscaled)) - Digits(BigInteger.Abs(a.Unscaled)));
        return new OracleNumber(a.Unscaled * BigInteger.Pow(10, more) / b.Unscaled, a.Scale - b.Scale + more);
    }

    public static OracleNumber Mod(OracleNumber a, OracleNumber b)
    {
        if (b.IsZero) return a;
        var scale = Math.Max(a.Scale, b.Scale);
        return new OracleNumber(BigInteger.Remainder(a.UnscaledAt(scale), b.UnscaledAt(scale)), scale);
    }

    /// <summary>Rounds half away from zero to so many digits after the point.</summary>
    public OracleNumber Round(int digits) => Scale <= digits ? this : new OracleNumber(Divide(Unscaled, Scale - digits), digits);

    public OracleNumber Truncate(int digits) =>
        Scale <= digits ? this : new OracleNumber(Unscaled / BigInteger.Pow(10, Scale - digits), digits);

    public OracleNumber Floor()
    {
        var whole = Truncate(0);
        return Unscaled.Sign < 0 && (this - whole).Unscaled.Sign < 0 ? whole - From(1) : whole;
    }

    public int CompareTo(OracleNumber other) => (this - other).Unscaled.Sign;

    public int DigitsBeforePoint => Unscaled.IsZero ? 0 : Digits(BigInteger.Abs(Unscaled)) - Scale;

    public double ToDouble() => double.Parse(ToString(), CultureInfo.InvariantCulture);

    public int ToInt32() => (int)Truncate(0).UnscaledAt(0);

    public static OracleNumber From(double value) =>
        double.IsFinite(value) ? Parse(value.ToString("R", CultureInfo.InvariantCulture)) : throw new OverflowException("numeric overflow");

    /// <summary>Without exponent, trailing zeros or a zero before the point, as TO_CHAR writes it: -.5, 100, 1.25.</summary>
    public override string ToString()
    {
        var n = Normalized();
        if (n.IsZero) return "0";
        if (n.Scale <= 0) return n.UnscaledAt(0).ToString(CultureInfo.InvariantCulture);
        var digits = BigInteger.Abs(n.Unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(n.Scale, '0');
        var text = string.Concat(digits.AsSpan(0, digits.Length - n.Scale), ".", digits.AsSpan(digits.Length - n.Scale));
        return n.Unscaled.Sign < 0 ? "-" + text : text;
    }

    public OracleNumber Normalized()
    {
        if (Unscaled.IsZero) return Zero;
        var (value, scale) = (Unscaled, Scale);
        while (scale > 0)
        {
            var next = BigInteger.DivRem(value, 10, out var digit);
            if (!digit.IsZero) break;
            value = next;
            scale--;
        }
        return new OracleNumber(value, scale);
    }

    public BigInteger UnscaledAt(int scale) => scale == Scale ? Unscaled
        : scale > Scale ? Unscaled * BigInteger.Pow(10, scale - Scale) : Unscaled / BigInteger.Pow(10, Scale - scale);

    /// <summary>Whether wire bytes fit NUMBER(precision, scale) without rounding, found without decoding them.</summary>
    public static bool Fits(ReadOnlySpan<byte> wire, int precision, int scale)
    {
        if (wire.Length < 2) return true;
        var negative = wire[0] < 0x80;
        var exponent = negative ? 62 - wire[0] : wire[0] - 193;
        var digits = wire.Length - 1;
        if (negative && wire[^1] == 102) digits--;
        var below = -2 * (exponent - (digits - 1));
        if (below > 0 && Digit(wire[digits], negative) % 10 == 0) below--;
        var above = exponent < 0 ? 0 : (exponent * 2) + (Digit(wire[1], negative) >= 10 ? 2 : 1);
        return below <= scale && above <= precision - scale && (exponent >= 0 || precision >= scale);
    }

    private static int Digit(byte b, bool negative) => negative ? 101 - b : b - 1;

    private static int Digits(BigInteger positive)
    {
        if (positive.IsZero) return 1;
        var n = (int)Math.Floor(BigInteger.Log10(positive)) + 1;
        // Log10 is a double: settle the borders exactly.
        if (n > 1 && positive < BigInteger.Pow(10, n - 1)) n--;
        else if (positive >= BigInteger.Pow(10, n)) n++;
        return n;
    }

    private static BigInteger Divide(BigInteger value, int digits)
    {
        var power = BigInteger.Pow(10, digits);
        return value.Sign < 0 ? -((-value + (power / 2)) / power) : (value + (power / 2)) / power;
    }
}
