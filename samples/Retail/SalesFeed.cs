using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using CsvHelper;
using CsvHelper.Configuration;
using KafkaOracle.Reactive;

namespace Retail;

/// <summary>The shop: sends each line of the file as a message, up to two minutes out of order, the same way each time.</summary>
public static class SalesFeed
{
    public const int Partitions = 6;

    private const int Seed = 2010;

    public static IReadOnlyList<Sale> Read(string file)
    {
        using var csv = new CsvReader(new StreamReader(file), new CsvConfiguration(CultureInfo.InvariantCulture) { PrepareHeaderForMatch = h => h.Header.ToUpperInvariant() });
        return [.. csv.GetRecords<Sale>()];
    }

    /// <summary>The sales in the order in which they are delivered: each up to two minutes late.</summary>
    public static IEnumerable<Sale> Delivered(IEnumerable<Sale> sales)
    {
        var random = new Random(Seed);
        return sales.Select(s => (Sale: s, At: s.InvoiceDate.AddSeconds(random.Next(121)))).OrderBy(d => d.At).Select(d => d.Sale);
    }

    /// <summary>Sends what the topic does not hold yet: a feed that was broken off goes on where it was.</summary>
    /// <returns>How many messages were sent.</returns>
    public static async Task<int> SendAsync(string bootstrapServers, string topic, IEnumerable<Sale> sales, CancellationToken stop)
    {
        // One batch in flight: the order of a partition holds even where a request has to be repeated.
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            EnableIdempotence = true,
            MaxInFlight = 1,
            LingerMs = 20,
            CompressionType = CompressionType.Lz4,
            MessageTimeoutMs = 30_000,
        }).SetLogHandler((_, _) => { }).Build();
        var held = await HeldAsync(bootstrapServers, topic, stop);
        var deliveries = new List<Task>();
        foreach (var sale in Delivered(sales))
        {
            stop.ThrowIfCancellationRequested();
            var partition = (int)(XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(sale.InvoiceNo)) % Partitions);
            if (held[partition]-- > 0) continue;
            deliveries.Add(producer.ProduceAsync(new TopicPartition(topic, partition), new()
            {
                Key = sale.InvoiceNo,
                Value = JsonSerializer.SerializeToUtf8Bytes(sale, SaleJson.Default.Sale),
                Timestamp = new(sale.InvoiceDate),
            }, stop));
        }
        producer.Flush(stop);
        await Task.WhenAll(deliveries);
        return deliveries.Count;
    }

    private static async Task<long[]> HeldAsync(string bootstrapServers, string topic, CancellationToken stop)
    {
        var partitions = Enumerable.Range(0, Partitions).Select(p => new PartitionTime(new(topic, p), DateTimeOffset.UnixEpoch));
        return [.. (await new KafkaSource(new() { BootstrapServers = bootstrapServers }).FindAsync([.. partitions], stop)).Select(range => range.End)];
    }
}
