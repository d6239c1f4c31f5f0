namespace KafkaOracle.Reactive;

/// <summary>How event time is cut into windows. Immutable: keep one in a static field and use it in any number of queries.</summary>
/// <remarks>A window holds its start and not its end: an element at the end of one belongs to the next.</remarks>
public abstract class Windows
{
    private protected Windows() { }

    /// <summary>Windows of one length, one after the other.</summary>
    /// <param name="size">Length of a window. Positive.</param>
    /// <param name="offset">Windows start at multiples of <paramref name="size"/> since 0001-01-01T00:00Z, plus this.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is not positive.</exception>
    /// <remarks>Looks back: nothing where <paramref name="size"/> divides the era and there is no offset, else up to <paramref name="size"/>.</remarks>
    public static Windows Tumbling(TimeSpan size, TimeSpan offset = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(size, TimeSpan.Zero);
        return new HoppingWindows(size, size, offset, $"Tumbling({size})");
    }

    /// <summary>Windows of one length, a new one beginning every <paramref name="hop"/>: an element lies in several where the hop is shorter than the size, and may lie in none where it is longer.</summary>
    /// <param name="size">Length of a window. Positive.</param>
    /// <param name="hop">From one start to the next. Positive.</param>
    /// <param name="offset">Windows start at multiples of <paramref name="hop"/> since 0001-01-01T00:00Z, plus this.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> or <paramref name="hop"/> is not positive.</exception>
    /// <remarks>
    /// An element costs size/hop additions, and each key is held size/hop times. Looks back: size less hop where the hop divides
    /// size and era, else up to <paramref name="size"/>.
    /// </remarks>
    public static Windows Hopping(TimeSpan size, TimeSpan hop, TimeSpan offset = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(size, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(hop, TimeSpan.Zero);
        return new HoppingWindows(size, hop, offset, $"Hopping({size}, {hop})");
    }

    /// <summary>Each key's elements that follow each other within less than <paramref name="gap"/>.</summary>
    /// <param name="gap">A silence of this length ends a session: it reaches from its first element to <paramref name="gap"/> after its last. Positive.</param>
    /// <param name="longest">Where a session would grow longer than this, it ends, and the next element begins another. Not shorter than <paramref name="gap"/>. Null: no limit.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="gap"/> is not positive, or <paramref name="longest"/> is shorter.</exception>
    /// <remarks>
    /// Looks back: <paramref name="longest"/>; without it the length of the sessions, which only the data show: a lane tells of
    /// those longer than its lead-in. Where a key never pauses, the cuts of <paramref name="longest"/> fall where its first element in the
    /// lead-in puts them.
    /// </remarks>
    public static Windows Session(TimeSpan gap, TimeSpan? longest = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(gap, TimeSpan.Zero);
        if (longest is { } limit) ArgumentOutOfRangeException.ThrowIfLessThan(limit, gap, nameof(longest));
        return new SessionWindows(gap, longest);
    }

    /// <summary>Days, weeks, months, quarters or years as a time zone has them: a day of 23 or 25 hours where its clocks change.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="zone">The time zone. Its rules come from the machine: all machines that run a pipeline need the same time zone data.</param>
    /// <param name="firstDayOfWeek">The day on which weeks begin.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="unit"/> or <paramref name="firstDayOfWeek"/> is none.</exception>
    /// <remarks>
    /// A unit begins at midnight of its first day; where the clocks skip midnight, when they skip it; where they show it twice, the first
    /// time. Looks back: the unit at its longest, one hour longer than in UTC.
    /// </remarks>
    public static Windows Calendar(CalendarUnit unit, TimeZoneInfo zone, DayOfWeek firstDayOfWeek = DayOfWeek.Monday)
    {
        if (!Enum.IsDefined(unit)) throw new ArgumentOutOfRangeException(nameof(unit), unit, "No unit of the calendar.");
        ArgumentNullException.ThrowIfNull(zone);
        if (!Enum.IsDefined(firstDayOfWeek)) throw new ArgumentOutOfRangeException(nameof(firstDayOfWeek), firstDayOfWeek, "No day of the week.");
        return new CalendarWindows(unit, zone, firstDayOfWeek);
    }
}

/// <summary>A unit of <see cref="Windows.Calendar"/>.</summary>
public enum CalendarUnit
{
    /// <summary>From midnight to midnight.</summary>
    Day,

    /// <summary>Seven days.</summary>
    Week,

    /// <summary>A month.</summary>
    Month,

    /// <summary>Three months, from January, April, July and October on.</summary>
    Quarter,

    /// <summary>A year.</summary>
    Year,
}
