using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using KafkaOracle.Reactive;

namespace Retail;

/// <summary>The tables that the pipeline writes.</summary>
public static class Tables
{
    private static readonly OracleType Money = OracleType.Number(19, 4);

    public static OracleTable<SaleRow> Sales { get; } = OracleTable.For<SaleRow>("RETAIL_SALES")
        .Column(r => r.UnitPrice, Money).Column(r => r.AmountGbp, Money).Column(r => r.AmountEur, Money);

    public static OracleTable<RejectedRow> Rejected { get; } = OracleTable.For<RejectedRow>("RETAIL_REJECTED");

    public static OracleTable<HourlyRow> Hourly { get; } = OracleTable.For<HourlyRow>("RETAIL_HOURLY")
        .Column(r => r.RevenueGbp, Money).Column(r => r.RevenueEur, Money)
        .Column(r => r.SmallestPrice, Money).Column(r => r.LargestPrice, Money).Column(r => r.AveragePrice, Money)
        .Upsert();
}

/// <summary>A sale with its amounts, and where its message stands in the log.</summary>
public sealed record SaleRow
{
    [Key, MaxLength(100)] public required string Topic { get; init; }
    [Key] public required int TopicPartition { get; init; }
    [Key] public required long TopicOffset { get; init; }
    public required DateTimeOffset EventTime { get; init; }
    [MaxLength(20)] public required string InvoiceNo { get; init; }
    [MaxLength(20)] public required string StockCode { get; init; }
    [MaxLength(100)] public required string Description { get; init; }
    public required int Quantity { get; init; }
    public required decimal UnitPrice { get; init; }
    public required int? CustomerId { get; init; }
    [MaxLength(50)] public required string Country { get; init; }
    public required decimal AmountGbp { get; init; }
    public required decimal AmountEur { get; init; }

    public static SaleRow From(Record<PricedSale> record) => new()
    {
        Topic = record.Position.Topic,
        TopicPartition = record.Position.Partition,
        TopicOffset = record.Position.Offset,
        EventTime = record.At,
        InvoiceNo = record.Value.Sale.InvoiceNo,
        StockCode = record.Value.Sale.StockCode,
        Description = record.Value.Sale.Description!,
        Quantity = record.Value.Sale.Quantity,
        UnitPrice = record.Value.Sale.UnitPrice,
        CustomerId = record.Value.Sale.CustomerId,
        Country = record.Value.Sale.Country,
        AmountGbp = record.Value.Gbp,
        AmountEur = record.Value.Eur,
    };
}

/// <summary>A sale that breaks rules, with all of them and the whole message.</summary>
public sealed record RejectedRow
{
    [Key, MaxLength(100)] public required string Topic { get; init; }
    [Key] public required int TopicPartition { get; init; }
    [Key] public required long TopicOffset { get; init; }
    public required DateTimeOffset EventTime { get; init; }
    [MaxLength(20)] public required string InvoiceNo { get; init; }
    [MaxLength(200)] public required string BrokenRules { get; init; }
    [MaxLength(500)] public required string Reasons { get; init; }
    [MaxLength(2000)] public required string Payload { get; init; }

    public static RejectedRow From(BrokenRecord<Sale> bad) => new()
    {
        Topic = bad.Record.Position.Topic,
        TopicPartition = bad.Record.Position.Partition,
        TopicOffset = bad.Record.Position.Offset,
        EventTime = bad.Record.At,
        InvoiceNo = bad.Record.Value.InvoiceNo,
        BrokenRules = string.Join(", ", bad.Broken.Select(r => r.Name)),
        Reasons = string.Join(" ", bad.Broken.Select(r => r.Message)),
        Payload = JsonSerializer.Serialize(bad.Record.Value, SaleJson.Default.Sale),
    };
}

/// <summary>The sales of a country in an hour.</summary>
public sealed record HourlyRow
{
    [Key, MaxLength(50)] public required string Country { get; init; }
    [Key] public required DateTimeOffset Hour { get; init; }
    public required int Lines { get; init; }
    public required long Items { get; init; }
    public required decimal RevenueGbp { get; init; }
    public required decimal RevenueEur { get; init; }
    public required decimal SmallestPrice { get; init; }
    public required decimal LargestPrice { get; init; }
    public required decimal AveragePrice { get; init; }

    public static HourlyRow From(KeyedWindow<string, Totals> window) => new()
    {
        Country = window.Key,
        Hour = window.Start,
        Lines = window.Value.Lines,
        Items = window.Value.Items,
        RevenueGbp = window.Value.Gbp,
        RevenueEur = window.Value.Eur,
        SmallestPrice = window.Value.Smallest,
        LargestPrice = window.Value.Largest,
        AveragePrice = PricedSale.Rounded(window.Value.Prices / window.Value.Lines),
    };
}
