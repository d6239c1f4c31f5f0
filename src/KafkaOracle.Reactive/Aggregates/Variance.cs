namespace KafkaOracle.Reactive;

public static partial class Aggregates
{
    /// <summary>The variance of the elements as a sample of something larger (divided by n - 1), as Oracle's VAR_SAMP; null of fewer than two.</summary>
    /// <param name="selector">The value of an element.</param>
    /// <remarks>
    /// State: 24 bytes. Welford's running update, which keeps its digits where the mean is large (B. P. Welford, Technometrics 4,
    /// 1962); merged by the formula of Chan, Golub and LeVeque (1979). The last digits depend on the order of the elements. The
    /// standard deviation is <c>.Select(v =&gt; v is { } x ? Math.Sqrt(x) : v)</c>.
    /// </remarks>
    public static Aggregate<T, double?> SampleVariance<T>(Func<T, double> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return new Variance<T>(selector, 1);
    }

    /// <summary>The variance of the elements as the whole (divided by n), as Oracle's VAR_POP; null of no element.</summary>
    /// <inheritdoc cref="SampleVariance"/>
    public static Aggregate<T, double?> PopulationVariance<T>(Func<T, double> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return new Variance<T>(selector, 0);
    }

    private struct Moments
    {
        public long Count;
        public double Mean, Squares;
    }

    private sealed class Variance<T>(Func<T, double> selector, int without) : Aggregate<T, Moments, double?>
    {
        public override void Add(ref Moments state, T element)
        {
            var value = selector(element);
            state.Count++;
            var distance = value - state.Mean;
            state.Mean += distance / state.Count;
            state.Squares += distance * (value - state.Mean);
        }

        public override void Merge(ref Moments state, Moments later)
        {
            if (later.Count == 0) return;
            var count = state.Count + later.Count;
            var distance = later.Mean - state.Mean;
            state.Mean += distance * later.Count / count;
            state.Squares += later.Squares + (distance * distance * ((double)state.Count * later.Count / count));
            state.Count = count;
        }

        public override double? Result(Moments state) => state.Count <= without ? null : state.Squares / (state.Count - without);
    }
}
