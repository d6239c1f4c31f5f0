using System.Globalization;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Time zones by offset or by region.</summary>
internal static class TimeZones
{
    public static TimeSpan Offset(string zone, DateTimeOffset at)
    {
        var name = zone.Replace(" ", "", StringComparison.Ordinal);
        if (name.Length > 0 && name[0] is '+' or '-' or >= '0' and <= '9')
        {
            var parts = name.TrimStart('+', '-').Split(':');
            if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
                && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes <= 59 && hours * 60 + minutes <= 14 * 60)
            {
                var span = new TimeSpan(hours, minutes, 0);
                return name[0] == '-' ? -span : span;
            }
            throw new OracleError(1874, "time zone hour must be between -15 and 15");
        }
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name.ToUpperInvariant() is "GMT" or "UTC" or "Z" ? "UTC" : name).GetUtcOffset(at);
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            throw new OracleError(1882, "timezone region not found");
        }
    }
}
