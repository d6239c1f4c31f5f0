using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive;

public static partial class Aggregates
{
    /// <summary>How many different texts there are, estimated in bounded memory by HyperLogLog.</summary>
    /// <param name="selector">The text of an element. Null is passed over.</param>
    /// <param name="precision">
    /// 4 to 18; the default is 14. There are m = 2^precision registers, and the standard error is 1.04/√m of the result: 0.8 % at 14.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="precision"/> is out of its range.</exception>
    /// <remarks>
    /// State: up to about m/24 values the hash of each (the count is then exact but for equal hashes of 64 bits), beyond them m bytes.
    /// The same in every run and process: values are hashed by XXH3, not by <see cref="object.GetHashCode"/>.
    /// Sources: Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog", AofA 2007; the estimator is that of Ertl, "New cardinality
    /// estimation algorithms for HyperLogLog sketches", arXiv:1702.01284, algorithm 6, which needs no table of corrections.
    /// </remarks>
    public static Aggregate<T, long> DistinctEstimate<T>(Func<T, string?> selector, int precision = 14)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return Estimating<T>(precision, element => selector(element) is { } text ? XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan())) : null);
    }

    /// <summary>How many different numbers there are, estimated in bounded memory by HyperLogLog.</summary>
    /// <inheritdoc cref="DistinctEstimate{T}(Func{T, string}, int)"/>
    public static Aggregate<T, long> DistinctEstimate<T>(Func<T, long> selector, int precision = 14)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return Estimating<T>(precision, element =>
        {
            var number = selector(element);
            return XxHash3.HashToUInt64(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in number)));
        });
    }

    private static Estimate<T> Estimating<T>(int precision, Func<T, ulong?> hash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(precision, 4);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(precision, 18);
        return new(precision, hash);
    }

    private sealed class Estimate<T>(int precision, Func<T, ulong?> hash) : Aggregate<T, HyperLogLog?, long>
    {
        public override void Add(ref HyperLogLog? state, T element)
        {
            if (hash(element) is { } h) (state ??= new(precision)).Add(h);
        }

        public override void Merge(ref HyperLogLog? state, HyperLogLog? later)
        {
            if (state is null) state = later;
            else if (later is not null) state.Add(later);
        }

        public override long Result(HyperLogLog? state) => state?.Count ?? 0;
    }

    private sealed class HyperLogLog(int precision)
    {
        private readonly int _most = (1 << precision) / 24;
        private HashSet<ulong>? _hashes = [];
        private byte[] _registers = [];

        public long Count => _hashes?.Count ?? (long)Math.Round(Estimate());

        public void Add(ulong hash)
        {
            if (_hashes is null) Register(hash);
            else if (_hashes.Add(hash) && _hashes.Count > _most) Condense();
        }

        public void Add(HyperLogLog other)
        {
            if (other._hashes is { } hashes)
            {
                foreach (var hash in hashes) Add(hash);
                return;
            }
            if (_hashes is not null) Condense();
            for (var i = 0; i < _registers.Length; i++) _registers[i] = Math.Max(_registers[i], other._registers[i]);
        }

        private void Condense()
        {
            _registers = new byte[1 << precision];
            foreach (var hash in _hashes!) Register(hash);
            _hashes = null;
        }

        // The first bits choose the register; it keeps the most zeros that the rest began with, plus one.
        private void Register(ulong hash)
        {
            ref var register = ref _registers[hash >> (64 - precision)];
            var rank = (byte)Math.Min(BitOperations.LeadingZeroCount(hash << precision) + 1, 64 - precision + 1);
            if (rank > register) register = rank;
        }

        private double Estimate()
        {
            Span<int> counts = stackalloc int[64 - precision + 2];
            counts.Clear();
            foreach (var register in _registers) counts[register]++;
            double m = _registers.Length;
            var z = m * Tau(1 - (counts[^1] / m));
            for (var k = counts.Length - 2; k > 0; k--) z = (z + counts[k]) / 2;
            z += m * Sigma(counts[0] / m);
            return 0.7213475204444817 * m * m / z;              // 1/(2 ln 2)
        }

        private static double Sigma(double x)
        {
            if (x == 1) return double.PositiveInfinity;
            double y = 1, z = x, before;
            do
            {
                x *= x;
                before = z;
                z += x * y;
                y += y;
            }
            while (z != before);
            return z;
        }

        private static double Tau(double x)
        {
            if (x is 0 or 1) return 0;
            double y = 1, z = 1 - x, before;
            do
            {
                x = Math.Sqrt(x);
                before = z;
                y /= 2;
                z -= (1 - x) * (1 - x) * y;
            }
            while (z != before);
            return z / 3;
        }
    }
}
