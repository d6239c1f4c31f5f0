using System.Globalization;

namespace KafkaOracle.Reactive.Testing;

/// <summary>A value with the virtual time at which it occurred. Equal when time and value are.</summary>
/// <param name="Time">In ticks of the scheduler; for a cold observable's message, in ticks after the subscription.</param>
/// <param name="Value">As a rule a <see cref="System.Reactive.Notification{T}"/>.</param>
public readonly record struct Recorded<T>(long Time, T Value)
{
    /// <summary>The value and its time: <c>OnNext(42)@210</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value}@{Time}");
}
