using System.Globalization;
using CsvHelper;

namespace Retail;

/// <summary>Pounds for one euro, by the days on which the European Central Bank set them.</summary>
public sealed class ExchangeRates
{
    private readonly DateOnly[] _days;
    private readonly decimal[] _pounds;

    private ExchangeRates(DateOnly[] days, decimal[] pounds) => (_days, _pounds) = (days, pounds);

    public static ExchangeRates Read(string file)
    {
        using var csv = new CsvReader(new StreamReader(file), CultureInfo.InvariantCulture);
        var rates = csv.GetRecords(new { Date = default(DateOnly), GBP = 0m }).OrderBy(r => r.Date).ToArray();
        return new([.. rates.Select(r => r.Date)], [.. rates.Select(r => r.GBP)]);
    }

    /// <summary>The rate of the last day of the bank that is not after a day.</summary>
    public decimal PoundsPerEuro(DateOnly day)
    {
        var found = Array.BinarySearch(_days, day);
        var last = found >= 0 ? found : ~found - 1;
        return last >= 0 ? _pounds[last] : throw new ArgumentOutOfRangeException(nameof(day), day, $"The rates begin on {_days[0]:O}.");
    }
}
