using System.Numerics;

namespace KafkaOracle.Reactive;

public static partial class Aggregates
{
    /// <summary>The sum of whole numbers.</summary>
    /// <exception cref="OverflowException">While running: the sum leaves the range of <see cref="long"/>.</exception>
    /// <remarks>State: 8 bytes. Exact.</remarks>
    public static Aggregate<T, long> Sum<T>(Func<T, long> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return new Summing<T, long>(selector);
    }

    /// <summary>The sum of decimal numbers.</summary>
    /// <exception cref="OverflowException">While running: the sum leaves the range of <see cref="decimal"/>.</exception>
    /// <remarks>State: 16 bytes. Exact as long as it has no more than 28 digits; beyond, <see cref="decimal"/> rounds.</remarks>
    public static Aggregate<T, decimal> Sum<T>(Func<T, decimal> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return new Summing<T, decimal>(selector);
    }

    /// <summary>The sum of floating-point numbers, in the order of the elements.</summary>
    /// <remarks>State: 8 bytes. The last digits depend on the order; the order is the same in every run of a lane.</remarks>
    public static Aggregate<T, double> Sum<T>(Func<T, double> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return new Summing<T, double>(selector);
    }

    /// <summary>The mean of whole numbers, from their exact sum; null of no element.</summary>
    /// <inheritdoc cref="Sum{T}(Func{T, long})"/>
    public static Aggregate<T, double?> Average<T>(Func<T, long> selector)
        => Combine(Count<T>(), Sum(selector), static (count, sum) => count == 0 ? (double?)null : (double)sum / count);

    /// <summary>The mean of decimal numbers, to 28 digits; null of no element.</summary>
    /// <inheritdoc cref="Sum{T}(Func{T, decimal})"/>
    public static Aggregate<T, decimal?> Average<T>(Func<T, decimal> selector)
        => Combine(Count<T>(), Sum(selector), static (count, sum) => count == 0 ? (decimal?)null : sum / count);

    /// <summary>The mean of floating-point numbers; null of no element.</summary>
    /// <inheritdoc cref="Sum{T}(Func{T, double})"/>
    public static Aggregate<T, double?> Average<T>(Func<T, double> selector)
        => Combine(Count<T>(), Sum(selector), static (count, sum) => count == 0 ? (double?)null : sum / count);

    private sealed class Summing<T, TNumber>(Func<T, TNumber> selector) : Aggregate<T, TNumber, TNumber> where TNumber : struct, INumber<TNumber>
    {
        public override void Add(ref TNumber state, T element) => state = checked(state + selector(element));
        public override void Merge(ref TNumber state, TNumber later) => state = checked(state + later);
        public override TNumber Result(TNumber state) => state;
    }
}
