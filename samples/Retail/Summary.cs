using System.Globalization;
using KafkaOracle.Reactive;

namespace Retail;

/// <summary>What the database says when the run has ended. Every figure is read back by SQL.</summary>
public sealed record Summary(long Messages, long Sales, long Rejected, long Rejects, decimal RevenueGbp, decimal RevenueEur, IReadOnlyList<Summary.Best> BestHours)
{
    public sealed record Best(DateTime Hour, long Lines, long Items, decimal RevenueGbp, decimal RevenueEur);

    /// <summary>Messages that are in no table: dropped as duplicates.</summary>
    public long Duplicates => Messages - Sales - Rejected - Rejects;

    public static async Task<Summary> ReadAsync(string connectionString, CancellationToken stop = default)
    {
        var oracle = new OracleStore(connectionString);
        return new(
            await oracle.Query<long>($"SELECT NVL(SUM(NEXT_OFFSET), 0) FROM KAFKAORACLE_LEDGER WHERE PIPELINE = {"retail"}", stop).SingleAsync(stop),
            await oracle.Query<long>($"SELECT COUNT(*) FROM RETAIL_SALES", stop).SingleAsync(stop),
            await oracle.Query<long>($"SELECT COUNT(*) FROM RETAIL_REJECTED", stop).SingleAsync(stop),
            await oracle.Query<long>($"SELECT COUNT(*) FROM RETAIL_REJECTS", stop).SingleAsync(stop),
            await oracle.Query<decimal>($"SELECT NVL(SUM(REVENUE_GBP), 0) FROM RETAIL_HOURLY", stop).SingleAsync(stop),
            await oracle.Query<decimal>($"SELECT NVL(SUM(REVENUE_EUR), 0) FROM RETAIL_HOURLY", stop).SingleAsync(stop),
            await oracle.Query<Best>($"""
                SELECT HOUR, SUM(LINES) AS LINES, SUM(ITEMS) AS ITEMS, SUM(REVENUE_GBP) AS REVENUE_GBP, SUM(REVENUE_EUR) AS REVENUE_EUR
                FROM RETAIL_HOURLY GROUP BY HOUR ORDER BY SUM(REVENUE_GBP) DESC, HOUR FETCH FIRST 5 ROWS ONLY
                """, stop).ToListAsync(stop));
    }

    public void Write(TextWriter to)
    {
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Messages,8:N0} lines read"));
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Duplicates,8:N0} duplicates dropped"));
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Rejected,8:N0} rejected by rules, {Rejects:N0} that could not be read or stored"));
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Sales,8:N0} sales: {RevenueGbp:N2} GBP, {RevenueEur:N2} EUR"));
        to.WriteLine();
        to.WriteLine("best hours (UTC)      lines   items   revenue GBP   revenue EUR");
        foreach (var best in BestHours)
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{best.Hour:yyyy-MM-dd HH:mm}  {best.Lines,8:N0}{best.Items,8:N0}{best.RevenueGbp,14:N2}{best.RevenueEur,14:N2}"));
    }
}
