namespace KafkaOracle.Reactive;

public static partial class Aggregates
{
    /// <summary>How many different values there are, exactly.</summary>
    /// <param name="selector">The value of an element. Null is passed over, as in SQL.</param>
    /// <remarks>State: one entry a value, 40 bytes or more. For many values see <see cref="DistinctEstimate{T}(Func{T, string}, int)"/>.</remarks>
    public static Aggregate<T, long> DistinctCount<T, TValue>(Func<T, TValue> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return new Distinct<T, TValue>(selector);
    }

    private sealed class Distinct<T, TValue>(Func<T, TValue> selector) : Aggregate<T, HashSet<TValue>?, long>
    {
        public override void Add(ref HashSet<TValue>? state, T element)
        {
            if (selector(element) is { } value) (state ??= []).Add(value);
        }

        public override void Merge(ref HashSet<TValue>? state, HashSet<TValue>? later)
        {
            if (state is null) state = later;
            else if (later is not null) state.UnionWith(later);
        }

        public override long Result(HashSet<TValue>? state) => state?.Count ?? 0;
    }
}
