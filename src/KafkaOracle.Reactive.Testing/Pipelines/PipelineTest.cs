using System.IO.Hashing;
using System.Reactive;
using System.Text;

namespace KafkaOracle.Reactive.Testing;

/// <summary>Where a commit fails that <see cref="PipelineTest.FailNextCommit"/> is told of.</summary>
public enum CommitFault
{
    /// <summary>Before it is applied: nothing of the epoch is in the tables.</summary>
    Before,

    /// <summary>After it is applied, before the pipeline hears of it: the epoch is in the tables.</summary>
    After,
}

/// <summary>Runs a whole pipeline without servers, one step after the other on the thread of the test.</summary>
/// <remarks>
/// <para>The log and the tables are in memory; what reads, orders, computes, cuts and replays is the lane that runs in production.
/// Nothing depends on the machine's clock or on other threads, so a test always does the same.</para>
/// <para>Tables may be of any kind. Their rows are kept as the query gives them: what a write mode, a constraint or a type of the
/// database would make of them is not seen here.</para>
/// <para>Not thread-safe. The test may await between two calls.</para>
/// </remarks>
public sealed class PipelineTest : IDisposable
{
    private readonly List<LaneLives> _lanes = [];
    private readonly List<Step> _steps = [];
    private readonly Dictionary<string, int> _turns = [];
    private readonly RecordedQuery _first;
    private readonly int _partitions;
    private CommitFault? _fault;

    /// <summary>A pipeline at its first start, over topics that are empty.</summary>
    /// <param name="pipeline">The pipeline, as it is in production. Its options hold, but for those of the machine's time.</param>
    /// <param name="partitions">How many partitions each of its topics has.</param>
    public PipelineTest(Pipeline pipeline, int partitions = 1)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        _first = Query = new(pipeline);
        _partitions = partitions;
        foreach (var topic in pipeline.Topics) Log.CreateTopic(topic, partitions);
        StartLanes();
    }

    /// <summary>Whether each call commits what it produced. If not, <see cref="Commit"/> does, and an epoch that is full.</summary>
    /// <value>The default is true.</value>
    public bool CommitsAtOnce { get; set; } = true;

    /// <summary>The rows of a table that are committed, in the order in which the query gave them.</summary>
    public IReadOnlyList<T> Rows<T>(ITable<T> table) => Store.RowsOf(table);

    /// <summary>The rows of a table that are committed, each at the event time at which the query gave it: to print, and to compare as a time line.</summary>
    public IReadOnlyList<Recorded<Notification<T>>> RowsInTime<T>(ITable<T> table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return [.. Store.Rows.Where(r => r.Table == table.Name).Select(r => ReactiveTest.OnNext(r.Origin.At.UtcTicks, (T)r.Value!))];
    }

    /// <summary>The messages committed to the rejects.</summary>
    public IReadOnlyList<Reject> Rejects => Store.Rejects;

    /// <summary>The ledger as it is committed, by partition.</summary>
    public IReadOnlyList<LedgerRow> Ledger => Store.Ledger;

    /// <summary>Start of the era under way, of the lane that is furthest behind; null before the first record that the watermark has passed.</summary>
    public DateTimeOffset? Era => _lanes.Select(l => l.Lane.Engine.EraStart).Min();

    /// <summary>Event time reached, by the lane that is furthest behind; null before the first record of event time.</summary>
    public DateTimeOffset? Watermark => _lanes.Select(l => l.Lane.Engine.Watermark).Min();

    /// <summary>What the lanes have done with their messages since their last starts.</summary>
    public LaneCounts Messages => _lanes.Aggregate(default(LaneCounts), (sum, l) => sum + l.Lane.Engine.Counts);

    /// <summary>How often the lane was started again: by crashes, by failed commits, by another lane that took over, by a version that was deployed, and to go on without a record that the query threw on.</summary>
    public int Restarts => _lanes.Sum(l => l.Restarts);

    /// <summary>How many epochs of zombies the ledger has refused.</summary>
    public int Fenced => _lanes.Sum(l => l.Fenced);

    /// <summary>What the test has done so far, a line a step.</summary>
    public string TimeLine => Testing.TimeLine.Of(_steps);

    internal RecordedQuery Query { get; private set; }

    internal MemoryLog Log { get; } = new();

    internal MemoryStore Store { get; } = new();

    /// <summary>Sends a message of texts in UTF-8, which the lane reads at once.</summary>
    /// <param name="topic">One of the pipeline's topics.</param>
    /// <param name="at">The message's own time stamp, to the millisecond; its event time where the query takes that.</param>
    /// <param name="key">The key; null where it has none.</param>
    /// <param name="value">The value; null for a tombstone.</param>
    /// <param name="partition">The partition; where null the one that the key's hash names, and for messages without key each in turn.</param>
    /// <param name="headers">The headers.</param>
    /// <returns>Where it stands in the log.</returns>
    /// <exception cref="QueryException">The query threw in a timer that this message released, or on more records than <see cref="PipelineOptions.MaxFailedRecords"/>.</exception>
    public Position Send(string topic, DateTimeOffset at, string? key, string? value, int? partition = null, IReadOnlyList<Header>? headers = null)
        => Send(topic, at, key is null ? null : Encoding.UTF8.GetBytes(key), value is null ? null : Encoding.UTF8.GetBytes(value), partition, headers);

    /// <summary>Sends a message of bytes, which the lane reads at once.</summary>
    /// <inheritdoc cref="Send(string, DateTimeOffset, string?, string?, int?, IReadOnlyList{Header}?)"/>
    public Position Send(string topic, DateTimeOffset at, byte[]? key, byte[]? value, int? partition = null, IReadOnlyList<Header>? headers = null)
    {
        ArgumentNullException.ThrowIfNull(topic);
        var message = new MemoryMessage { Timestamp = at, Key = key, Value = value, Headers = headers ?? [] };
        var position = Log.Append(topic, partition ?? PartitionFor(topic, key), message);
        _steps.Add(new Sent(new(position.Topic, position.Partition), message with { Offset = position.Offset }));
        Each(position.Partition, lane => lane.Do(l => l.Read()));
        return position;
    }

    /// <summary>Sends the elements of a time line, in the order in which they stand, with their times as the messages' time stamps.</summary>
    /// <param name="topic">One of the pipeline's topics.</param>
    /// <param name="line">Values in UTF-8, such as <see cref="Marbles.Parse(string)"/> reads.</param>
    /// <param name="partition">The partition; where null each in turn.</param>
    /// <exception cref="ArgumentException">The line has an end, which a log has not. Nothing was sent.</exception>
    public void Send(string topic, IEnumerable<Recorded<Notification<string>>> line, int? partition = null)
    {
        ArgumentNullException.ThrowIfNull(line);
        Recorded<Notification<string>>[] messages = [.. line];
        if (messages.FirstOrDefault(m => m.Value.Kind != NotificationKind.OnNext) is { Value: not null } end)
            throw new ArgumentException($"A log has no end, and cannot be sent {end}.", nameof(line));
        foreach (var (time, value) in messages) Send(topic, new DateTimeOffset(time, TimeSpan.Zero), null, value.Value, partition);
    }

    /// <summary>Leaves offsets of a partition without messages, as control records and compaction do.</summary>
    public void Skip(string topic, int partition = 0, long offsets = 1)
    {
        Log.Skip(topic, partition, offsets);
        _steps.Add(new Skipped(new(topic, partition), offsets));
        Each(partition, lane => lane.Do(l => l.Read()));
    }

    /// <summary>Commits, gives a topic more partitions, and restarts the pipeline, which then sees them.</summary>
    /// <param name="topic">One of the pipeline's topics.</param>
    /// <param name="partitions">How many partitions it has from now on.</param>
    public void Grow(string topic, int partitions)
    {
        if (Log.PartitionCount(topic) == 0) throw new ArgumentException($"The pipeline reads no topic '{topic}'.", nameof(topic));
        Commit();
        Log.CreateTopic(topic, partitions);
        _steps.Add(new Grown(topic, partitions));
        CrashAndRestart();
        StartLanes();
    }

    /// <summary>Commits, and goes on with another version of the pipeline, from the same ledger.</summary>
    /// <param name="pipeline">The changed pipeline, under the same name. Topics that are new are created.</param>
    /// <exception cref="ArgumentException">It has another name.</exception>
    /// <exception cref="LedgerMismatchException">The era under way has rows of another version, and <paramref name="pipeline"/> does not say what becomes of it. <see cref="CrashAndRestart"/> goes on with the version before.</exception>
    public void Deploy(Pipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        if (pipeline.Name != Query.Name) throw new ArgumentException($"Pipeline '{pipeline.Name}' is no version of '{Query.Name}'.", nameof(pipeline));
        Commit();
        foreach (var topic in pipeline.Topics) Log.CreateTopic(topic, Math.Max(_partitions, Log.PartitionCount(topic)));
        var former = Query;
        Query = new(pipeline);
        try
        {
            foreach (var lane in _lanes) lane.Live();
            StartLanes();
        }
        catch
        {
            Query = former;
            throw;
        }
        _steps.Add(new Deployed(Query));
        foreach (var lane in _lanes) lane.Finish(CommitsAtOnce);
    }

    /// <summary>Lets event time come to a point, as if every partition had promised nothing earlier: timers fire, windows close.</summary>
    /// <param name="at">Event time. Records before it that come afterwards are late. A time that has passed changes nothing.</param>
    /// <exception cref="InvalidOperationException">The pipeline has no event time.</exception>
    /// <remarks>In production records move event time, and partitions that are idle. As there, a restart repeats the step only once it is committed.</remarks>
    public void AdvanceTo(DateTimeOffset at)
    {
        if (!Query.Plan.HasEventTime) throw new InvalidOperationException($"Pipeline '{Query.Name}' has no event time that could advance.");
        Decide(null, new Advanced(at));
    }

    /// <summary>Leaves a partition out of the watermark, as the pipeline does when it has had no message for <see cref="PipelineOptions.IdleAfter"/>.</summary>
    /// <remarks>As in production a restart repeats the step only once it is committed.</remarks>
    public void Idle(string topic, int partition = 0)
    {
        if (partition < 0 || partition >= Log.PartitionCount(topic)) throw new ArgumentException($"The pipeline reads no partition {partition} of a topic '{topic}'.", nameof(partition));
        Decide(partition, new WentIdle(new(topic, partition)));
    }

    /// <summary>Closes what is open as <see cref="RunUntil.EndOfLogClosed"/> does at the end of the log.</summary>
    /// <remarks>As in production a restart repeats the step only once it is committed.</remarks>
    public void CloseWindows() => Decide(null, new Closed());

    /// <summary>Commits what was produced since the last commit, if anything.</summary>
    public void Commit()
    {
        foreach (var lane in _lanes) lane.Finish(commit: true);
    }

    /// <summary>Makes the next commit fail: the process dies there, and a new one goes on from the ledger.</summary>
    public void FailNextCommit(CommitFault fault) => _fault = fault;

    /// <summary>The process dies with all that is not committed, and a new one goes on from the ledger.</summary>
    public void CrashAndRestart()
    {
        foreach (var lane in _lanes) lane.CrashAndRestart();
    }

    /// <summary>Another process takes partitions over, and commits. The former lane does not know: it goes on reading, and its next commit is refused.</summary>
    /// <param name="partition">With <see cref="Lanes.PerPartition"/>, the number of the partitions whose lane moves; null for all lanes.</param>
    /// <exception cref="ArgumentException">There is no lane of its own for the partition.</exception>
    public void Rebalance(int? partition = null)
    {
        var moved = _lanes.Where(l => partition is null || l.Number == partition).ToList();
        if (moved.Count == 0) throw new ArgumentException($"Pipeline '{Query.Name}' has no lane of its own for partition {partition}.", nameof(partition));
        var fault = TakeFault();                                // it is for a commit of what the test does next
        foreach (var lane in moved) lane.Rebalance();
        _fault = fault;
        foreach (var lane in moved) lane.Finish(CommitsAtOnce);
    }

    /// <summary>
    /// Does all steps of this test again, with a crash after each step, before and after each commit and after each row, with
    /// processes that take over, and at random; and compares rows, order, rejects and the ledger's sums with those of a run undisturbed.
    /// </summary>
    /// <param name="options">What to do beyond; null for the defaults.</param>
    /// <exception cref="DrillException">They differ, or a run failed. The message shows the time line, where it was disturbed, and what differs.</exception>
    /// <remarks>Its costs grow with the square of the number of steps; a hundred steps take a second or two of processor time.</remarks>
    public void Drill(DrillOptions? options = null)
    {
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfNegative(options.RandomRuns, nameof(options));
        foreach (var lane in _lanes) new Drill(_first, lane.Number, _partitions, _steps, options).Run();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var lane in _lanes) lane.Dispose();
    }

    /// <summary>The fault that the next commit is to have.</summary>
    internal CommitFault? TakeFault()
    {
        var fault = _fault;
        _fault = null;
        return fault;
    }

    private void StartLanes()
    {
        int?[] numbers = Query.Pipeline.Options.Lanes == Lanes.PerPartition ? [.. Enumerable.Range(0, Query.Pipeline.Topics.Max(Log.PartitionCount))] : [null];
        foreach (var number in numbers.Skip(_lanes.Count))
        {
            var lane = new LaneLives(this, number);
            lane.Live();
            _lanes.Add(lane);
        }
    }

    private void Each(int? partition, Action<LaneLives> action)
    {
        foreach (var lane in _lanes)
            if (partition is null || lane.Number is null || lane.Number == partition) action(lane);
    }

    private void Decide(int? partition, Decision decision)
    {
        _steps.Add(decision);
        Each(partition, lane => lane.Decide(decision));
    }

    private int PartitionFor(string topic, byte[]? key)
    {
        var count = Log.PartitionCount(topic);
        if (count == 0) return 0;
        if (key is not null) return (int)(XxHash3.HashToUInt64(key) % (ulong)count);
        return (_turns[topic] = _turns.GetValueOrDefault(topic, -1) + 1) % count;
    }
}
