using System.Globalization;
using System.Text;

namespace Retail.Tests;

/// <summary>What the tables must hold, computed from the files in plain loops, with nothing of the toolkit or the sample.</summary>
internal sealed class Expectation
{
    public int Lines { get; private set; }
    public int Duplicates { get; private set; }

    /// <summary>Broken rules by line, as the table names them.</summary>
    public List<string> Rejected { get; } = [];

    /// <summary>Amounts in pounds and euros, a text a sale.</summary>
    public List<string> Sales { get; } = [];

    /// <summary>A text a country and hour.</summary>
    public List<string> Hourly { get; } = [];

    public static Expectation FromFiles()
    {
        var data = Path.Combine(AppContext.BaseDirectory, "Data");
        var rates = File.ReadLines(Path.Combine(data, "ecb-reference-rates.csv")).Skip(1).Select(l => l.Split(','))
            .ToDictionary(f => DateTime.ParseExact(f[0], "yyyy-MM-dd", CultureInfo.InvariantCulture), f => decimal.Parse(f[2], CultureInfo.InvariantCulture));
        var expectation = new Expectation();
        var hours = new SortedDictionary<string, List<(int Quantity, decimal Price, decimal Pounds, decimal Euros)>>(StringComparer.Ordinal);
        var seen = new HashSet<string>();
        foreach (var line in File.ReadLines(Path.Combine(data, "online-retail.csv")).Skip(1))
        {
            expectation.Lines++;
            if (!seen.Add(line))                                // all duplicates of the file have the same time
            {
                expectation.Duplicates++;
                continue;
            }
            var f = Fields(line);
            var (invoice, stock, description, country) = (f[0], f[1], f[2], f[7]);
            var (quantity, price) = (int.Parse(f[3], CultureInfo.InvariantCulture), decimal.Parse(f[5], CultureInfo.InvariantCulture));
            var at = DateTime.Parse(f[4], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
            var broken = new List<string>();
            if (price <= 0) broken.Add("price-positive");
            if (description.Trim().Length == 0) broken.Add("description-present");
            if (quantity == 0) broken.Add("quantity-not-zero");
            var digits = invoice.StartsWith('C') ? invoice[1..] : invoice;
            if (digits.Length != 6 || digits.Any(c => c is < '0' or > '9')) broken.Add("invoice-number");
            if (stock.Trim().Length == 0) broken.Add("stock-code-present");
            if (broken.Count > 0)
            {
                if (f[6].Length == 0) broken.Add("customer-known");     // a warning: it alone makes no line bad
                expectation.Rejected.Add($"{invoice}: {string.Join(", ", broken)}");
                continue;
            }
            var day = at.Date;
            while (!rates.ContainsKey(day)) day = day.AddDays(-1);
            var pounds = Math.Round(quantity * price, 4, MidpointRounding.ToEven);
            var euros = Math.Round(quantity * price / rates[day], 4, MidpointRounding.ToEven);
            expectation.Sales.Add(string.Create(CultureInfo.InvariantCulture, $"{invoice} {stock} {at:yyyy-MM-dd HH:mm} {country} {quantity} {price:0.0000} {pounds:0.0000} {euros:0.0000}"));
            var key = string.Create(CultureInfo.InvariantCulture, $"{country} {at:yyyy-MM-dd HH}");
            if (!hours.TryGetValue(key, out var list)) hours[key] = list = [];
            list.Add((quantity, price, pounds, euros));
        }
        foreach (var (key, list) in hours)
            expectation.Hourly.Add(Hour(key, list.Count, list.Sum(s => (long)s.Quantity), list.Sum(s => s.Pounds), list.Sum(s => s.Euros),
                list.Min(s => s.Price), list.Max(s => s.Price), Math.Round(list.Sum(s => s.Price) / list.Count, 4, MidpointRounding.ToEven)));
        expectation.Rejected.Sort(StringComparer.Ordinal);
        expectation.Sales.Sort(StringComparer.Ordinal);
        return expectation;
    }

    public static string Hour(string key, long lines, long items, decimal pounds, decimal euros, decimal smallest, decimal largest, decimal average)
        => string.Create(CultureInfo.InvariantCulture, $"{key}: {lines} lines, {items} items, {pounds:0.0000} GBP, {euros:0.0000} EUR, {smallest:0.0000} to {largest:0.0000}, {average:0.0000} on average");

    // The only quoting in the file: fields in quotes, a quote in them doubled.
    private static List<string> Fields(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && isQuoted && i + 1 < line.Length && line[i + 1] == '"') field.Append(line[++i]);
            else if (line[i] == '"') isQuoted = !isQuoted;
            else if (line[i] == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else field.Append(line[i]);
        }
        fields.Add(field.ToString());
        return fields;
    }
}
