namespace KafkaOracle.Reactive;

public static partial class Aggregates
{
    /// <summary>An aggregate of one's own: a seed, and what one element more makes of a value.</summary>
    /// <param name="seed">The value of no element; every key of every window starts with it.</param>
    /// <param name="add">The value with one element more. It must not change the value in place.</param>
    /// <param name="merge">The value of two stretches of elements, the earlier one first. Null: sessions cannot merge, and sliding windows add up all their elements again for each result.</param>
    public static Aggregate<T, TValue> Fold<T, TValue>(TValue seed, Func<TValue, T, TValue> add, Func<TValue, TValue, TValue>? merge = null)
    {
        ArgumentNullException.ThrowIfNull(add);
        return new Folding<T, TValue>(seed, add, merge);
    }

    private sealed class Folding<T, TValue>(TValue seed, Func<TValue, T, TValue> add, Func<TValue, TValue, TValue>? merge) : Aggregate<T, TValue, TValue>
    {
        public override bool CanMerge => merge is not null;
        public override bool CopiesByAssignment => true;
        public override TValue Seed() => seed;
        public override void Add(ref TValue state, T element) => state = add(state, element);
        public override void Merge(ref TValue state, TValue later) => state = merge!(state, later);
        public override TValue Result(TValue state) => state;
    }
}
