using System.Text.Json;
using KafkaOracle.Reactive;
using KafkaOracle.Reactive.Testing;

namespace Retail.Tests;

/// <summary>The sample's own pipeline with its own tables, without servers.</summary>
public sealed class DrillTests
{
    private static readonly DateTimeOffset Morning = new(2010, 12, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly ExchangeRates Rates = ExchangeRates.Read(Path.Combine(AppContext.BaseDirectory, "Data", "ecb-reference-rates.csv"));

    [Fact]
    public void Sales_duplicates_broken_and_late_lines_stand_the_drill()
    {
        using var test = new PipelineTest(RetailPipeline.Define(Rates, RetailPipeline.Options()), partitions: 2);
        Send(test, 10, 0, "France", 2);
        Send(test, 12, 1, "Germany", 3);
        Send(test, 12, 0, "France", 2, sold: 10);             // the same line again
        Send(test, 15, 1, "France", 0);                         // breaks a rule
        test.Send(RetailPipeline.Topic, Morning.AddMinutes(16), "536365", "{", partition: 0);
        Send(test, 58, 0, "France", 5);
        Send(test, 50, 0, "France", 7);                         // more than three minutes late
        Send(test, 61, 1, "Germany", 4);
        Send(test, 61, 0, "France", 5, sold: 58);             // a duplicate from the hour before
        Send(test, 70, 1, "France", 1);
        test.CloseWindows();

        test.Rows(Tables.Sales).Select(r => (r.Country, r.Quantity)).Should().Equal(("France", 2), ("Germany", 3), ("France", 5), ("Germany", 4), ("France", 1));
        test.Rows(Tables.Rejected).Should().ContainSingle();
        test.Rows(Tables.Hourly).Select(r => (r.Country, r.Hour.UtcDateTime.Hour, r.RevenueGbp)).Should().BeEquivalentTo(new[]
        {
            ("France", 8, 7m), ("Germany", 8, 3m), ("France", 9, 1m), ("Germany", 9, 4m),
        });
        test.Rejects.Select(r => r.Kind).Should().Equal(RejectKind.Undecodable, RejectKind.Late);
        test.Drill();
    }

    private static void Send(PipelineTest test, int minute, int partition, string country, int quantity, int? sold = null)
    {
        var sale = new Sale("536365", "85123A", "WHITE HANGING HEART T-LIGHT HOLDER", quantity, Morning.AddMinutes(sold ?? minute), 1m, 17850, country);
        test.Send(RetailPipeline.Topic, Morning.AddMinutes(minute), sale.InvoiceNo, JsonSerializer.Serialize(sale, SaleJson.Default.Sale), partition);
    }
}
