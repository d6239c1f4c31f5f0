using System.Text;

namespace KafkaOracle.Reactive.Tests;

/// <summary>A message or an end of a partition, as a slab held it.</summary>
internal sealed record Entry(int Partition, long Offset, long Timestamp, bool IsEnd, string? Key, string? Value, IReadOnlyList<(string Name, string? Value)> Headers);

/// <summary>Slabs, unpacked.</summary>
internal static class SlabReading
{
    /// <summary>Ends a test that hangs; no test depends on its length.</summary>
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    public static CancellationToken Guard()
    {
        var guard = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        guard.CancelAfter(HangGuard);
        return guard.Token;
    }

    /// <summary>Reads whole slabs until what was read satisfies the condition.</summary>
    public static async Task<List<Entry>> TakeUntilAsync(this IMessageReader reader, Func<List<Entry>, bool> enough, List<Entry>? into = null)
    {
        var entries = into ?? [];
        var guard = Guard();
        while (!enough(entries))
        {
            using var slab = await reader.Slabs.ReadAsync(guard);
            entries.AddRange(slab.Unpack());
        }
        return entries;
    }

    public static Task<List<Entry>> TakeAsync(this IMessageReader reader, int messages)
        => reader.TakeUntilAsync(entries => entries.Count(e => !e.IsEnd) >= messages);

    /// <summary>Reads until each partition has been seen at its end, as it was when reading began.</summary>
    public static Task<List<Entry>> TakeToEndAsync(this IMessageReader reader)
        => reader.TakeUntilAsync(entries => Enumerable.Range(0, reader.Ranges.Count).All(i => entries.Any(e => e.IsEnd && e.Partition == i && e.Offset >= reader.Ranges[i].End)));

    public static IEnumerable<string?> Values(this IEnumerable<Entry> entries, int partition = 0)
        => entries.Where(e => !e.IsEnd && e.Partition == partition).Select(e => e.Value);

    public static List<Entry> Unpack(this Slab slab)
    {
        var entries = new List<Entry>();
        foreach (ref readonly var entry in slab.Entries)
            entries.Add(new(entry.Partition, entry.Offset, entry.Timestamp, entry.IsEnd,
                entry.KeyLength < 0 ? null : Encoding.UTF8.GetString(slab.Key(entry).Span),
                entry.ValueLength < 0 ? null : Encoding.UTF8.GetString(slab.Value(entry)),
                [.. new Headers(slab.HeaderBytes(entry)).Select(h => (h.Name, h.Value is { } value ? Encoding.UTF8.GetString(value.Span) : null))]));
        return entries;
    }
}
