namespace KafkaOracle.Reactive;

/// <summary>When the results of a window are emitted. Times are the clock's.</summary>
/// <remarks>
/// Each result carries a revision, from 0 on for each key and window: write them with a revision-guarded upsert, and the table always
/// holds the latest. <c>grace</c> is for elements that bring a time of their own and may come when their window has ended; it needs
/// the overload with an event time.
/// </remarks>
public sealed class Emit
{
    private Emit(TimeSpan? every, TimeSpan grace, bool revises)
    {
        if (every is { } interval) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero, nameof(every));
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        (Every, Grace, Revises) = (every?.Ticks ?? 0, grace.Ticks, revises);
    }

    /// <summary>Once, when the window ends. The default.</summary>
    public static Emit Final { get; } = new(null, TimeSpan.Zero, false);

    /// <summary>Once, <paramref name="grace"/> after the window's end, what came until then included.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="grace"/> is negative.</exception>
    public static Emit FinalAfter(TimeSpan grace) => new(null, grace, false);

    /// <summary>
    /// At multiples of <paramref name="every"/>, where something has changed, and when the window ends. With a <paramref name="grace"/>
    /// also after the end until that has passed, at multiples of <paramref name="every"/> and when it is over.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is not positive, or <paramref name="grace"/> is negative.</exception>
    public static Emit Early(TimeSpan every, TimeSpan grace = default) => new(every, grace, true);

    /// <summary>When the window ends, and again at once for each element that comes within <paramref name="grace"/> after that.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="grace"/> is negative.</exception>
    public static Emit Revisions(TimeSpan grace) => new(null, grace, true);

    /// <summary>In ticks; 0 for no early results.</summary>
    internal long Every { get; }

    /// <summary>In ticks.</summary>
    internal long Grace { get; }

    /// <summary>Whether there may be more than one result of a window.</summary>
    internal bool Revises { get; }
}
