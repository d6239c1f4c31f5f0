using System.Globalization;

namespace KafkaOracle.Reactive.Testing;

/// <summary>The times of a time line: text, and ticks of virtual time.</summary>
internal sealed class MarbleTimes
{
    private readonly long _unit, _origin;

    public MarbleTimes(TimeSpan unit, DateTimeOffset origin)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(unit, TimeSpan.Zero);
        (_unit, _origin) = (unit.Ticks, origin.UtcTicks);
    }

    /// <summary>Null where the text is no time, or lies between two ticks.</summary>
    public long? Parse(string text, long before)
    {
        var isRelative = text.StartsWith('+');
        var end = text.Length;
        while (end > 0 && char.IsAsciiLetter(text[end - 1])) end--;
        long? unit = text[end..] switch
        {
            "" => _unit,
            "t" => 1,
            "ms" => TimeSpan.TicksPerMillisecond,
            "s" => TimeSpan.TicksPerSecond,
            "m" => TimeSpan.TicksPerMinute,
            "h" => TimeSpan.TicksPerHour,
            "d" => TimeSpan.TicksPerDay,
            _ => null,
        };
        if (unit is null || !decimal.TryParse(text.AsSpan()[(isRelative ? 1 : 0)..end], NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return null;
        if (Math.Abs(number) > long.MaxValue / 4 / unit.Value) return null;
        var ticks = number * unit.Value;
        return ticks == Math.Floor(ticks) ? (isRelative ? before : _origin) + (long)ticks : null;
    }

    public string Text(long ticks)
    {
        var number = (decimal)(ticks - _origin) / _unit;
        return Math.Round(number, 7) * _unit == ticks - _origin
            ? Math.Round(number, 7).ToString("0.#######", CultureInfo.InvariantCulture)
            : (ticks - _origin).ToString(CultureInfo.InvariantCulture) + "t";
    }

    public long Origin => _origin;
}
