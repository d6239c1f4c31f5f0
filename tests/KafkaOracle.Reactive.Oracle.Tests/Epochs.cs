namespace KafkaOracle.Reactive.Oracle.Tests;

/// <summary>The epochs of one lane, each of which expects its predecessor.</summary>
internal sealed class Epochs(params LogPartition[] partitions)
{
    private readonly Dictionary<LogPartition, Guid> _held = [];
    private long _number;

    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A lane that goes on where the ledger stands.</summary>
    public static Epochs After(IReadOnlyList<LedgerRow> ledger, params LogPartition[] partitions)
    {
        var epochs = new Epochs(partitions);
        foreach (var row in ledger) (epochs._held[row.Partition], epochs._number) = (row.Epoch, Math.Max(epochs._number, row.EpochNumber));
        return epochs;
    }

    public static RowBatch Batch<T>(OracleTable<T> table, IEnumerable<T> rows)
    {
        var batch = table.NewBatch();
        var offset = 0;
        foreach (var row in rows) batch.Add(row, new RowOrigin(new Position("sales", 0, offset++), Noon));
        return batch;
    }

    /// <summary>The next epoch. Building it makes the one after it expect it.</summary>
    public Epoch Next(RowBatch[]? batches = null, Reject[]? rejects = null)
    {
        var (id, number) = (Guid.NewGuid(), ++_number);
        var ledger = partitions.Select(p => new LedgerAdvance(Row(p, id, number), _held.TryGetValue(p, out var held) ? held : null)).ToArray();
        foreach (var partition in partitions) _held[partition] = id;
        return new Epoch { Id = id, Number = number, Ledger = ledger, Batches = batches ?? [], Rejects = rejects ?? [] };
    }

    public static LedgerRow Row(LogPartition partition, Guid id, long number) => new()
    {
        Partition = partition,
        Epoch = id,
        EpochNumber = number,
        NextOffset = number * 10,
        RewindOffset = number,
        EraStart = Noon.AddTicks(1),
        EraRows = number * 2,
        EraSum = ulong.MaxValue - (ulong)number,
        EraTables = [new TableSum("SALES", 1, ulong.MaxValue), new TableSum("HOURLY", long.MaxValue, 0)],
        Watermark = Noon.AddTicks(1234567),
        Idle = number % 2 == 1,
        Floors = [new LateFloor(5, Noon), new LateFloor(long.MaxValue, Noon.AddTicks(7))],
        Query = "1:hour",
    };
}

/// <summary>A row with a key and a text that may be too long or missing.</summary>
internal sealed record Item([property: System.ComponentModel.DataAnnotations.Key] int Id, [property: System.ComponentModel.DataAnnotations.MaxLength(5)] string? Text)
{
    public static IEnumerable<Item> Range(int start, int count) => Enumerable.Range(start, count).Select(i => new Item(i, $"t{i % 1000}"));
}
