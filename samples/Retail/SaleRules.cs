using System.Text.RegularExpressions;
using KafkaOracle.Reactive;

namespace Retail;

/// <summary>What a sale must meet to be counted.</summary>
public static partial class SaleRules
{
    public static IReadOnlyList<Rule<Sale>> All { get; } =
    [
        Rule.For<Sale>("price-positive", s => s.UnitPrice > 0, "The price is not positive."),
        Rule.For<Sale>("description-present", s => !string.IsNullOrWhiteSpace(s.Description), "There is no description."),
        Rule.For<Sale>("quantity-not-zero", s => s.Quantity != 0, "The quantity is zero."),
        Rule.For<Sale>("invoice-number", s => InvoiceNumber().IsMatch(s.InvoiceNo), "The invoice number is not six digits, with a C before them for a cancellation."),
        Rule.For<Sale>("stock-code-present", s => !string.IsNullOrWhiteSpace(s.StockCode), "There is no stock code."),
    ];

    [GeneratedRegex(@"^C?\d{6}\z")]
    private static partial Regex InvoiceNumber();
}
