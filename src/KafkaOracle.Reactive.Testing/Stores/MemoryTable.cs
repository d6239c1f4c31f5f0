namespace KafkaOracle.Reactive.Testing;

/// <summary>A table in memory, for tests without a server.</summary>
/// <param name="name">The table's name.</param>
/// <param name="text">What makes two rows the same; <see cref="object.ToString"/> where null.</param>
public sealed class MemoryTable<T>(string name, Func<T, string>? text = null) : ITable<T>
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    /// <value>Whether <see cref="EraColumn"/> was called.</value>
    public bool KeepsEra { get; private init; }

    /// <inheritdoc/>
    /// <value>Whether <see cref="EraColumn"/> was told to.</value>
    public bool KeepsLane { get; private init; }

    /// <summary>The table with a column for the era that a row belongs to: <see cref="RowOrigin.EraStart"/> of its <see cref="MemoryRow.Origin"/>.</summary>
    /// <param name="lane">Whether it has a column for the lane that produced a row, too: <see cref="RowOrigin.Lane"/>.</param>
    public MemoryTable<T> EraColumn(bool lane = false) => new(name, text) { KeepsEra = true, KeepsLane = lane };

    /// <inheritdoc/>
    public RowBatch<T> NewBatch() => new Batch(this);

    /// <inheritdoc/>
    public void Digest(T row, RowDigest digest)
    {
        ArgumentNullException.ThrowIfNull(digest);
        digest.Add(Text(row));
    }

    private string? Text(T row) => text is null ? row?.ToString() : text(row);

    private sealed class Batch(MemoryTable<T> table) : RowBatch<T>(table), IMemoryBatch
    {
        private readonly List<MemoryRow> _rows = [];

        public override int Count => _rows.Count;

        public IReadOnlyList<MemoryRow> Rows => _rows;

        public override void Add(T row, RowOrigin origin) => _rows.Add(new(table.Name, row, table.Text(row), origin));
    }
}

/// <summary>A row in a <see cref="MemoryStore"/>.</summary>
/// <param name="Table">The table's name.</param>
/// <param name="Value">The row.</param>
/// <param name="Text">What makes two rows the same.</param>
/// <param name="Origin">What it came from.</param>
public sealed record MemoryRow(string Table, object? Value, string? Text, RowOrigin Origin)
{
    /// <summary>The hash of what reaches the table.</summary>
    internal ulong Digest { get; init; }

    /// <summary>A side output, or without event time: its order is that of its partition only.</summary>
    internal bool IsSide { get; init; }
}

internal interface IMemoryBatch
{
    IReadOnlyList<MemoryRow> Rows { get; }
}
