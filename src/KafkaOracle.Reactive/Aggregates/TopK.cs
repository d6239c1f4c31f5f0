namespace KafkaOracle.Reactive;

public static partial class Aggregates
{
    /// <summary>The elements with the <paramref name="count"/> greatest scores, the greatest first; of equal ones the earlier first.</summary>
    /// <param name="count">1 to 10,000.</param>
    /// <param name="score">The score of an element, compared by its type's default order, texts by their UTF-16 codes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is out of its range.</exception>
    /// <remarks>State: up to <paramref name="count"/> elements. An element that is not among them costs one comparison, one that is, a binary search and a move.</remarks>
    public static Aggregate<T, IReadOnlyList<T>> TopK<T, TScore>(int count, Func<T, TScore> score)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 10_000);
        ArgumentNullException.ThrowIfNull(score);
        return new Top<T, TScore>(count, score);
    }

    private sealed class Top<T, TScore>(int count, Func<T, TScore> score) : Aggregate<T, List<(TScore Score, T Element)>?, IReadOnlyList<T>>
    {
        public override void Add(ref List<(TScore Score, T Element)>? state, T element) => Take(ref state, score(element), element);

        public override void Merge(ref List<(TScore Score, T Element)>? state, List<(TScore Score, T Element)>? later)
        {
            foreach (var (s, element) in later ?? []) Take(ref state, s, element);
        }

        public override IReadOnlyList<T> Result(List<(TScore Score, T Element)>? state) => state is null ? [] : [.. state.Select(e => e.Element)];

        // Greatest first; a newcomer goes behind its equals.
        private void Take(ref List<(TScore Score, T Element)>? state, TScore value, T element)
        {
            state ??= new(Math.Min(count, 16));
            if (state.Count == count && Compare(value, state[^1].Score) <= 0) return;
            var (low, high) = (0, state.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (Compare(value, state[middle].Score) > 0) high = middle;
                else low = middle + 1;
            }
            if (state.Count == count) state.RemoveAt(count - 1);
            state.Insert(low, (value, element));
        }
    }
}
