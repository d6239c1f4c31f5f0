using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>What windows and groups need beyond SQLite's: sort keys, KEEP, values without NULLs, shares of the rows.</summary>
internal static class WindowFunctions
{
    private static readonly Dictionary<string, Func<Accumulator>> Kept = new(StringComparer.Ordinal)
    {
        ["SUM"] = () => new Aggregates.Sum(),
        ["AVG"] = () => new Aggregates.Average(),
        ["STDDEV"] = () => new Aggregates.Deviation(),
        ["VARIANCE"] = () => new Aggregates.Variance(),
        ["MIN"] = () => new Extreme(greatest: false),
        ["MAX"] = () => new Extreme(greatest: true),
        ["COUNT"] = () => new Counter(),
    };

    public static void Define(FunctionSet functions)
    {
        functions.Define("o_sort_key", -1, SortKey);
        functions.Strict("o_measure", 1, a => WindowMeasure.Of(a.Number(0)));
        functions.Strict("o_measure_time", 1, a => a.Fields(0).Ticks);
        functions.Strict("o_share", 2, a => Share(a.Number(0), a.Long(1)));
        functions.Aggregate<Keep>("o_keep", 4);
        functions.Aggregate<NthValue>("o_nth_value", 3);
        functions.Aggregate<SortedList>("o_listagg_sorted", 3);
    }

    /// <summary>
    /// Bytes that compare as rows do by their keys. Two letters for each: ascending or descending, NULLs first or last. A zero byte is
    /// followed by FF, the end of a key is two of them; descending, all bits are turned.
    /// </summary>
    private static byte[] SortKey(FunctionSet.Arguments a)
    {
        var directions = a.Text(0);
        var key = new List<byte>();
        for (var i = 1; i < a.Count; i++)
        {
            var isNull = a.IsNull(i);
            key.Add((byte)(!isNull ? 1 : directions[(2 * i) - 1] == 'f' ? 0 : 2));
            if (isNull) continue;
            var turn = (byte)(directions[(2 * i) - 2] == 'd' ? 0xFF : 0);
            foreach (var b in a.Bytes(i))
            {
                key.Add((byte)(b ^ turn));
                if (b == 0) key.Add((byte)(0xFF ^ turn));
            }
            key.Add(turn);
            key.Add(turn);
        }
        return [.. key];
    }

    /// <summary>So many percent of the rows, rounded up.</summary>
    private static long Share(OracleNumber percent, long total)
    {
        if (percent.Unscaled.Sign <= 0) return 0;
        if (percent.CompareTo(OracleNumber.From(100)) >= 0) return total;
        var share = percent * OracleNumber.From(total) / OracleNumber.From(100);
        return (long)(-(-share).Floor()).UnscaledAt(0);
    }

    /// <summary>o_keep(last, aggregate, sort key, value): aggregates the rows whose key is the first, or the last, of all.</summary>
    private sealed class Keep : Accumulator
    {
        private byte[]? _key;
        private Accumulator? _kept;

        public override bool TakesNulls => true;

        public override object? Result => _kept?.Result;

        public override void Add(FunctionSet.Arguments a)
        {
            var key = a.Bytes(2);
            var order = _key == null ? 0 : key.SequenceCompareTo(_key);
            if (_key != null && (a.Integer(0) == 1 ? order < 0 : order > 0)) return;
            if (_key == null || order != 0)
            {
                _key = key.ToArray();
                _kept = Kept[a.Text(1)]();
            }
            if (!a.IsNull(3)) _kept!.Add(a.From(3));
        }
    }

    /// <summary>MIN or MAX: stored bytes sort as their values do.</summary>
    private sealed class Extreme(bool greatest) : Accumulator
    {
        private object? _value;
        private byte[]? _bytes;

        public override object? Result => _value;

        public override void Add(FunctionSet.Arguments a)
        {
            if (_bytes != null && (a.Bytes(0).SequenceCompareTo(_bytes) > 0) != greatest) return;
            (_bytes, _value) = (a.Copy(0), a.Value(0));
        }
    }

    private sealed class Counter : Accumulator
    {
        private long _count;

        public override object? Result => _count;

        public override void Add(FunctionSet.Arguments a) => _count++;
    }

    /// <summary>o_nth_value(from the end, n, value) over a frame: the values that are not NULL, of which the oldest leave it first.</summary>
    private sealed class NthValue : Accumulator
    {
        private readonly List<object?> _values = [];
        private int _gone;
        private bool _fromEnd;
        private int _number = 1;

        public override object? Result
        {
            get
            {
                var at = _fromEnd ? _values.Count - _number : _gone + _number - 1;
                return at >= _gone && at < _values.Count ? _values[at] : null;
            }
        }

        public override void Add(FunctionSet.Arguments a)
        {
            _fromEnd = a.Integer(0) == 1;
            _number = a.Whole(1);
            if (_number < 1) throw new OracleError(1428, $"argument '{_number}' is out of range");
            _values.Add(a.Value(2));
        }

        public override void Remove(FunctionSet.Arguments a) => _values[_gone++] = null;
    }

    /// <summary>LISTAGG over a window, whose rows come in any order: (value, separator, sort key).</summary>
    private sealed class SortedList : Accumulator
    {
        private readonly List<(byte[] Key, string Text)> _texts = [];
        private string _separator = "";

        public override bool TakesNulls => true;

        public override object? Result
        {
            get
            {
                if (_texts.Count == 0) return null;
                var text = string.Join(_separator, _texts.Order(Comparer<(byte[] Key, string Text)>.Create((a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key))).Select(t => t.Text));
                return System.Text.Encoding.UTF8.GetByteCount(text) <= 4000 ? text : throw new OracleError(1489, "result of string concatenation is too long");
            }
        }

        public override void Add(FunctionSet.Arguments a)
        {
            _separator = a.OptionalText(1) ?? "";
            if (!a.IsNull(0)) _texts.Add((a.Copy(2), a.Text(0)));
        }
    }
}
