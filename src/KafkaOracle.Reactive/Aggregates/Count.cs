namespace KafkaOracle.Reactive;

/// <summary>The aggregates that come with the library. Each is exact unless it says otherwise, and the same in every run.</summary>
public static partial class Aggregates
{
    /// <summary>How many elements there are.</summary>
    /// <remarks>State: 8 bytes.</remarks>
    public static Aggregate<T, long> Count<T>() => new Counting<T>();

    private sealed class Counting<T> : Aggregate<T, long, long>
    {
        public override void Add(ref long state, T element) => state++;
        public override void Merge(ref long state, long later) => state += later;
        public override long Result(long state) => state;
    }
}
