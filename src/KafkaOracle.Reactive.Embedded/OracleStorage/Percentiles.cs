using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>PERCENTILE_CONT and PERCENTILE_DISC, and MEDIAN of times.</summary>
internal static class Percentiles
{
    public static void Define(FunctionSet functions)
    {
        functions.Aggregate<Interpolated>("o_percentile_cont", 3);
        functions.Aggregate<InterpolatedDate>("o_percentile_date", 3);
        functions.Aggregate<InterpolatedTime>("o_percentile_time", 3);
        functions.Aggregate<Discrete>("o_percentile_disc", 3);
    }

    private static OracleNumber Share(OracleNumber share) =>
        share.Unscaled.Sign >= 0 && share.CompareTo(OracleNumber.From(1)) <= 0 ? share : throw new OracleError(1760, "illegal argument for function");

    /// <summary>(share, value, direction): the value between the two rows that lie around row 1 + share * (n - 1).</summary>
    private class Interpolated : Accumulator
    {
        private readonly List<OracleNumber> _values = [];
        private OracleNumber _share;
        private bool _descending;

        public override object? Result
        {
            get
            {
                if (_values.Count == 0) return null;
                _values.Sort((a, b) => _descending ? b.CompareTo(a) : a.CompareTo(b));
                var at = _share * OracleNumber.From(_values.Count - 1);
                var (low, part) = (at.Truncate(0).ToInt32(), at - at.Truncate(0));
                return Shown(part.IsZero ? _values[low] : _values[low] + (part * (_values[low + 1] - _values[low])));
            }
        }

        public override void Add(FunctionSet.Arguments a)
        {
            _share = Share(a.Number(0));
            _descending = a.Text(2) == "d";
            _values.Add(Read(a));
        }

        protected virtual OracleNumber Read(FunctionSet.Arguments a) => a.Number(1);

        protected virtual object Shown(OracleNumber value) => value;
    }

    private class InterpolatedTime : Interpolated
    {
        protected override OracleNumber Read(FunctionSet.Arguments a) => OracleNumber.From(a.Fields(1).Ticks);

        protected override object Shown(OracleNumber value) => OracleInstant.Timestamp(Time(value, 0));

        protected static DateTime Time(OracleNumber ticks, int digits) => new((long)ticks.Round(digits).UnscaledAt(0));
    }

    private sealed class InterpolatedDate : InterpolatedTime
    {
        protected override object Shown(OracleNumber value) => OracleInstant.Date(Time(value, -7));
    }

    /// <summary>(share, sort key, value): the first value whose rows and those before are the share of all.</summary>
    private sealed class Discrete : Accumulator
    {
        private readonly List<(byte[] Key, object? Value)> _values = [];
        private OracleNumber _share;

        public override object? Result
        {
            get
            {
                if (_values.Count == 0) return null;
                _values.Sort((a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
                var before = (-(-(_share * OracleNumber.From(_values.Count))).Floor()).ToInt32();
                return _values[Math.Max(0, before - 1)].Value;
            }
        }

        public override void Add(FunctionSet.Arguments a)
        {
            _share = Share(a.Number(0));
            _values.Add((a.Copy(1), a.Value(2)));
        }
    }
}
