using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KafkaOracle.Reactive;

/// <summary>
/// The lane itself: takes messages, puts them in order, moves the clock, runs the eras' instances of the query, and cuts epochs.
/// Synchronous and single-threaded; what it computes depends on the log and the ledger alone.
/// </summary>
/// <remarks>
/// Between any two rows the epoch may be cut: nothing is in flight. A restart subscribes the era under way anew at its lead-in, and
/// drops as many rows as the ledger says are committed.
/// </remarks>
internal sealed class LaneEngine : IDisposable
{
    private const string NoEventTime =
        "The lane has no event time, so its clock stands still: a time-based operator would wait for ever. Declare it with lane.Topic(…).InEventTime(…).";

    private readonly string _pipeline;
    private readonly QueryPlan _plan;
    private readonly PipelineOptions _options;
    private readonly Action<string>? _onBroken;
    private readonly PartitionProgress[] _partitions;
    private readonly OrderingBuffer _buffer = new();
    private readonly EraTally _tally;
    private readonly EraSequence _eras;
    private readonly LookBackGauge _lookBack;
    private readonly LaneLookUps _lookUps;
    private readonly DecoderRetry _decoding;
    private readonly EpochCutter _cutter;
    private readonly QueryInstance _side;                       // for side outputs and pipelines without event time
    private readonly Arrivals _arrivals;
    private long _watermark;
    private bool _isSideways;
    private Record? _current;

    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="query">The query.</param>
    /// <param name="plan">What the query reads and writes.</param>
    /// <param name="options">The pipeline's options.</param>
    /// <param name="partitions">All partitions in ascending order, each with where reading starts and its ledger row.</param>
    /// <param name="onEpoch">Takes each epoch that is cut; it may wait.</param>
    /// <param name="onBroken">Told of each record that breaks a rule, by the rule's name; null for none.</param>
    /// <param name="logger">Told when a decoder cannot work; null for none.</param>
    /// <param name="stop">Ends look-ups, and the waiting for them and for decoders.</param>
    public LaneEngine(string pipeline, Action<Lane> query, QueryPlan plan, PipelineOptions options,
        IReadOnlyList<(LogPartition Partition, long Start, LedgerRow? Row)> partitions, Action<Epoch> onEpoch,
        Action<string>? onBroken = null, ILogger? logger = null, CancellationToken stop = default)
    {
        (_pipeline, _plan, _options, _onBroken) = (pipeline, plan, options, onBroken);
        _partitions = [.. partitions.Select(p => new PartitionProgress(p.Partition, plan.Inputs.First(i => i.Topic == p.Partition.Topic), p.Start, p.Row))];
        _decoding = new(pipeline, options, logger ?? NullLogger.Instance, stop);
        _lookBack = new(options.Era);

        var known = LedgerState.Of(pipeline, options, [.. partitions.Select(p => p.Row).OfType<LedgerRow>()]);
        _tally = new(plan.Tables, known);
        _watermark = EventTime.TicksOrNever(known?.Watermark);
        // Where it began is to be known when another goes on: at the log's end, say, where messages come in between.
        int? lane = options.Lanes == Lanes.PerPartition ? partitions[0].Partition.Partition : null;
        _cutter = new(plan.Tables.Count, options, lane, partitions.Select(p => p.Row?.Epoch), known?.EpochNumber ?? 0, onEpoch)
        { HasProgress = Array.Exists(_partitions, p => p.Committed is null && p.Next > 0) };
        foreach (var joining in _partitions.Where(p => p.Committed is null && _watermark != EventTime.Never)) joining.AddFloor(0, _watermark);

        _side = Guarded(() => new QueryInstance(this, plan, query, new EventClock(0, Thread, _lookBack, plan.HasEventTime ? null : NoEventTime), 0));
        _eras = new(options.Era, options.LeadIn, _tally, (start, subscribed) => new(this, plan, query, new EventClock(subscribed, Thread, _lookBack), start), OnBoundary);
        if (known?.EraStart is { } start) Guarded(() => Begin(start.UtcTicks));
        _lookUps = new(plan.Inputs, options.TimeProvider, stop);
        _arrivals = new(_partitions, _decoding, _lookUps, _buffer, _cutter, PushSide);
    }

    public LaneThread Thread { get; } = new();

    /// <summary>Goes without records that the query threw on in an earlier life. Before the first message.</summary>
    public void Skip(IEnumerable<FailedRecord> failed)
    {
        foreach (var record in failed) Array.Find(_partitions, p => p.Partition == record.Partition)?.Skip(record);
    }

    /// <summary>Rejects messages that the log no longer has. Before the first message.</summary>
    public void Reject(IEnumerable<Reject> lost)
    {
        foreach (var reject in lost) _cutter.Add(reject);
    }

    /// <summary>After this many further rows the epoch is cut, even in the middle of a step.</summary>
    public int RowsUntilCut
    {
        get => _cutter.RowsLeft;
        set => _cutter.RowsLeft = value;
    }

    /// <summary>Whether it ends with the era under way, by <see cref="EraEndedException"/>, having cut where no row of the next one is there yet.</summary>
    public bool EndsWithEra { get; set; }

    /// <summary>Told of each era's end, once its last rows are cut and before any of the next are there.</summary>
    public Action? OnEraEnd { get; set; }

    /// <inheritdoc cref="EpochCutter.ReplacedEra"/>
    public DateTimeOffset? ReplacedEra
    {
        get => _cutter.ReplacedEra;
        set => _cutter.ReplacedEra = value;
    }

    /// <summary>Whether the era under way has rows, so that the query may not change now.</summary>
    public bool HasRowsOfEra => _tally.Rows > 0;

    public LaneCounts Counts => _arrivals.Counts;

    /// <summary>How far back the query was seen to look; known from the start for operators that declare it.</summary>
    public LookBack LookBack => _lookBack.Longest;

    /// <summary>The record that the query has; null between records and in timers. Any thread may ask.</summary>
    public Position? At => _current?.Position;

    public int Buffered => _buffer.Count;

    /// <summary>For how long it has waited for look-ups and decoders, in the time provider's units.</summary>
    public long HeldUp => _lookUps.HeldUp + _decoding.HeldUp;

    /// <summary>Whether it still computes what was committed before.</summary>
    public bool IsRestoring => !_tally.HasCaughtUp || !Array.TrueForAll(_partitions, p => p.HasCaughtUp);

    /// <inheritdoc cref="EpochCutter.Number"/>
    public long EpochNumber => _cutter.Number;

    public DateTimeOffset? Watermark => EventTime.AtOrNull(_watermark);

    public DateTimeOffset? EraStart => _eras.HasBegun ? EventTime.At(_eras.Start) : null;

    public int PartitionCount => _partitions.Length;

    public PartitionProgress Partition(int index) => _partitions[index];

    /// <inheritdoc cref="EpochCutter.HasUnsavedProgress"/>
    public bool HasUnsavedProgress => _cutter.HasUnsavedProgress;

    /// <summary>Takes the messages of a slab, then releases what the watermark allows.</summary>
    /// <param name="slab">The messages; its partitions are indexes into those of the lane.</param>
    /// <param name="ends">For bounded runs, the offsets at which each partition ends; later messages are left alone.</param>
    public void Process(Slab slab, ReadOnlySpan<long> ends = default)
    {
        Thread.Check();
        try
        {
            foreach (ref readonly var entry in slab.Entries)
            {
                if (!ends.IsEmpty && entry.Offset >= ends[entry.Partition]) _arrivals.TakeEnd(entry.Partition, ends[entry.Partition]);
                else if (entry.IsEnd) _arrivals.TakeEnd(entry.Partition, entry.Offset);
                else _arrivals.Take(slab, entry, _watermark);
                if (RowsUntilCut <= 0) Cut();
            }
            Release();
        }
        catch (Exception fault) when (IsTheQuerys(fault))
        {
            throw Blame(fault);
        }
        Thread.Check();
    }

    /// <summary>Decides, on grounds that no restart can see, that a partition no longer holds the watermark back.</summary>
    public void GoIdle(int partition)
    {
        if (_partitions[partition].IsIdle) return;
        _partitions[partition].IsIdle = _cutter.HasProgress = true;
        Guarded(Release);
    }

    /// <summary>Decides, on such grounds too, that a partition that was idle holds the watermark again, though its messages are not here yet.</summary>
    public void Await(int partition)
    {
        if (!_partitions[partition].IsIdle) return;
        _partitions[partition].ComeBack(_partitions[partition].Next, _watermark);
        _cutter.HasProgress = true;
    }

    /// <summary>Closes what is open as if time had gone on, up to the end of the era that holds the latest record plus the lead-in.</summary>
    public void CloseWindows()
    {
        if (_arrivals.Latest != EventTime.Never) CloseAt(_eras.EndOf(_arrivals.Latest + _options.LeadIn.Ticks));
    }

    /// <summary>Closes what is open as if time had gone on up to a point.</summary>
    public void CloseAt(long target)
    {
        foreach (var partition in _partitions.Where(p => p.Input.HasEventTime))
        {
            partition.IsIdle = true;
            partition.AddFloor(partition.Next, target);
        }
        _cutter.HasProgress = true;
        Guarded(Release);
    }

    /// <summary>Closes the epoch: its rows, and how far they got.</summary>
    public void Cut()
    {
        Thread.Check();                                         // a row lost to a foreign thread must not be passed over
        _cutter.Cut(_partitions, _eras, _tally, _watermark);
    }

    /// <summary>A row has reached a table.</summary>
    internal void Emit<T>(QueryInstance instance, int slot, ITable<T> table, T row)
    {
        Thread.Guard($"A row for table {table.Name} came");
        if (IsSide(instance))                                   // by itself, committed with its record's offset
        {
            if (table.KeepsEra) throw new MisuseException(QueryPlan.NoEra(table));
            if (_current is not null) Add(slot, table, row, null);
            else if (!_plan.HasEventTime)
                throw new MisuseException($"A row for table {table.Name} came without a record, so a restart would write it again. {NoEventTime}");
            return;
        }
        if (!instance.IsOpen || !_tally.Count(slot, table, row)) return;
        Add(slot, table, row, EventTime.At(instance.Start));
        // The rows of a record that the query may yet throw on must not be committed.
        if (RowsUntilCut <= 0 && (_current is null || _options.MaxFailedRecords == 0)) Cut();
    }

    /// <summary>A record breaks a rule. What an instance sees in its lead-in is another's, and what is computed again was counted before.</summary>
    internal void NoteBroken(QueryInstance instance, string rule)
    {
        if (IsSide(instance) || (instance.IsOpen && _tally.HasCaughtUp)) _onBroken?.Invoke(rule);
    }

    /// <summary>Whether an instance is the one for side outputs and for pipelines without event time.</summary>
    internal bool IsSide(QueryInstance instance) => _side is null || instance == _side;

    /// <summary>Drops the instances without completing them: open windows must not flush.</summary>
    public void Dispose()
    {
        _lookUps.Dispose();
        _side.Dispose();
        _eras.Dispose();
    }

    private void Add<T>(int slot, ITable<T> table, T row, DateTimeOffset? era)
        => _cutter.Add(slot, table, row, new(_current?.Position, EventTime.At(_current?.Ticks ?? _eras.Now), era, era is null ? null : _cutter.Lane));

    // ---- side outputs ------------------------------------------------------------------------------------------------

    // Side outputs run in the order of arrival, in an instance of their own, and each record by itself.
    private void PushSide(Record record, bool late)
    {
        var input = InputOf(record).Index;
        if (!late && !_side.WantsArrivals(input)) return;
        (_current, _isSideways) = (record, true);
        if (late) _side.PushLate(input, record);
        else _side.PushArrival(input, record);
        (_current, _isSideways) = (null, false);
    }

    private TopicInput InputOf(Record record) => _partitions[record.PartitionIndex].Input;

    // ---- release -----------------------------------------------------------------------------------------------------

    private void Release()
    {
        if (!_plan.HasEventTime) return;
        var mark = Mark();
        if (mark == EventTime.Never) return;
        if (mark > _watermark) (_watermark, _cutter.HasProgress) = (mark, true);
        if (!_eras.HasBegun)
        {
            if (_buffer.First >= mark) return;
            Begin(_eras.StartOf(_buffer.First));
        }
        while (_buffer.TakeBefore(mark) is { } record)          // at the mark itself there may be more to come
        {
            _eras.AdvanceTo(record.Ticks);
            _current = record;
            _lookUps.Await(record);
            _eras.Push(InputOf(record).Index, record, _partitions[record.PartitionIndex].SkippedFrom(record.Offset));
            _current = null;
            if (RowsUntilCut <= 0) Cut();
        }
        if (mark > _eras.From) _eras.AdvanceTo(mark);
    }

    /// <summary>Minimum over the partitions that are not left out; where all are, the one furthest on decides.</summary>
    public long Mark()
    {
        if (Last is { } last) return last.Watermark;
        var most = EventTime.Never;
        foreach (var partition in _partitions)
            if (partition.Input.HasEventTime) most = Math.Max(most, partition.Watermark);
        return most;
    }

    /// <summary>The partition furthest behind in event time of those that are not left out: the watermark waits for it. Null where all are.</summary>
    public PartitionProgress? Last
    {
        get
        {
            var (last, least) = ((PartitionProgress?)null, long.MaxValue);
            foreach (var partition in _partitions)
            {
                if (!partition.HoldsWatermark || partition.Watermark is var mark && mark >= least) continue;
                (last, least) = (partition, mark);
            }
            return last;
        }
    }

    private void OnBoundary()
    {
        if (!EndsWithEra && OnEraEnd is null) return;
        if (EndsWithEra) _watermark = Math.Min(_watermark, _eras.Start);         // what lies beyond is for the next one to decide, over partitions that join then, too
        Cut();
        OnEraEnd?.Invoke();
        if (EndsWithEra) throw new EraEndedException();
    }

    private void Begin(long start)
    {
        _eras.Begin(start);
        foreach (var partition in _partitions) partition.BeginAt(_eras.From);
        _watermark = Math.Max(_watermark, _eras.From);
    }

    private void Guarded(Action step)
    {
        Guarded(() =>
        {
            step();
            return true;
        });
    }

    private T Guarded<T>(Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception fault) when (IsTheQuerys(fault))
        {
            throw Blame(fault);
        }
    }

    private static bool IsTheQuerys(Exception fault) => fault is not (LaneStoppedException or DecoderUnavailableException or EraEndedException or NotDeterministicException or ForeignThreadException);

    private QueryException Blame(Exception fault)
    {
        var cause = fault is QueryFaultException { InnerException: { } inner } ? inner : fault;
        var where = _current is not null ? $"on record {_current.Position} (event time {_current.At:O})"
            : _eras is { HasBegun: true } ? $"in a timer, at event time {EventTime.At(_eras.Now):O}" : "when it was subscribed";
        var failed = _current is null || cause is MisuseException ? null : new FailedRecord(_current.Position, _isSideways ? 0 : _eras.Pushing, $"{cause.GetType().Name}: {cause.Message}",
            _partitions.Sum(p => p.SkipsFrom(_eras.HasBegun ? _eras.Start : 0)));
        return new($"The query of pipeline '{_pipeline}' threw {where}: {cause.Message} Nothing of the open epoch was written.", cause) { Failed = failed };
    }
}
