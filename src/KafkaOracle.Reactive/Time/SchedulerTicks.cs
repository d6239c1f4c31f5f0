using System.Reactive.Concurrency;

namespace KafkaOracle.Reactive;

/// <summary>Time in ticks of UTC, as operators count it.</summary>
internal static class SchedulerTicks
{
    /// <summary>Longest span that can be added to any time twice.</summary>
    private static readonly long Longest = DateTimeOffset.MaxValue.Ticks;

    /// <summary>The time of a scheduler; a lane's without the way over <see cref="DateTimeOffset"/>.</summary>
    public static long Ticks(this IScheduler clock) => clock is EventClock lane ? lane.Clock : clock.Now.UtcTicks;

    /// <summary>The span's ticks; one that reaches beyond all dates becomes one that just does.</summary>
    public static long Bounded(this TimeSpan span) => Math.Min(span.Ticks, Longest);
}
