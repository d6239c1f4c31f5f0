using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace KafkaOracle.Reactive;

/// <summary>A scheduler's time in ticks of UTC, and work at such a time.</summary>
internal static class SchedulerTicks
{
    /// <summary>Longest span that can be added to any time twice.</summary>
    private static readonly long Longest = DateTimeOffset.MaxValue.Ticks;

    public static long Ticks(this IScheduler clock) => clock is EventClock lane ? lane.Clock : clock.Now.UtcTicks;

    /// <summary>Schedules work of an operator that has told the clock how far it looks back.</summary>
    public static IDisposable ScheduleAt(this IScheduler clock, long due, Action action)
        => clock is EventClock lane ? lane.ScheduleDeclared(due, action) : clock.Schedule(action, EventTime.At(due), static (_, run) =>
        {
            run();
            return Disposable.Empty;
        });

    /// <summary>The span's ticks; one that reaches beyond all dates becomes one that just does.</summary>
    public static long Bounded(this TimeSpan span) => Math.Min(span.Ticks, Longest);
}
