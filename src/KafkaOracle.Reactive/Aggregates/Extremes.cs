namespace KafkaOracle.Reactive;

public static partial class Aggregates
{
    /// <summary>The least value.</summary>
    /// <param name="selector">The value of an element. Null is passed over, as in SQL; select a nullable type to have null of no value, instead of the type's default.</param>
    /// <remarks>By the type's default order; texts by the order of their UTF-16 codes, which is the same on every machine. State: the value and a flag.</remarks>
    public static Aggregate<T, TValue?> Min<T, TValue>(Func<T, TValue> selector) => Extreme<T, TValue, Lesser>(selector);

    /// <summary>The greatest value.</summary>
    /// <inheritdoc cref="Min"/>
    public static Aggregate<T, TValue?> Max<T, TValue>(Func<T, TValue> selector) => Extreme<T, TValue, Greater>(selector);

    /// <summary>The value of the first element; in the order of arrival, and where sessions merge, that of the earlier one.</summary>
    /// <param name="selector">The value of an element. Null counts as a value.</param>
    /// <remarks>State: the value and a flag.</remarks>
    public static Aggregate<T, TValue?> First<T, TValue>(Func<T, TValue> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return new FirstValue<T, TValue>(selector);
    }

    /// <summary>The value of the last element; in the order of arrival, and where sessions merge, that of the later one.</summary>
    /// <inheritdoc cref="First"/>
    public static Aggregate<T, TValue?> Last<T, TValue>(Func<T, TValue> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return new LastValue<T, TValue>(selector);
    }

    private static ExtremeValue<T, TValue, TOrder> Extreme<T, TValue, TOrder>(Func<T, TValue> selector) where TOrder : struct, IExtreme
    {
        ArgumentNullException.ThrowIfNull(selector);
        return new(selector);
    }

    // The default order of texts is that of the machine's culture.
    private static int Compare<TValue>(TValue left, TValue right)
        => left is string text ? string.CompareOrdinal(text, right as string) : Comparer<TValue>.Default.Compare(left, right);

    private interface IExtreme
    {
        static abstract bool Replaces(int comparison);
    }

    private readonly struct Lesser : IExtreme
    {
        public static bool Replaces(int comparison) => comparison < 0;
    }

    private readonly struct Greater : IExtreme
    {
        public static bool Replaces(int comparison) => comparison > 0;
    }

    private struct Held<TValue>
    {
        public TValue? Value;
        public bool IsSet;
    }

    private sealed class ExtremeValue<T, TValue, TOrder>(Func<T, TValue> selector) : Aggregate<T, Held<TValue>, TValue?> where TOrder : struct, IExtreme
    {
        public override bool CopiesByAssignment => true;
        public override void Add(ref Held<TValue> state, T element) => Take(ref state, selector(element));
        public override void Merge(ref Held<TValue> state, Held<TValue> later)
        {
            if (later.IsSet) Take(ref state, later.Value!);
        }
        public override TValue? Result(Held<TValue> state) => state.Value;

        private static void Take(ref Held<TValue> state, TValue value)
        {
            if (value is null || (state.IsSet && !TOrder.Replaces(Compare(value, state.Value!)))) return;
            (state.Value, state.IsSet) = (value, true);
        }
    }

    private sealed class FirstValue<T, TValue>(Func<T, TValue> selector) : Aggregate<T, Held<TValue>, TValue?>
    {
        public override bool CopiesByAssignment => true;
        public override void Add(ref Held<TValue> state, T element)
        {
            if (!state.IsSet) (state.Value, state.IsSet) = (selector(element), true);
        }
        public override void Merge(ref Held<TValue> state, Held<TValue> later)
        {
            if (!state.IsSet) state = later;
        }
        public override TValue? Result(Held<TValue> state) => state.Value;
    }

    private sealed class LastValue<T, TValue>(Func<T, TValue> selector) : Aggregate<T, Held<TValue>, TValue?>
    {
        public override bool CopiesByAssignment => true;
        public override void Add(ref Held<TValue> state, T element) => (state.Value, state.IsSet) = (selector(element), true);
        public override void Merge(ref Held<TValue> state, Held<TValue> later)
        {
            if (later.IsSet) state = later;
        }
        public override TValue? Result(Held<TValue> state) => state.Value;
    }
}
