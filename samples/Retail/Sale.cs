using System.Text.Json.Serialization;

namespace Retail;

/// <summary>One line of an invoice, as the shop sends it. Two lines are duplicates when all eight fields are the same.</summary>
public sealed record Sale(
    string InvoiceNo,
    string StockCode,
    string? Description,
    int Quantity,
    DateTimeOffset InvoiceDate,
    decimal UnitPrice,
    int? CustomerId,
    string Country);

/// <summary>Reads and writes sales as JSON by generated code.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Sale))]
public sealed partial class SaleJson : JsonSerializerContext;
