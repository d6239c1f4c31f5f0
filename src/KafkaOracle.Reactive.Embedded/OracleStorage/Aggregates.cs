using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>SUM, AVG and their relatives over NUMBER, exact in decimal, and over BINARY_DOUBLE; MEDIAN; LISTAGG.</summary>
internal static class Aggregates
{
    public static void Define(FunctionSet functions)
    {
        functions.Aggregate<Sum>("o_sum");
        functions.Aggregate<Average>("o_avg");
        functions.Aggregate<Variance>("o_variance");
        functions.Aggregate<SampleVariance>("o_var_samp");
        functions.Aggregate<PopulationVariance>("o_var_pop");
        functions.Aggregate<Deviation>("o_stddev");
        functions.Aggregate<SampleDeviation>("o_stddev_samp");
        functions.Aggregate<PopulationDeviation>("o_stddev_pop");
        functions.Aggregate<Median>("o_median");
        functions.Aggregate<FloatSum>("o_float_sum");
        functions.Aggregate<FloatAverage>("o_float_avg");
        functions.Aggregate<TextList>("o_listagg", 3);
    }

    internal class Sum : Accumulator
    {
        protected OracleNumber Total { get; private set; } = OracleNumber.Zero;

        protected long Count { get; private set; }

        public override object? Result => Count == 0 ? null : Total;

        public override void Add(FunctionSet.Arguments a)
        {
            Total += a.Number(0);
            Count++;
        }

        public override void Remove(FunctionSet.Arguments a)
        {
            Total -= a.Number(0);
            Count--;
        }
    }

    internal sealed class Average : Sum
    {
        public override object? Result => Count == 0 ? null : Total / OracleNumber.From(Count);
    }

    /// <summary>VARIANCE: 0 for one value, where VAR_SAMP is NULL.</summary>
    internal class Variance : Sum
    {
        private OracleNumber _squares = OracleNumber.Zero;

        public override object? Result => Count == 1 ? OracleNumber.Zero : Over(Count - 1);

        public override void Add(FunctionSet.Arguments a)
        {
            base.Add(a);
            _squares += a.Number(0) * a.Number(0);
        }

        public override void Remove(FunctionSet.Arguments a)
        {
            base.Remove(a);
            _squares -= a.Number(0) * a.Number(0);
        }

        /// <summary>The squared distances from the mean over so many; exact up to the division.</summary>
        protected object? Over(long divisor) => divisor <= 0 ? null
            : ((_squares * OracleNumber.From(Count)) - (Total * Total)) / (OracleNumber.From(Count) * OracleNumber.From(divisor));
    }

    private class SampleVariance : Variance
    {
        public override object? Result => Over(Count - 1);
    }

    private class PopulationVariance : Variance
    {
        public override object? Result => Over(Count);
    }

    internal sealed class Deviation : Variance
    {
        public override object? Result => base.Result is OracleNumber variance ? NumberMath.Sqrt(variance) : null;
    }

    private sealed class SampleDeviation : SampleVariance
    {
        public override object? Result => base.Result is OracleNumber variance ? NumberMath.Sqrt(variance) : null;
    }

    private sealed class PopulationDeviation : PopulationVariance
    {
        public override object? Result => base.Result is OracleNumber variance ? NumberMath.Sqrt(variance) : null;
    }

    private sealed class Median : Accumulator
    {
        private readonly List<OracleNumber> _values = [];

        public override object? Result
        {
            get
            {
                if (_values.Count == 0) return null;
                _values.Sort((a, b) => a.CompareTo(b));
                var middle = _values.Count / 2;
                return _values.Count % 2 == 1 ? _values[middle] : (_values[middle - 1] + _values[middle]) / OracleNumber.From(2);
            }
        }

        public override void Add(FunctionSet.Arguments a) => _values.Add(a.Number(0));
    }

    /// <summary>Values leave a window in the order in which they came; summed anew, since floating-point sums cannot be undone.</summary>
    private class FloatSum : Accumulator
    {
        private readonly Queue<double> _values = new();

        protected int Count => _values.Count;

        protected double Total
        {
            get
            {
                var total = 0.0;
                foreach (var value in _values) total += value;
                return total;
            }
        }

        public override object? Result => Count == 0 ? null : OracleFloat.Double(Total);

        public override void Add(FunctionSet.Arguments a) => _values.Enqueue(a.Double(0));

        public override void Remove(FunctionSet.Arguments a) => _values.Dequeue();
    }

    private sealed class FloatAverage : FloatSum
    {
        public override object? Result => Count == 0 ? null : OracleFloat.Double(Total / Count);
    }

    /// <summary>LISTAGG(value, separator, mode): rows come in order; mode D leaves out a value that was there before.</summary>
    private sealed class TextList : Accumulator
    {
        private const int Longest = 4000;
        private readonly StringBuilder _text = new();
        private readonly HashSet<string> _seen = [];
        private bool _any;
        private int _bytes;

        public override bool TakesNulls => true;

        public override object? Result => _any ? _text.ToString() : null;

        public override void Add(FunctionSet.Arguments a)
        {
            if (a.IsNull(0)) return;
            var value = a.Text(0);
            if (a.Text(2) == "D" && !_seen.Add(value)) return;
            var separator = _any ? a.OptionalText(1) ?? "" : "";
            _bytes += Encoding.UTF8.GetByteCount(separator) + Encoding.UTF8.GetByteCount(value);
            if (_bytes > Longest) throw new OracleError(1489, "result of string concatenation is too long");
            _text.Append(separator).Append(value);
            _any = true;
        }
    }
}
