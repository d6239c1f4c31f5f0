using System.Globalization;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using KafkaOracle.Reactive.Testing;

namespace KafkaOracle.Reactive.Tests.Calendars;

public sealed class CalendarWindowsTests
{
    [Theory]
    [InlineData("Europe/Berlin", CalendarUnit.Day, "2024-03-31T10:00Z", "2024-03-30T23:00Z", "2024-03-31T22:00Z", "the clocks go ahead: 23 hours")]
    [InlineData("Europe/Berlin", CalendarUnit.Day, "2024-10-27T10:00Z", "2024-10-26T22:00Z", "2024-10-27T23:00Z", "the clocks go back: 25 hours")]
    [InlineData("Europe/Berlin", CalendarUnit.Day, "2024-06-01T22:00Z", "2024-06-01T22:00Z", "2024-06-02T22:00Z", "midnight itself belongs to the new day")]
    [InlineData("Europe/Berlin", CalendarUnit.Day, "2024-06-01T21:59:59.9999999Z", "2024-05-31T22:00Z", "2024-06-01T22:00Z", "and the tick before it to the old one")]
    [InlineData("Europe/Berlin", CalendarUnit.Week, "2024-03-31T10:00Z", "2024-03-24T23:00Z", "2024-03-31T22:00Z", "from Monday on, an hour short")]
    [InlineData("Europe/Berlin", CalendarUnit.Month, "2024-03-31T21:59Z", "2024-02-29T23:00Z", "2024-03-31T22:00Z", "of a leap year")]
    [InlineData("Europe/Berlin", CalendarUnit.Quarter, "2024-05-05T00:00Z", "2024-03-31T22:00Z", "2024-06-30T22:00Z", "April to June")]
    [InlineData("Europe/Berlin", CalendarUnit.Year, "2024-12-31T23:30Z", "2024-12-31T23:00Z", "2025-12-31T23:00Z", "it is 2025 in Berlin")]
    [InlineData("America/Sao_Paulo", CalendarUnit.Day, "2018-11-04T12:00Z", "2018-11-04T03:00Z", "2018-11-05T02:00Z", "midnight was skipped: the day began at one")]
    [InlineData("America/Sao_Paulo", CalendarUnit.Day, "2018-02-18T02:30Z", "2018-02-17T02:00Z", "2018-02-18T03:00Z", "the hour before midnight came twice")]
    [InlineData("America/Havana", CalendarUnit.Day, "2024-11-03T05:30Z", "2024-11-03T04:00Z", "2024-11-04T05:00Z", "midnight came twice: the day began with the first")]
    [InlineData("America/St_Johns", CalendarUnit.Day, "2010-11-07T03:00Z", "2010-11-07T02:30Z", "2010-11-08T03:30Z", "the clocks went back across midnight, a minute after it")]
    [InlineData("Asia/Kathmandu", CalendarUnit.Day, "2024-06-01T18:14Z", "2024-05-31T18:15Z", "2024-06-01T18:15Z", "5 hours and 45 minutes ahead")]
    [InlineData("Pacific/Apia", CalendarUnit.Day, "2011-12-30T09:00Z", "2011-12-29T10:00Z", "2011-12-30T10:00Z", "a day was left out")]
    public void A_unit_begins_at_local_midnight(string zone, CalendarUnit unit, string time, string start, string end, string why)
    {
        var windows = (AlignedWindows)Windows.Calendar(unit, TimeZoneInfo.FindSystemTimeZoneById(zone));

        windows.FirstAfter(Utc(time)).Should().Be(new Bounds(Utc(start), Utc(end)), why);
    }

    [Fact]
    public void Weeks_begin_on_the_day_asked_for()
        => ((AlignedWindows)Windows.Calendar(CalendarUnit.Week, TimeZoneInfo.Utc, DayOfWeek.Sunday)).FirstAfter(Utc("2024-06-05T00:00Z"))
            .Should().Be(new Bounds(Utc("2024-06-02T00:00Z"), Utc("2024-06-09T00:00Z")));

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("America/Havana")]
    [InlineData("America/St_Johns")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Africa/Cairo")]
    [InlineData("Asia/Beirut")]
    public void Windows_follow_each_other_without_gaps_and_hold_what_they_are_found_by(string zone)
    {
        foreach (var unit in Enum.GetValues<CalendarUnit>())
        {
            var windows = (AlignedWindows)Windows.Calendar(unit, TimeZoneInfo.FindSystemTimeZoneById(zone));
            var window = windows.FirstAfter(Utc("1995-01-15T12:00Z"));
            var random = new Random(1);
            for (var count = 0; window.End < Utc("2030-01-01T00:00Z"); count++)
            {
                var time = random.NextInt64(window.Start, window.End);
                windows.FirstAfter(time).Should().Be(window, "{0} of {1} from {2:O} on holds {3:O}", unit, zone, EventTime.At(window.Start), EventTime.At(time));
                (window.End - window.Start).Should().BeLessThanOrEqualTo(windows.Longest.Ticks, "{0} of {1} from {2:O} on", unit, zone, EventTime.At(window.Start));
                var next = windows.Next(window);
                next.Start.Should().Be(window.End);
                window = next;
            }
        }
    }

    [Fact]
    public void Counts_by_local_day()
    {
        var clock = new TestScheduler();
        clock.AdvanceTo(Utc("2024-03-30T12:00Z"));
        var source = new Subject<int>();
        var seen = new List<string>();
        using var subscription = source.AggregateBy(_ => 0, Windows.Calendar(CalendarUnit.Day, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")), Aggregates.Count<int>(), clock)
            .Subscribe(w => seen.Add($"{w.Value} in {(w.End - w.Start).TotalHours} h"));
        for (var hour = 0; hour < 60; hour++)
        {
            source.OnNext(hour);
            clock.AdvanceBy(TimeSpan.TicksPerHour);
        }

        seen.Should().Equal("11 in 24 h", "23 in 23 h", "24 in 24 h");
    }

    private static long Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).UtcTicks;
}
