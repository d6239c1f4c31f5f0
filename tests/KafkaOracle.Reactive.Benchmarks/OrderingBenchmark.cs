using System.Reactive.Concurrency;
using BenchmarkDotNet.Attributes;

namespace KafkaOracle.Reactive.Benchmarks;

/// <summary>What does it cost to put records in order, at 50,000 a second of event time and up to five seconds of disorder, so that some 250,000 wait?</summary>
public class OrderingBenchmark
{
    private const int Records = 1_000_000;
    private const long Disorder = 5 * TimeSpan.TicksPerSecond, Step = TimeSpan.TicksPerSecond / 50_000;
    private Record[] _records = null!;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _records = [.. Enumerable.Range(0, Records).Select(i => new Record<int>(new(new("trades", i % 24), i % 24, i, default, false, default), Disorder + (i * Step) - random.NextInt64(Disorder), i))];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Records)]
    public long Priority_queue()
    {
        var queue = new PriorityQueue<Record, (long, int, long)>();
        var (latest, sum) = (0L, 0L);
        foreach (var record in _records)
        {
            queue.Enqueue(record, (record.Ticks, record.PartitionIndex, record.Offset));
            latest = Math.Max(latest, record.Ticks);
            while (queue.TryPeek(out _, out var first) && first.Item1 < latest - Disorder) sum ^= queue.Dequeue().Ticks + sum;
        }
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public long Ordering_buffer()
    {
        var buffer = new OrderingBuffer();
        var (latest, sum) = (0L, 0L);
        foreach (var record in _records)
        {
            buffer.Add(record);
            latest = Math.Max(latest, record.Ticks);
            while (buffer.TakeBefore(latest - Disorder) is { } first) sum ^= first.Ticks + sum;
        }
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public long Stock_Rx_scheduler()
    {
        var scheduler = new HistoricalScheduler();
        var (latest, sum) = (0L, 0L);
        foreach (var record in _records)
        {
            scheduler.Schedule(record.At, () => sum ^= record.Ticks + sum);
            latest = Math.Max(latest, record.Ticks);
            if (latest - Disorder > scheduler.Clock.Ticks) scheduler.AdvanceTo(new(latest - Disorder, TimeSpan.Zero));
        }
        return sum;
    }
}
