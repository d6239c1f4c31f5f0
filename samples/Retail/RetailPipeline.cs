using System.Reactive.Linq;
using KafkaOracle.Reactive;

namespace Retail;

/// <summary>The pipeline: duplicates dropped, bad lines apart, amounts in two currencies, totals by country and hour.</summary>
public static class RetailPipeline
{
    public const string Topic = "sales";

    public static Pipeline Define(ExchangeRates rates, PipelineOptions options) => Pipeline.Define("retail", lane =>
    {
        var sales = lane.Topic(Topic, Json.Of(SaleJson.Default.Sale))
            .InEventTime(s => s.InvoiceDate, lateness: TimeSpan.FromMinutes(3))
            .DistinctWithin(r => r.Value, TimeSpan.FromMinutes(10), lane.Clock);
        var (good, bad) = sales.Check(SaleRules.All);
        var priced = good.Select(r => r.With(PricedSale.Of(r.Value, rates)));

        lane.Into(Tables.Sales, priced.Select(SaleRow.From));
        lane.Into(Tables.Rejected, bad.Select(RejectedRow.From));
        lane.Into(Tables.Hourly, priced
            .TumblingWindow(r => r.Value.Sale.Country, TimeSpan.FromHours(1), Totals.None, (totals, r) => Totals.Add(totals, r.Value), lane.Clock)
            .Select(HourlyRow.From));
    }, options);

    /// <summary>An hour an era, and as much lead-in as duplicates are looked for; the log is read to its end and the last windows closed.</summary>
    public static PipelineOptions Options() => new()
    {
        Era = TimeSpan.FromHours(1),
        LeadIn = TimeSpan.FromMinutes(10),
        Until = RunUntil.EndOfLogClosed,
    };
}
