namespace KafkaOracle.Reactive.Tests.Replay;

internal readonly record struct Message(long Offset, long Timestamp, byte[] Value);

/// <summary>A log with disorder, duplicates, gaps, silence, late, equal and wild times, undecodable messages, and empty partitions.</summary>
internal sealed class RandomLog
{
    /// <summary>Start of the time in which logs lie, in ticks: May 1997. A multiple of every unit, era and window that the tests use.</summary>
    public const long Origin = 63_000_000_000L * TimeSpan.TicksPerSecond;

    public required LogPartition[] Partitions { get; init; }
    public required List<Message>[] Messages { get; init; }
    public required TimeSpan Lateness { get; init; }

    /// <summary>Length of the unit in which the log's and the queries' times are counted.</summary>
    public required TimeSpan Unit { get; init; }

    public EventTimeBounds Bounds => new() { MaxAhead = 60 * Unit };

    public int Count => Messages.Sum(m => m.Count);

    public static RandomLog Of(int seed)
    {
        var random = new Random(seed);
        var unit = TimeSpan.FromMilliseconds(new[] { 250, 1000, 7000 }[random.Next(3)]);
        LogPartition[] partitions = [.. Enumerable.Range(0, random.Next(2, 5)).Select(p => new LogPartition(p % 2 == 0 ? "a" : "b", p / 2)).Order()];
        var lateness = new[] { 0, 3, 10, 25 }[random.Next(4)];
        return new()
        {
            Partitions = partitions,
            Messages = [.. partitions.Select(_ => Partition(random, lateness, unit))],
            Lateness = lateness * unit,
            Unit = unit,
        };
    }

    private static List<Message> Partition(Random random, int lateness, TimeSpan unit)
    {
        var list = new List<Message>();
        long time = 120 + random.Next(30), offset = random.Next(3), skew = random.Next(4) == 0 ? 30 : 0;
        var density = random.Next(1, 9);
        for (var count = random.Next(6) == 0 ? random.Next(3) : random.Next(5, 45); count > 0; count--)
        {
            time += random.Next(3) == 0 ? 0 : random.Next(density + 1);
            if (random.Next(12) == 0) time += random.Next(40);                     // silence
            var jitter = random.Next(3) == 0 ? random.Next((lateness * 3 / 2) + 2) : 0;
            var at = time + skew - jitter;
            if (random.Next(40) == 0) at += 500;                                   // a wild time stamp
            var appended = (Origin + ((time + skew) * unit.Ticks) - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
            var value = random.Next(40) == 0 ? "?"u8.ToArray() : new Sample("k" + random.Next(4), random.Next(100), Origin + (at * unit.Ticks)).Encode();
            list.Add(new(offset, appended, value));
            offset += random.Next(6) == 0 ? random.Next(2, 5) : 1;                 // gaps: transactions, compaction
            if (random.Next(10) == 0) list.Add(new(offset++, appended, value));    // a duplicate
        }
        return list;
    }
}
