using KafkaOracle.Reactive;

namespace Retail;

/// <summary>What a sale must meet to be counted, and what is worth knowing of one.</summary>
public static class SaleRules
{
    public static IReadOnlyList<Rule<Sale>> All { get; } =
    [
        Rule.For<Sale>("price-positive", s => s.UnitPrice > 0, "The price is not positive."),
        Rule.Required("description-present", (Sale s) => s.Description, "There is no description."),
        Rule.For<Sale>("quantity-not-zero", s => s.Quantity != 0, "The quantity is zero."),
        Rule.Matches("invoice-number", (Sale s) => s.InvoiceNo, "C?[0-9]{6}", "The invoice number is not six digits, with a C before them for a cancellation."),
        Rule.Required("stock-code-present", (Sale s) => s.StockCode, "There is no stock code."),
        Rule.Required("customer-known", (Sale s) => s.CustomerId, "Nobody knows the customer.").AsWarning(),
    ];
}
