namespace KafkaOracle.Reactive;

/// <summary>Adds; false where the sum would not be exact.</summary>
internal delegate bool TryAdd<T>(T left, T right, out T sum);

/// <summary>Addition of what the driver takes as numbers.</summary>
internal static class Sums
{
    public static TryAdd<T>? Of<T>()
    {
        Delegate? add = null;
        if (typeof(T) == typeof(int)) add = (TryAdd<int>)Int;
        else if (typeof(T) == typeof(long)) add = (TryAdd<long>)Long;
        else if (typeof(T) == typeof(decimal)) add = (TryAdd<decimal>)Decimal;
        else if (typeof(T) == typeof(double)) add = (TryAdd<double>)Double;
        return (TryAdd<T>?)add;
    }

    private static bool Int(int left, int right, out int sum)
    {
        sum = unchecked(left + right);
        return ((left ^ sum) & (right ^ sum)) >= 0;         // no sign that neither of them had
    }

    private static bool Long(long left, long right, out long sum)
    {
        sum = unchecked(left + right);
        return ((left ^ sum) & (right ^ sum)) >= 0;
    }

    // decimal keeps the longer fraction as long as it has digits left, and rounds without a word when it has not.
    private static bool Decimal(decimal left, decimal right, out decimal sum)
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

    private static bool Double(double left, double right, out double sum)
    {
        sum = left + right;
        return true;
    }
}
