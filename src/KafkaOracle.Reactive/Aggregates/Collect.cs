namespace KafkaOracle.Reactive;

public static partial class Aggregates
{
    /// <summary>All elements, in the order of arrival; where sessions merge, those of the earlier one first.</summary>
    /// <remarks>State: the elements. Each result is a copy.</remarks>
    public static Aggregate<T, IReadOnlyList<T>> Collect<T>() => new Collecting<T>();

    private sealed class Collecting<T> : Aggregate<T, List<T>?, IReadOnlyList<T>>
    {
        public override void Add(ref List<T>? state, T element) => (state ??= []).Add(element);

        public override void Merge(ref List<T>? state, List<T>? later)
        {
            if (state is null) state = later;
            else if (later is not null) state.AddRange(later);
        }

        public override IReadOnlyList<T> Result(List<T>? state) => state is null ? [] : [.. state];
    }
}
