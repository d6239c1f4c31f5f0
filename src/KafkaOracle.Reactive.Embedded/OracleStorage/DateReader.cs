using System.Globalization;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Reads texts by a date format model, with the leniency of Oracle: other punctuation, fewer digits, month names for numbers.</summary>
internal sealed class DateReader
{
    private readonly string _text;
    private readonly List<(string? Element, string Text)> _format;
    private int? _year, _month, _day, _hour, _julian, _ofYear;
    private int _minute, _second, _at;
    private long _seconds;
    private int _nanoseconds;
    private bool _exact;
    private bool? _afternoon;
    private TimeSpan _offset;

    private DateReader(string format, string text)
    {
        _text = text.Trim();
        _format = [.. DateFormat.Cut(format)];
    }

    /// <summary>What a text says, in whole seconds and nanoseconds; what it leaves out is the first day of the current month, and midnight.</summary>
    public static (DateTimeOffset Seconds, int Nanoseconds) Read(string format, string text, DateTimeOffset now, bool ofDate)
    {
        var reader = new DateReader(format, text);
        reader.CheckFormat(ofDate);
        for (var i = 0; i < reader._format.Count; i++)
        {
            if (reader._format[i].Element is { } element) reader.Element(element, i);
            else reader.Literal(reader._format[i].Text, i);
        }
        if (reader._at < reader._text.Length) throw new OracleError(1830, "date format picture ends before converting entire input string");
        return (reader.Result(now), reader._nanoseconds);
    }

    private void CheckFormat(bool ofDate)
    {
        var seen = new HashSet<char>();
        foreach (var (element, _) in _format)
        {
            if (element == null) continue;
            if (ofDate && DateFormat.IsBeyondDate(element)) throw DateFormat.NotRecognized();
            var kind = element switch
            {
                "MM" or "MON" or "MONTH" or "RM" => 'm',
                "DD" or "DDD" => 'd',
                "HH" or "HH12" or "HH24" => 'h',
                "MI" => 'n',
                "SS" or "SSSSS" => 's',
                "YYYY" or "SYYYY" or "RRRR" or "YYY" or "YY" or "RR" or "Y" or "Y,YYY" => 'y',
                _ => '\0',
            };
            if (kind != 0 && !seen.Add(kind)) throw new OracleError(1810, "format code appears twice");
        }
    }

    private void Literal(string literal, int index)
    {
        foreach (var c in literal)
        {
            if (_at >= _text.Length) return;
            if (_exact && _text[_at] != c) throw NoMatch();
            var isPunctuation = !char.IsLetterOrDigit(c);
            if (_text[_at] == c || (isPunctuation && !char.IsLetterOrDigit(_text[_at]))) _at++;
            // Punctuation may be left out before a number.
            else if (!isPunctuation || !NextIsNumber(index)) throw NoMatch();
        }
    }

    private bool NextIsNumber(int index)
    {
        for (var i = index + 1; i < _format.Count; i++)
            if (_format[i].Element is { } element) return element is not ("MON" or "MONTH" or "DY" or "DAY" or "AM" or "PM" or "A.M." or "P.M.");
        return false;
    }

    private void Element(string element, int index)
    {
        if (element == "FX") _exact = true;
        if (element is "FM" or "FX") return;
        if (_at >= _text.Length)
        {
            // The time may be left out, a part of the date may not.
            if (element is "YYYY" or "SYYYY" or "RRRR" or "YYY" or "YY" or "RR" or "Y" or "MM" or "MON" or "MONTH" or "DD" or "DDD" or "J")
                throw new OracleError(1840, "input value not long enough for date format");
            return;
        }
        switch (element)
        {
            case "YYYY" or "SYYYY" or "Y,YYY": _year = Number(4); break;
            case "RRRR": _year = ShortYear(4, rounds: true, index); break;
            case "RR": _year = ShortYear(2, rounds: true, index); break;
            case "YY": _year = ShortYear(2, rounds: false, index); break;
            case "MM" when !char.IsLetter(_text[_at]): _month = Number(2) is var m and >= 1 and <= 12 ? m : throw NoMonth(); break;
            case "MM" or "MON" or "MONTH": _month = MonthName(); break;
            case "DD": _day = Number(2); break;
            case "DDD": _ofYear = Number(3); break;
            case "J": _julian = Number(7); break;
            case "DY" or "DAY": DayName(); break;
            case "HH24": _hour = Number(2) is var h and <= 23 ? h : throw new OracleError(1850, "hour must be between 0 and 23"); break;
            case "HH" or "HH12": _hour = Number(2) is var h12 and >= 1 and <= 12 ? h12 % 12 : throw new OracleError(1849, "hour must be between 1 and 12"); break;
            case "MI": _minute = Number(2) is var n and <= 59 ? n : throw new OracleError(1851, "minutes must be between 0 and 59"); break;
            case "SS": _second = Number(2) is var s and <= 59 ? s : throw new OracleError(1852, "seconds must be between 0 and 59"); break;
            case "SSSSS": _seconds = Number(5) is var day and < 86400 ? day : throw new OracleError(1853, "seconds in day must be between 0 and 86399"); break;
            case "X": if (_text[_at] == '.') _at++; break;
            case "AM" or "PM": _afternoon = Meridian(2); break;
            case "A.M." or "P.M.": _afternoon = Meridian(4); break;
            case "TZH": _offset = Zone(withMinutes: false); break;
            case "TZM": _offset += TimeSpan.FromMinutes(_offset < TimeSpan.Zero ? -Number(2) : Number(2)); break;
            case "TZR": _offset = Zone(withMinutes: true); break;
            case var f when f.StartsWith("FF", StringComparison.Ordinal):
                var from = _at;
                if (!char.IsAsciiDigit(_text[_at])) break;
                var digits = Number(9);
                _nanoseconds = digits * (int)Math.Pow(10, 9 - (_at - from));
                break;
            default: throw new OracleError(1820, "format code cannot appear in date input format");
        }
    }

    private DateTimeOffset Result(DateTimeOffset now)
    {
        var hour = (_hour ?? 0) + (_afternoon == true ? 12 : 0);
        var time = new TimeSpan(hour, _minute, _second) + TimeSpan.FromSeconds(_seconds);
        if (_julian is { } julian)
        {
            if (julian < DateFormat.FirstJulian || julian > DateFormat.FirstJulian + 3652058) throw new OracleError(1854, "julian date must be between 1 and 5373484");
            return new DateTimeOffset(new DateTime(1, 1, 1).AddDays(julian - DateFormat.FirstJulian) + time, _offset);
        }
        var year = _year ?? now.Year;
        if (year is < 1 or > 9999) throw new OracleError(1841, "(full) year must be between -4713 and +9999, and not be 0");
        if (_ofYear is { } ofYear)
        {
            if (ofYear < 1 || ofYear > (DateTime.IsLeapYear(year) ? 366 : 365)) throw new OracleError(1848, "day of year must be between 1 and 365 (366 for leap year)");
            return new DateTimeOffset(new DateTime(year, 1, 1).AddDays(ofYear - 1) + time, _offset);
        }
        var month = _month ?? now.Month;
        var day = _day ?? 1;
        if (day is < 1 or > 31) throw new OracleError(1847, "day of month must be between 1 and last day of month");
        if (day > DateTime.DaysInMonth(year, month)) throw new OracleError(1839, "date not valid for month specified");
        return new DateTimeOffset(new DateTime(year, month, day) + time, _offset);
    }

    private int Number(int most)
    {
        while (_at < _text.Length && _text[_at] == ' ') _at++;
        var start = _at;
        while (_at < _text.Length && _at - start < most && char.IsAsciiDigit(_text[_at])) _at++;
        if (_exact && _at - start < most && most != 9) throw new OracleError(1862, "the numeric value does not match the length of the format item");
        if (_at > start) return int.Parse(_text.AsSpan(start, _at - start), CultureInfo.InvariantCulture);
        throw _at < _text.Length && !char.IsLetterOrDigit(_text[_at]) ? NoMatch() : new OracleError(1858, "a non-numeric character was found where a numeric was expected");
    }

    /// <summary>A year of two digits, or of four where the format goes on with something else than a number.</summary>
    private int ShortYear(int most, bool rounds, int index)
    {
        var alone = index + 1 >= _format.Count || _format[index + 1].Element == null;
        var start = _at;
        var year = Number(alone ? 4 : most);
        if (_at - start > 2) return year;
        var century = rounds && year >= 50 ? 1900 : 2000;
        return century + year;
    }

    private bool Meridian(int length)
    {
        var word = _text.Substring(_at, Math.Min(length, _text.Length - _at)).ToUpperInvariant().Replace(".", "", StringComparison.Ordinal);
        if (word is not ("AM" or "PM")) throw new OracleError(1855, "AM/A.M. or PM/P.M. required");
        _at += length;
        return word == "PM";
    }

    private int MonthName()
    {
        for (var m = 1; m <= 12; m++)
        {
            var full = CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(m);
            if (Word(full) || Word(full[..3])) return m;
        }
        throw NoMonth();
    }

    private void DayName()
    {
        foreach (var full in CultureInfo.InvariantCulture.DateTimeFormat.DayNames)
            if (Word(full) || Word(full[..3])) return;
        throw new OracleError(1846, "not a valid day of the week");
    }

    private bool Word(string name)
    {
        if (string.Compare(_text, _at, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) != 0) return false;
        _at += name.Length;
        return true;
    }

    private TimeSpan Zone(bool withMinutes)
    {
        if (_text[_at..].Trim() is "UTC" or "Z" or "GMT")
        {
            _at = _text.Length;
            return TimeSpan.Zero;
        }
        while (_at < _text.Length && _text[_at] == ' ') _at++;
        if (_at >= _text.Length || !(_text[_at] is '+' or '-' || char.IsAsciiDigit(_text[_at]))) throw new OracleError(1882, "timezone region not found");
        var negative = _text[_at] == '-';
        if (_text[_at] is '+' or '-') _at++;
        var span = TimeSpan.FromHours(Number(2));
        if (withMinutes && _at < _text.Length && _text[_at] == ':')
        {
            _at++;
            span += TimeSpan.FromMinutes(Number(2));
        }
        if (span > TimeSpan.FromHours(14)) throw new OracleError(1874, "time zone hour must be between -15 and 15");
        return negative ? -span : span;
    }

    private static OracleError NoMatch() => new(1861, "literal does not match format string");

    private static OracleError NoMonth() => new(1843, "not a valid month");
}
