using Oracle.ManagedDataAccess.Types;

namespace KafkaOracle.Reactive;

/// <summary>Adds; false where the sum would not be exact.</summary>
internal delegate bool TryAdd<T>(T left, T right, out T sum);

/// <summary>Addition of what the driver takes as numbers.</summary>
internal static class Sums
{
    public static bool Int(int left, int right, out int sum)
    {
        sum = unchecked(left + right);
        return ((left ^ sum) & (right ^ sum)) >= 0;         // no sign that neither of them had
    }

    public static bool Long(long left, long right, out long sum)
    {
        sum = unchecked(left + right);
        return ((left ^ sum) & (right ^ sum)) >= 0;
    }

    // decimal keeps the longer fraction as long as it has digits left, and rounds without a word when it has not.
    public static bool Decimal(decimal left, decimal right, out decimal sum)
    {
        try
        {
            sum = left + right;
            return sum.Scale == Math.Max(left.Scale, right.Scale);
        }
        catch (OverflowException)
        {
            sum = 0;
            return false;
        }
    }

    // 39 digits and more are cut off at the 40th.
    public static bool Number(OracleDecimal left, OracleDecimal right, out OracleDecimal sum)
    {
        sum = left + right;
        return sum - left == right && sum - right == left;
    }

    public static bool Float(float left, float right, out float sum)
    {
        sum = left + right;
        return true;
    }

    public static bool Double(double left, double right, out double sum)
    {
        sum = left + right;
        return true;
    }
}
