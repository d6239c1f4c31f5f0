using System.Globalization;
using System.Text.Json;
using Oracle.ManagedDataAccess.Client;

namespace Retail.Tests;

/// <summary>Reads the tables back, by the real driver.</summary>
internal static class Database
{
    public static readonly string[] Tables = ["RETAIL_SALES", "RETAIL_REJECTED", "RETAIL_HOURLY"];

    public static async Task<List<object?[]>> QueryAsync(string connectionString, string sql)
    {
        await using var connection = new OracleConnection(connectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        var rows = new List<object?[]>();
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        return rows;
    }

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new OracleConnection(connectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public static async Task<long> CountAsync(string connectionString, string sql) => Convert.ToInt64((await QueryAsync(connectionString, sql))[0][0], CultureInfo.InvariantCulture);

    /// <summary>All rows of the three tables, in the order of their keys, as text.</summary>
    public static async Task<List<string>> RowsAsync(string connectionString)
    {
        var rows = new List<string>();
        foreach (var (table, order) in new[] { ("RETAIL_SALES", "TOPIC, TOPIC_PARTITION, TOPIC_OFFSET"), ("RETAIL_REJECTED", "TOPIC, TOPIC_PARTITION, TOPIC_OFFSET"), ("RETAIL_HOURLY", "COUNTRY, HOUR") })
            rows.AddRange((await QueryAsync(connectionString, $"SELECT * FROM {table} ORDER BY {order}"))
                .Select(r => $"{table}: {string.Join(" | ", r.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)))}"));
        return rows;
    }

    /// <summary>Compares every figure with what plain C# finds in the files.</summary>
    public static async Task ShouldHoldAsync(string connectionString, Expectation expected)
    {
        var sales = await QueryAsync(connectionString, "SELECT INVOICE_NO, STOCK_CODE, EVENT_TIME, COUNTRY, QUANTITY, UNIT_PRICE, AMOUNT_GBP, AMOUNT_EUR FROM RETAIL_SALES");
        sales.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r[0]} {r[1]} {r[2]:yyyy-MM-dd HH:mm} {r[3]} {r[4]} {Money(r[5]):0.0000} {Money(r[6]):0.0000} {Money(r[7]):0.0000}")).Order(StringComparer.Ordinal).Should().Equal(expected.Sales);

        var rejected = await QueryAsync(connectionString, "SELECT INVOICE_NO, BROKEN_RULES, PAYLOAD FROM RETAIL_REJECTED");
        rejected.Select(r => $"{r[0]}: {r[1]}").Order(StringComparer.Ordinal).Should().Equal(expected.Rejected);
        rejected.Should().OnlyContain(r => JsonDocument.Parse((string)r[2]!).RootElement.GetProperty("invoiceNo").GetString() == (string)r[0]!);

        var hourly = await QueryAsync(connectionString, "SELECT COUNTRY, HOUR, LINES, ITEMS, REVENUE_GBP, REVENUE_EUR, SMALLEST_PRICE, LARGEST_PRICE, AVERAGE_PRICE FROM RETAIL_HOURLY");
        hourly.Select(r => Expectation.Hour(string.Create(CultureInfo.InvariantCulture, $"{r[0]} {r[1]:yyyy-MM-dd HH}"),
            Convert.ToInt64(r[2], CultureInfo.InvariantCulture), Convert.ToInt64(r[3], CultureInfo.InvariantCulture), Money(r[4]), Money(r[5]), Money(r[6]), Money(r[7]), Money(r[8])))
            .Order(StringComparer.Ordinal).Should().Equal(expected.Hourly);

        (await CountAsync(connectionString, "SELECT COUNT(*) FROM RETAIL_REJECTS")).Should().Be(0);
    }

    private static decimal Money(object? value) => Convert.ToDecimal(value, CultureInfo.InvariantCulture);
}
