namespace Retail;

/// <summary>A sale with its amount in pounds and in euros, to four decimals, half to even.</summary>
public sealed record PricedSale(Sale Sale, decimal Gbp, decimal Eur)
{
    public static PricedSale Of(Sale sale, ExchangeRates rates)
    {
        var pounds = sale.Quantity * sale.UnitPrice;
        return new(sale, Rounded(pounds), Rounded(pounds / rates.PoundsPerEuro(DateOnly.FromDateTime(sale.InvoiceDate.UtcDateTime))));
    }

    public static decimal Rounded(decimal amount) => decimal.Round(amount, 4, MidpointRounding.ToEven);
}

/// <summary>The running totals of a country's hour.</summary>
public sealed record Totals(int Lines, long Items, decimal Gbp, decimal Eur, decimal Smallest, decimal Largest, decimal Prices)
{
    public static Totals None { get; } = new(0, 0, 0, 0, decimal.MaxValue, decimal.MinValue, 0);

    public static Totals Add(Totals totals, PricedSale sale) => new(
        totals.Lines + 1,
        totals.Items + sale.Sale.Quantity,
        totals.Gbp + sale.Gbp,
        totals.Eur + sale.Eur,
        Math.Min(totals.Smallest, sale.Sale.UnitPrice),
        Math.Max(totals.Largest, sale.Sale.UnitPrice),
        totals.Prices + sale.Sale.UnitPrice);
}
