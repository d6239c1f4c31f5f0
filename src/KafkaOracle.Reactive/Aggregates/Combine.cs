namespace KafkaOracle.Reactive;

public static partial class Aggregates
{
    /// <summary>Two aggregates over the same elements, their results made into one row.</summary>
    public static Aggregate<T, TResult> Combine<T, T1, T2, TResult>(Aggregate<T, T1> first, Aggregate<T, T2> second, Func<T1, T2, TResult> result)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(result);
        return first.Use(new CombineFirst<T, T1, T2, TResult>(second, result));
    }

    /// <summary>Three aggregates over the same elements, their results made into one row.</summary>
    public static Aggregate<T, TResult> Combine<T, T1, T2, T3, TResult>(
        Aggregate<T, T1> first, Aggregate<T, T2> second, Aggregate<T, T3> third, Func<T1, T2, T3, TResult> result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Combine(Combine(first, second, static (a, b) => (a, b)), third, (ab, c) => result(ab.a, ab.b, c));
    }

    /// <summary>Four aggregates over the same elements, their results made into one row. For more, combine combinations.</summary>
    public static Aggregate<T, TResult> Combine<T, T1, T2, T3, T4, TResult>(
        Aggregate<T, T1> first, Aggregate<T, T2> second, Aggregate<T, T3> third, Aggregate<T, T4> fourth, Func<T1, T2, T3, T4, TResult> result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Combine(Combine(first, second, static (a, b) => (a, b)), Combine(third, fourth, static (c, d) => (c, d)), (ab, cd) => result(ab.a, ab.b, cd.c, cd.d));
    }

    private sealed class CombineFirst<T, T1, T2, TResult>(Aggregate<T, T2> second, Func<T1, T2, TResult> result) : IAggregateUse<T, T1, Aggregate<T, TResult>>
    {
        public Aggregate<T, TResult> With<TState>(Aggregate<T, TState, T1> aggregate)
            => second.Use(new CombineSecond<T, TState, T1, T2, TResult>(aggregate, result));
    }

    private sealed class CombineSecond<T, TFirst, T1, T2, TResult>(Aggregate<T, TFirst, T1> first, Func<T1, T2, TResult> result) : IAggregateUse<T, T2, Aggregate<T, TResult>>
    {
        public Aggregate<T, TResult> With<TState>(Aggregate<T, TState, T2> aggregate)
            => new Combined<T, TFirst, T1, TState, T2, TResult>(first, aggregate, result);
    }

    private sealed class Combined<T, TFirst, T1, TSecond, T2, TResult>(
        Aggregate<T, TFirst, T1> first, Aggregate<T, TSecond, T2> second, Func<T1, T2, TResult> result) : Aggregate<T, (TFirst First, TSecond Second), TResult>
    {
        public override bool CanMerge => first.CanMerge && second.CanMerge;
        public override bool CopiesByAssignment => first.CopiesByAssignment && second.CopiesByAssignment;
        public override (TFirst, TSecond) Seed() => (first.Seed(), second.Seed());

        public override void Add(ref (TFirst First, TSecond Second) state, T element)
        {
            first.Add(ref state.First, element);
            second.Add(ref state.Second, element);
        }

        public override void Merge(ref (TFirst First, TSecond Second) state, (TFirst First, TSecond Second) later)
        {
            first.Merge(ref state.First, later.First);
            second.Merge(ref state.Second, later.Second);
        }

        public override TResult Result((TFirst First, TSecond Second) state) => result(first.Result(state.First), second.Result(state.Second));
    }
}
