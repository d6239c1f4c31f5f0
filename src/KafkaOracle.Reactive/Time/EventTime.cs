namespace KafkaOracle.Reactive;

/// <summary>Event time inside the lane: ticks of UTC, 100 nanoseconds each, since 0001-01-01T00:00Z.</summary>
internal static class EventTime
{
    /// <summary>Before every time: nothing has been seen yet. Far enough from the edge to subtract a lateness.</summary>
    public const long Never = long.MinValue / 4;

    private static readonly long FirstMillisecond = DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), LastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static DateTimeOffset At(long ticks) => new(Math.Clamp(ticks, 0, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

    /// <summary>Ticks of a time stamp in milliseconds since 1970; one that no date can hold becomes the nearest that can, not one by chance.</summary>
    public static long OfUnixMilliseconds(long milliseconds)
        => DateTimeOffset.UnixEpoch.Ticks + (Math.Clamp(milliseconds, FirstMillisecond, LastMillisecond) * TimeSpan.TicksPerMillisecond);

    public static DateTimeOffset? AtOrNull(long ticks) => ticks == Never ? null : At(ticks);

    public static long TicksOrNever(DateTimeOffset? at) => at?.UtcTicks ?? Never;

    /// <summary>The latest multiple of <paramref name="size"/> at or before <paramref name="time"/>.</summary>
    public static long Floor(long time, long size) => time - (((time % size) + size) % size);

    /// <summary>The earliest multiple of <paramref name="size"/> after <paramref name="time"/>.</summary>
    public static long Next(long time, long size) => Floor(time, size) + size;
}
