namespace KafkaOracle.Reactive;

/// <summary>Fills the lane's epoch, and closes it with how far its partitions got.</summary>
internal sealed class EpochCutter
{
    private readonly int _tables;
    private readonly PipelineOptions _options;
    private readonly Guid?[] _expected;
    private readonly Action<Epoch> _onEpoch;
    private OpenEpoch _open;

    /// <param name="tables">How many tables the query writes.</param>
    /// <param name="options">The pipeline's options.</param>
    /// <param name="lane">Number of the lane's partitions; null where it has all.</param>
    /// <param name="expected">The epochs that the ledger rows of the partitions have; null where there is none.</param>
    /// <param name="number">Number of the last epoch in the ledger.</param>
    /// <param name="onEpoch">Takes each epoch that is cut; it may wait.</param>
    public EpochCutter(int tables, PipelineOptions options, int? lane, IEnumerable<Guid?> expected, long number, Action<Epoch> onEpoch)
    {
        (_tables, _options, Lane, _expected, Number, _onEpoch) = (tables, options, lane, [.. expected], number, onEpoch);
        RowsLeft = options.EpochRows;
        _open = new(tables);
    }

    /// <summary>Number of the lane's partitions; null where it has all.</summary>
    public int? Lane { get; }

    /// <summary>Number of the last epoch cut or found in the ledger.</summary>
    public long Number { get; private set; }

    /// <summary>After this many further rows the epoch is full.</summary>
    public int RowsLeft { get; set; }

    /// <summary>Start of the era whose rows the first epoch replaces; null where it replaces none, and once it is cut.</summary>
    public DateTimeOffset? ReplacedEra { get; set; }

    /// <summary>Whether the lane has got further than the ledger knows, though it may have no rows.</summary>
    public bool HasProgress { get; set; }

    /// <summary>Whether a cut would tell the ledger anything new.</summary>
    public bool HasUnsavedProgress => _open.Size > 0 || HasProgress || ReplacedEra is not null;

    public void Add<T>(int slot, ITable<T> table, T row, RowOrigin origin)
    {
        _open.Add(slot, table, row, origin);
        RowsLeft--;
    }

    public void Add(Reject reject)
    {
        _open.Add(reject);
        RowsLeft--;
    }

    /// <summary>Closes the epoch: its rows, and a ledger row for each partition.</summary>
    public void Cut(PartitionProgress[] partitions, EraSequence eras, EraTally tally, long watermark)
    {
        RowsLeft = _options.EpochRows;
        var id = Guid.NewGuid();
        Number++;
        var from = eras.HasBegun ? eras.From : EventTime.Never;
        var advances = new LedgerAdvance[partitions.Length];
        for (var i = 0; i < partitions.Length; i++)
        {
            var partition = partitions[i];
            var next = Math.Max(partition.Next, partition.CommittedNext);
            if (partition.IsIdle && watermark != EventTime.Never) partition.AddFloor(next, watermark);
            var rewind = partition.Input.HasEventTime ? partition.Rewind(from) : next;
            advances[i] = new(new()
            {
                Partition = partition.Partition,
                Epoch = id,
                EpochNumber = Number,
                NextOffset = next,
                RewindOffset = rewind,
                EraStart = eras.HasBegun ? EventTime.At(eras.Start) : null,
                EraRows = tally.Rows,
                EraSum = tally.Sum,
                EraTables = tally.Tables,
                Watermark = EventTime.AtOrNull(watermark),
                Idle = partition.IsIdle,
                Floors = [.. partition.Floors.Where(f => f.Before > from).Select(f => new LateFloor(f.Offset, EventTime.At(f.Before)))],
                Skips = partition.SkipsAfter(rewind),
                Query = _options.Identity,
            }, _expected[i]);
            _expected[i] = id;
        }
        var epoch = _open.Close(id, Number, advances, Lane, ReplacedEra);
        (_open, ReplacedEra, HasProgress) = (new(_tables), null, false);
        _onEpoch(epoch);
        foreach (var partition in partitions) partition.BeginAt(from);
    }
}
