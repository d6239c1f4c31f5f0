using System.Globalization;

namespace KafkaOracle.Reactive.Testing;

/// <summary>When an observer subscribed to a test observable, and when it left.</summary>
/// <param name="Subscribe">In ticks of the scheduler.</param>
/// <param name="Unsubscribe">In ticks of the scheduler; <see cref="Infinite"/> while it has not left.</param>
public readonly record struct Subscription(long Subscribe, long Unsubscribe)
{
    /// <summary>The time of leaving of an observer that did not leave.</summary>
    public const long Infinite = long.MaxValue;

    /// <summary>An observer that did not leave.</summary>
    /// <param name="subscribe">In ticks of the scheduler.</param>
    public Subscription(long subscribe)
        : this(subscribe, Infinite)
    {
    }

    /// <summary>Both times: <c>(200, 1000)</c>, <c>(200, Infinite)</c>.</summary>
    public override string ToString() => Unsubscribe == Infinite
        ? string.Create(CultureInfo.InvariantCulture, $"({Subscribe}, Infinite)")
        : string.Create(CultureInfo.InvariantCulture, $"({Subscribe}, {Unsubscribe})");
}
