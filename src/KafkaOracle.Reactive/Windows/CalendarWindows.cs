namespace KafkaOracle.Reactive;

/// <summary>The units of a time zone's calendar, one after the other.</summary>
/// <remarks>A window is found by its bounds, not by the local date: where clocks go back across midnight a date may come twice.</remarks>
internal sealed class CalendarWindows(CalendarUnit unit, TimeZoneInfo zone, DayOfWeek firstDayOfWeek) : AlignedWindows
{
    public override bool Overlap => false;

    public override TimeSpan Longest => TimeSpan.FromDays(unit switch
    {
        CalendarUnit.Day => 1,
        CalendarUnit.Week => 7,
        CalendarUnit.Month => 31,
        CalendarUnit.Quarter => 92,
        _ => 366,
    }) + (zone.SupportsDaylightSavingTime ? TimeSpan.FromHours(1) : TimeSpan.Zero);

    public override Bounds FirstAfter(long time)
    {
        var first = FirstDay(TimeZoneInfo.ConvertTimeFromUtc(new(Math.Clamp(time, 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc), zone).Date);
        while (StartOf(first) > time) first = FirstDay(first.AddDays(-1));
        var next = NextOf(first);
        for (; StartOf(next) <= time; next = NextOf(next)) first = next;
        return new(StartOf(first), StartOf(next));
    }

    public override Bounds Next(Bounds window) => FirstAfter(window.End);

    public override TimeSpan BeforeEra(long era)
        => unit == CalendarUnit.Day && !zone.SupportsDaylightSavingTime
            ? new HoppingWindows(TimeSpan.FromDays(1), TimeSpan.FromDays(1), -zone.BaseUtcOffset, "").BeforeEra(era)
            : Longest;

    public override string ToString() => $"Calendar({unit}, {zone.Id})";

    private DateTime FirstDay(DateTime day) => unit switch
    {
        CalendarUnit.Day => day,
        CalendarUnit.Week => day.AddDays(-((day.DayOfWeek - firstDayOfWeek + 7) % 7)),
        CalendarUnit.Month => new(day.Year, day.Month, 1),
        CalendarUnit.Quarter => new(day.Year, ((day.Month - 1) / 3 * 3) + 1, 1),
        _ => new(day.Year, 1, 1),
    };

    private DateTime NextOf(DateTime first) => unit switch
    {
        CalendarUnit.Day => first.AddDays(1),
        CalendarUnit.Week => first.AddDays(7),
        CalendarUnit.Month => first.AddMonths(1),
        CalendarUnit.Quarter => first.AddMonths(3),
        _ => first.AddYears(1),
    };

    private long StartOf(DateTime midnight)
    {
        if (zone.IsAmbiguousTime(midnight)) return midnight.Ticks - zone.GetAmbiguousTimeOffsets(midnight).Max().Ticks;
        if (!zone.IsInvalidTime(midnight)) return midnight.Ticks - zone.GetUtcOffset(midnight).Ticks;
        var (before, after) = (midnight.Ticks - TimeSpan.TicksPerDay, midnight.Ticks + TimeSpan.TicksPerDay);
        while (after - before > 1)
        {
            var middle = before + ((after - before) / 2);
            if (TimeZoneInfo.ConvertTimeFromUtc(new(middle, DateTimeKind.Utc), zone) < midnight) before = middle;
            else after = middle;
        }
        return after;
    }
}
