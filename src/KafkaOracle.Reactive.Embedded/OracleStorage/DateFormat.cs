using System.Globalization;
using System.Text;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Date format models: YYYY-MM-DD HH24:MI:SS.FF3 and the like, for TO_CHAR, TO_DATE, TRUNC and ROUND.</summary>
internal static class DateFormat
{
    private static readonly string[] Elements =
    [
        "SYYYY", "YYYY", "RRRR", "MONTH", "SSSSS", "HH24", "HH12", "IYYY", "YEAR", "A.M.", "P.M.", "YYY", "MON", "DDD", "DAY", "TZH", "TZM", "TZR", "TZD", "FF9", "FF8",
        "FF7", "FF6", "FF5", "FF4", "FF3", "FF2", "FF1", "YY", "RR", "MM", "DD", "DY", "HH", "MI", "SS", "FF", "AM", "PM", "IW", "WW", "CC", "FM", "FX", "TH", "W", "Q", "D", "J", "X", "Y",
    ];

    private static CultureInfo Culture => CultureInfo.InvariantCulture;

    public static string Write(string format, DateTime value, TimeSpan offset)
    {
        var text = new StringBuilder();
        var fill = true;
        foreach (var (element, literal) in Cut(format))
        {
            if (element == null) text.Append(literal);
            else if (element == "FM") fill = !fill;
            else text.Append(Element(element, literal, value, offset, fill));
        }
        return text.ToString();
    }

    private static string Element(string element, string asWritten, DateTime v, TimeSpan offset, bool fill) => element switch
    {
        "YYYY" or "SYYYY" or "RRRR" => Digits(v.Year, 4, fill),
        "YYY" => Digits(v.Year % 1000, 3, fill),
        "YY" or "RR" => Digits(v.Year % 100, 2, fill),
        "Y" => Digits(v.Year % 10, 1, fill),
        "IYYY" => Digits(ISOWeek.GetYear(v), 4, fill),
        "CC" => Digits((v.Year + 99) / 100, 2, fill),
        "Q" => Digits((v.Month + 2) / 3, 1, fill),
        "MM" => Digits(v.Month, 2, fill),
        "MON" => Cased(v.ToString("MMM", Culture), asWritten),
        "MONTH" => Cased(fill ? v.ToString("MMMM", Culture).PadRight(9) : v.ToString("MMMM", Culture), asWritten),
        "IW" => Digits(ISOWeek.GetWeekOfYear(v), 2, fill),
        "WW" => Digits(((v.DayOfYear - 1) / 7) + 1, 2, fill),
        "W" => Digits(((v.Day - 1) / 7) + 1, 1, fill),
        "DDD" => Digits(v.DayOfYear, 3, fill),
        "DD" => Digits(v.Day, 2, fill),
        "D" => Digits((int)v.DayOfWeek + 1, 1, fill),
        "DY" => Cased(v.ToString("ddd", Culture), asWritten),
        "DAY" => Cased(fill ? v.ToString("dddd", Culture).PadRight(9) : v.ToString("dddd", Culture), asWritten),
        "HH24" => Digits(v.Hour, 2, fill),
        "HH" or "HH12" => Digits(((v.Hour + 11) % 12) + 1, 2, fill),
        "MI" => Digits(v.Minute, 2, fill),
        "SS" => Digits(v.Second, 2, fill),
        "SSSSS" => Digits((int)v.TimeOfDay.TotalSeconds, 5, fill),
        "AM" or "PM" => Cased(v.Hour < 12 ? "AM" : "PM", asWritten),
        "A.M." or "P.M." => Cased(v.Hour < 12 ? "A.M." : "P.M.", asWritten),
        "X" => ".",
        "TZH" => $"{(offset < TimeSpan.Zero ? '-' : '+')}{Math.Abs(offset.Hours):00}",
        "TZM" => $"{Math.Abs(offset.Minutes):00}",
        "TZR" => $"{(offset < TimeSpan.Zero ? '-' : '+')}{Math.Abs(offset.Hours):00}:{Math.Abs(offset.Minutes):00}",
        _ when element.StartsWith("FF", StringComparison.Ordinal) => Fraction(v, element.Length == 3 ? element[2] - '0' : 6),
        _ => throw OracleError.Unsupported($"the date format element {element}"),
    };

    public static DateTimeOffset Read(string format, string text)
    {
        int year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0;
        long ticks = 0;
        bool? afternoon = null;
        var offset = TimeSpan.Zero;
        var at = 0;
        foreach (var (element, literal) in Cut(format))
        {
            if (element == null)
            {
                foreach (var c in literal)
                {
                    if (at < text.Length && !char.IsLetterOrDigit(text[at]) && (!char.IsLetterOrDigit(c) || text[at] == c)) at++;
                    else if (at < text.Length && text[at] == c) at++;
                    else if (char.IsLetterOrDigit(c)) throw new OracleError(1861, "literal does not match format string");
                }
                continue;
            }
            if (at >= text.Length) continue; // elements without text keep their defaults
            switch (element)
            {
                case "FM" or "FX": break;
                case "YYYY" or "SYYYY" or "RRRR": year = Number(4); break;
                case "YY": year = 2000 + Number(2); break;
                case "RR": year = Number(2) is var y && y < 50 ? 2000 + y : 1900 + y; break;
                case "MM": month = Number(2) is var m and >= 1 and <= 12 ? m : throw new OracleError(1843, "not a valid month"); break;
                case "MON" or "MONTH": month = MonthName(); break;
                case "DD": day = Number(2); break;
                case "HH24": hour = Number(2); break;
                case "HH" or "HH12": hour = Number(2); break;
                case "MI": minute = Number(2); break;
                case "SS": second = Number(2); break;
                case "SSSSS": ticks = Number(5) * TimeSpan.TicksPerSecond; break;
                case "X": if (text[at] == '.') at++; break;
                case "AM" or "PM": afternoon = Word(2).StartsWith('P'); break;
                case "A.M." or "P.M.": afternoon = Word(4).StartsWith('P'); break;
                case "TZH": offset = Zone(withMinutes: false); break;
                case "TZM": offset += TimeSpan.FromMinutes(offset < TimeSpan.Zero ? -Number(2) : Number(2)); break;
                case "TZR": offset = Zone(withMinutes: true); break;
                case var f when f.StartsWith("FF", StringComparison.Ordinal):
                    var from = at;
                    var digits = Number(9);
                    ticks += (long)(digits * Math.Pow(10, 7 - (at - from)));
                    break;
                default: throw OracleError.Unsupported($"the date format element {element} in a conversion from text");
            }
        }
        if (at < text.TrimEnd().Length) throw new OracleError(1830, "date format picture ends before converting entire input string");
        if (afternoon != null) hour = (hour % 12) + (afternoon.Value ? 12 : 0);
        if (year is < 1 or > 9999) throw new OracleError(1841, "(full) year must be between -4713 and +9999, and not be 0");
        if (day < 1 || day > DateTime.DaysInMonth(year, month)) throw new OracleError(day is < 1 or > 31 ? 1847 : 1839, day is < 1 or > 31 ? "day of month must be between 1 and last day of month" : "date not valid for month specified");
        if (hour > 23) throw new OracleError(1850, "hour must be between 0 and 23");
        if (minute > 59) throw new OracleError(1851, "minutes must be between 0 and 59");
        if (second > 59) throw new OracleError(1852, "seconds must be between 0 and 59");
        return new DateTimeOffset(new DateTime(year, month, day, hour, minute, second).AddTicks(ticks), offset);

        int Number(int most)
        {
            while (at < text.Length && text[at] == ' ') at++;
            var start = at;
            while (at < text.Length && at - start < most && char.IsAsciiDigit(text[at])) at++;
            return at > start ? int.Parse(text.AsSpan(start, at - start), Culture) : throw new OracleError(1858, "a non-numeric character was found where a numeric was expected");
        }

        string Word(int length)
        {
            var word = text.Substring(at, Math.Min(length, text.Length - at)).ToUpperInvariant();
            at += word.Length;
            return word;
        }

        int MonthName()
        {
            for (var m = 1; m <= 12; m++)
            {
                var full = Culture.DateTimeFormat.GetMonthName(m);
                foreach (var name in new[] { full, full[..3] })
                {
                    if (string.Compare(text, at, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) != 0) continue;
                    at += name.Length;
                    return m;
                }
            }
            throw new OracleError(1843, "not a valid month");
        }

        TimeSpan Zone(bool withMinutes)
        {
            if (text[at..].Trim() is "UTC" or "Z" or "GMT")
            {
                at = text.Length;
                return TimeSpan.Zero;
            }
            var negative = text[at] == '-';
            if (text[at] is '+' or '-') at++;
            var span = TimeSpan.FromHours(Number(2));
            if (withMinutes && at < text.Length && text[at] == ':')
            {
                at++;
                span += TimeSpan.FromMinutes(Number(2));
            }
            return negative ? -span : span;
        }
    }

    public static DateTime Truncate(string unit, DateTime v) => unit.ToUpperInvariant() switch
    {
        "DD" or "DDD" or "J" => v.Date,
        "YYYY" or "YEAR" or "YY" or "Y" or "SYYYY" => new DateTime(v.Year, 1, 1),
        "Q" => new DateTime(v.Year, ((v.Month - 1) / 3 * 3) + 1, 1),
        "MM" or "MON" or "MONTH" => new DateTime(v.Year, v.Month, 1),
        "HH" or "HH12" or "HH24" => v.Date.AddHours(v.Hour),
        "MI" => v.Date.AddHours(v.Hour).AddMinutes(v.Minute),
        "IW" => v.Date.AddDays(-(((int)v.DayOfWeek + 6) % 7)),
        "D" or "DAY" or "DY" => v.Date.AddDays(-(int)v.DayOfWeek),
        _ => throw new OracleError(1898, "too many precision specifiers"),
    };

    public static DateTime Round(string unit, DateTime v) => unit.ToUpperInvariant() switch
    {
        "DD" or "DDD" or "J" => v.AddHours(12).Date,
        "HH" or "HH12" or "HH24" => Truncate("HH", v.AddMinutes(30)),
        "MI" => Truncate("MI", v.AddSeconds(30)),
        "MM" or "MON" or "MONTH" => v.Day >= 16 ? Truncate("MM", v).AddMonths(1) : Truncate("MM", v),
        "YYYY" or "YEAR" or "YY" or "Y" or "SYYYY" => v.Month >= 7 ? new DateTime(v.Year + 1, 1, 1) : new DateTime(v.Year, 1, 1),
        _ => throw OracleError.Unsupported($"ROUND of a date to {unit}"),
    };

    private static IEnumerable<(string? Element, string Text)> Cut(string format)
    {
        for (var at = 0; at < format.Length;)
        {
            if (format[at] == '"')
            {
                var end = format.IndexOf('"', at + 1);
                if (end < 0) throw new OracleError(1821, "date format not recognized");
                yield return (null, format[(at + 1)..end]);
                at = end + 1;
                continue;
            }
            var element = Array.Find(Elements, e => string.Compare(format, at, e, 0, e.Length, StringComparison.OrdinalIgnoreCase) == 0);
            if (element == null)
            {
                if (char.IsLetterOrDigit(format[at])) throw new OracleError(1821, "date format not recognized");
                yield return (null, format[at..(at + 1)]);
                at++;
                continue;
            }
            yield return (element, format.Substring(at, element.Length));
            at += element.Length;
        }
    }

    private static string Digits(int value, int width, bool fill) => fill ? value.ToString(Culture).PadLeft(width, '0') : value.ToString(Culture);

    private static string Fraction(DateTime v, int digits) => (v.Ticks % TimeSpan.TicksPerSecond).ToString("0000000", Culture).PadRight(9, '0')[..digits];

    private static string Cased(string text, string asWritten) =>
        char.IsLower(asWritten[0]) ? text.ToLowerInvariant() : asWritten.Length > 1 && char.IsLower(asWritten[1]) ? text : text.ToUpperInvariant();
}
