using System.Globalization;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>TRUNC and ROUND of dates to a unit (SQL Language Reference, "ROUND and TRUNC Date Functions").</summary>
internal static class DateUnit
{
    public static DateTime Truncate(string unit, DateTime v) => Kind(unit) switch
    {
        'C' => new DateTime(((v.Year - 1) / 100 * 100) + 1, 1, 1),
        'Y' => new DateTime(v.Year, 1, 1),
        'I' => ISOWeek.GetYearStart(ISOWeek.GetYear(v)),
        'Q' => new DateTime(v.Year, ((v.Month - 1) / 3 * 3) + 1, 1),
        'M' => new DateTime(v.Year, v.Month, 1),
        'V' => WeekFrom(v, new DateTime(v.Year, 1, 1)),
        'W' => WeekFrom(v, new DateTime(v.Year, v.Month, 1)),
        'i' => v.Date.AddDays(-(((int)v.DayOfWeek + 6) % 7)),
        'w' => v.Date.AddDays(-(int)v.DayOfWeek),
        'D' => v.Date,
        'H' => v.Date.AddHours(v.Hour),
        _ => v.Date.AddHours(v.Hour).AddMinutes(v.Minute),
    };

    /// <summary>Up from July 1, the 16th day of a quarter's second month, the 16th of a month, noon of a week's fourth day, noon, half past.</summary>
    public static DateTime Round(string unit, DateTime v) => Kind(unit) switch
    {
        'C' => Truncate(unit, v.AddYears(50)),
        'Y' or 'I' => Truncate(unit, v.Month >= 7 ? v.AddMonths(6) : v),
        'Q' => (v.Month - 1) % 3 == 2 || ((v.Month - 1) % 3 == 1 && v.Day >= 16) ? Truncate(unit, v).AddMonths(3) : Truncate(unit, v),
        'M' => v.Day >= 16 ? Truncate(unit, v).AddMonths(1) : Truncate(unit, v),
        'V' or 'W' or 'i' or 'w' => (v - Truncate(unit, v)).TotalDays >= 3.5 ? Truncate(unit, v).AddDays(7) : Truncate(unit, v),
        'D' => v.AddHours(12).Date,
        'H' => Truncate(unit, v.AddMinutes(30)),
        _ => Truncate(unit, v.AddSeconds(30)),
    };

    private static char Kind(string unit) => unit.ToUpperInvariant() switch
    {
        "CC" or "SCC" => 'C',
        "SYYYY" or "YYYY" or "YEAR" or "SYEAR" or "YYY" or "YY" or "Y" => 'Y',
        "IYYY" or "IYY" or "IY" or "I" => 'I',
        "Q" => 'Q',
        "MONTH" or "MON" or "MM" or "RM" => 'M',
        "WW" => 'V',
        "W" => 'W',
        "IW" => 'i',
        "DAY" or "DY" or "D" => 'w',
        "DDD" or "DD" or "J" => 'D',
        "HH" or "HH12" or "HH24" => 'H',
        "MI" => 'N',
        _ => throw new OracleError(1898, "too many precision specifiers"),
    };

    private static DateTime WeekFrom(DateTime v, DateTime first) => v.Date.AddDays(-((v.Date - first).Days % 7));
}
