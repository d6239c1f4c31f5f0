using System.Globalization;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Time zones by offset or by region.</summary>
internal static class TimeZones
{
    public static TimeSpan Offset(string zone, DateTimeOffset at) => TryOffset(zone) ?? Zone(zone).GetUtcOffset(at);

    public static bool IsOffset(string zone) => TryOffset(zone) != null;

    public static TimeZoneInfo Zone(string zone)
    {
        if (TryOffset(zone) is { } offset) return TimeZoneInfo.CreateCustomTimeZone(Text(offset), offset, zone, zone);
        var name = zone.Trim();
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name.ToUpperInvariant() is "GMT" or "UTC" or "Z" ? "UTC" : name);
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException)
        {
            throw new OracleError(1882, "timezone region not found");
        }
    }

    /// <summary>An offset as +hh:mm.</summary>
    public static string Text(TimeSpan offset) =>
        string.Create(CultureInfo.InvariantCulture, $"{(offset < TimeSpan.Zero ? '-' : '+')}{Math.Abs(offset.Hours):00}:{Math.Abs(offset.Minutes):00}");

    private static TimeSpan? TryOffset(string zone)
    {
        var name = zone.Replace(" ", "", StringComparison.Ordinal);
        if (name.Length == 0 || name[0] is not ('+' or '-' or (>= '0' and <= '9'))) return null;
        var parts = name.TrimStart('+', '-').Split(':');
        if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || minutes > 59 || (hours * 60) + minutes > 14 * 60)
            throw new OracleError(1874, "time zone hour must be between -15 and 15");
        var span = new TimeSpan(hours, minutes, 0);
        return name[0] == '-' ? -span : span;
    }
}
