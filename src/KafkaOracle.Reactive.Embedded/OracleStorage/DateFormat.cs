using System.Globalization;
using System.Text;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Date format models: YYYY-MM-DD HH24:MI:SS.FF3 and the like, as TO_CHAR writes them; <see cref="DateReader"/> reads.</summary>
internal static class DateFormat
{
    private static readonly string[] Elements =
    [
        "SYYYY", "Y,YYY", "YYYY", "RRRR", "MONTH", "SSSSS", "HH24", "HH12", "IYYY", "YEAR", "A.M.", "P.M.", "YYY", "MON", "DDD", "DAY", "TZH", "TZM", "TZR", "TZD", "FF9", "FF8",
        "FF7", "FF6", "FF5", "FF4", "FF3", "FF2", "FF1", "YY", "RR", "MM", "DD", "DY", "HH", "MI", "SS", "FF", "AM", "PM", "IW", "WW", "CC", "FM", "FX", "TH", "TS", "DS", "DL", "IYY", "IY", "RM", "BC", "AD", "SP", "W", "Q", "D", "J", "X", "Y", "I", "E",
    ];

    private static readonly string[] Roman = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

    private static readonly string[] Small =
    [
        "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve", "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
    ];

    private static readonly string[] Tens = ["", "Ten", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"];

    /// <summary>The Julian day of 1 January of the year 1, as Oracle counts it.</summary>
    public const int FirstJulian = 1721426;

    private static CultureInfo Culture => CultureInfo.InvariantCulture;

    public static string Write(string format, DateTime value, TimeSpan offset, bool ofDate = false, int nanoseconds = 0, int scale = 6)
    {
        var text = new StringBuilder();
        var fill = true;
        foreach (var (element, literal) in Cut(format))
        {
            if (element == null) text.Append(literal);
            else if (element == "FM") fill = !fill;
            else if (ofDate && IsBeyondDate(element)) throw NotRecognized();
            else if (element.StartsWith("FF", StringComparison.Ordinal)) text.Append(Fraction(nanoseconds, element.Length == 3 ? element[2] - '0' : scale));
            else if (element == "TH") Ordinal(text, literal);
            else text.Append(Element(element, literal, value, offset, fill));
        }
        return text.ToString();
    }

    private static string Element(string element, string asWritten, DateTime v, TimeSpan offset, bool fill) => element switch
    {
        "YYYY" or "SYYYY" or "RRRR" => Digits(v.Year, 4, fill),
        "Y,YYY" => $"{v.Year / 1000},{v.Year % 1000:000}",
        "YYY" => Digits(v.Year % 1000, 3, fill),
        "YY" or "RR" => Digits(v.Year % 100, 2, fill),
        "Y" => Digits(v.Year % 10, 1, fill),
        "IYYY" => Digits(ISOWeek.GetYear(v), 4, fill),
        "IYY" => Digits(ISOWeek.GetYear(v) % 1000, 3, fill),
        "IY" => Digits(ISOWeek.GetYear(v) % 100, 2, fill),
        "I" => Digits(ISOWeek.GetYear(v) % 10, 1, fill),
        "J" => Digits((int)(v.Date - new DateTime(1, 1, 1)).TotalDays + FirstJulian, 7, fill),
        "RM" => fill ? Roman[v.Month - 1].PadRight(4) : Roman[v.Month - 1],
        "AD" or "BC" => Cased("AD", asWritten),
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
        "YEAR" => Cased(Spelled(v.Year), asWritten),
        _ => throw OracleError.Unsupported($"the date format element {element}"),
    };

    /// <summary>Fractions of a second and time zones, which a DATE does not have.</summary>
    public static bool IsBeyondDate(string element) => element.StartsWith("FF", StringComparison.Ordinal) || element is "TZH" or "TZM" or "TZR" or "TZD";

    public static OracleError NotRecognized() => new(1821, "date format not recognized");

    /// <summary>The elements of a format, and the literal text between them.</summary>
    public static IEnumerable<(string? Element, string Text)> Cut(string format)
    {
        for (var at = 0; at < format.Length;)
        {
            if (format[at] == '"')
            {
                var end = format.IndexOf('"', at + 1);
                if (end < 0) throw NotRecognized();
                yield return (null, format[(at + 1)..end]);
                at = end + 1;
                continue;
            }
            var element = Array.Find(Elements, e => string.Compare(format, at, e, 0, e.Length, StringComparison.OrdinalIgnoreCase) == 0);
            if (element == null)
            {
                if (char.IsLetterOrDigit(format[at])) throw NotRecognized();
                yield return (null, format[at..(at + 1)]);
                at++;
                continue;
            }
            yield return (element, format.Substring(at, element.Length));
            at += element.Length;
        }
    }

    private static string Digits(int value, int width, bool fill) => fill ? value.ToString(Culture).PadLeft(width, '0') : value.ToString(Culture);

    private static string Fraction(int nanoseconds, int digits) => nanoseconds.ToString("000000000", Culture)[..digits];

    /// <summary>The ending of the number that was written last: 1ST, 2ND, 3RD, 4TH.</summary>
    private static void Ordinal(StringBuilder text, string asWritten)
    {
        var digits = text.ToString()[Math.Max(0, text.Length - 2)..].Trim();
        var ending = digits is "11" or "12" or "13" ? "TH" : digits.Length == 0 ? "" : digits[^1] switch { '1' => "ST", '2' => "ND", '3' => "RD", _ => "TH" };
        // The element before it has decided the case: dd is followed by th.
        text.Append(char.IsLower(asWritten[0]) ? ending.ToLowerInvariant() : ending);
    }

    /// <summary>A year in words as Oracle says them: TWENTY TWENTY-FOUR, TWO THOUSAND THREE.</summary>
    private static string Spelled(int year)
    {
        var (century, rest) = (year / 100, year % 100);
        if (year % 1000 < 100 && year >= 1000) return rest == 0 ? $"{Words(year / 1000)} Thousand" : $"{Words(year / 1000)} Thousand {Words(rest)}";
        if (century == 0) return Words(rest);
        return rest == 0 ? $"{Words(century)} Hundred" : $"{Words(century)} {Words(rest)}";

        static string Words(int n) => n < 20 ? Small[n] : n % 10 == 0 ? Tens[n / 10] : $"{Tens[n / 10]}-{Small[n % 10]}";
    }

    private static string Cased(string text, string asWritten) =>
        char.IsLower(asWritten[0]) ? text.ToLowerInvariant() : asWritten.Length > 1 && char.IsLower(asWritten[1]) ? text : text.ToUpperInvariant();
}
