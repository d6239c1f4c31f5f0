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
public sealed partial class PipelineTest : IDisposable
{
    private RecordedQuery _query;
    private readonly MemoryStore _store = new();
    private readonly List<Step> _steps = [];
    private readonly Dictionary<string, int> _turns = [];
    private readonly RecordedQuery _first;
    private readonly int _partitions;

    /// <summary>A pipeline at its first start, over topics that are empty.</summary>
    /// <param name="pipeline">The pipeline, as it is in production. Its options hold, but for those of the machine's time.</param>
    /// <param name="partitions">How many partitions each of its topics has.</param>
    public PipelineTest(Pipeline pipeline, int partitions = 1)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        _first = _query = new(pipeline);
        _partitions = partitions;
        foreach (var topic in pipeline.Topics) Log.CreateTopic(topic, partitions);
        Live();
    }

    /// <summary>Whether each call commits what it produced. If not, <see cref="Commit"/> does, and an epoch that is full.</summary>
    /// <value>The default is true.</value>
    public bool CommitsAtOnce { get; set; } = true;

    /// <summary>The rows of a table that are committed, in the order in which the query gave them.</summary>
    public IReadOnlyList<T> Rows<T>(ITable<T> table) => _store.RowsOf(table);

    /// <summary>The rows of a table that are committed, each at the event time at which the query gave it: to print, and to compare as a time line.</summary>
    public IReadOnlyList<Recorded<Notification<T>>> RowsInTime<T>(ITable<T> table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return [.. _store.Rows.Where(r => r.Table == table.Name).Select(r => ReactiveTest.OnNext(r.Origin.At.UtcTicks, (T)r.Value!))];
    }

    /// <summary>The messages committed to the rejects.</summary>
    public IReadOnlyList<Reject> Rejects => _store.Rejects;

    /// <summary>The ledger as it is committed, by partition.</summary>
    public IReadOnlyList<LedgerRow> Ledger => _store.Ledger;

    /// <summary>Start of the era under way; null before the first record that the watermark has passed.</summary>
    public DateTimeOffset? Era => Lane.Engine.EraStart;

    /// <summary>Event time reached; null before the first record of event time.</summary>
    public DateTimeOffset? Watermark => Lane.Engine.Watermark;

    /// <summary>What the lane has done with its messages since its last start.</summary>
    public LaneCounts Messages => Lane.Engine.Counts;

    /// <summary>How often the lane was started again: by crashes, by failed commits, by another lane that took over, and by a version that was deployed.</summary>
    public int Restarts { get; private set; } = -1;

    /// <summary>How many epochs of zombies the ledger has refused.</summary>
    public int Fenced { get; private set; }

    /// <summary>What the test has done so far, a line a step.</summary>
    public string TimeLine => Testing.TimeLine.Of(_steps);

    private MemoryLog Log { get; } = new();

    /// <summary>Sends a message of texts in UTF-8, which the lane reads at once.</summary>
    /// <param name="topic">One of the pipeline's topics.</param>
    /// <param name="at">The message's own time stamp, to the millisecond; its event time where the query takes that.</param>
    /// <param name="key">The key; null where it has none.</param>
    /// <param name="value">The value; null for a tombstone.</param>
    /// <param name="partition">The partition; where null the one that the key's hash names, and for messages without key each in turn.</param>
    /// <param name="headers">The headers.</param>
    /// <returns>Where it stands in the log.</returns>
    /// <exception cref="QueryException">The query threw on this message, or on one that it released.</exception>
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
        Do(lane => lane.Read());
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
        Do(lane => lane.Read());
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
    }

    /// <summary>Commits, and goes on with another version of the pipeline, from the same ledger.</summary>
    /// <param name="pipeline">The changed pipeline, under the same name. Topics that are new are created.</param>
    /// <exception cref="ArgumentException">It has another name.</exception>
    /// <exception cref="LedgerMismatchException">The era under way has rows of another version, and <paramref name="pipeline"/> does not say what becomes of it. <see cref="CrashAndRestart"/> goes on with the version before.</exception>
    public void Deploy(Pipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        if (pipeline.Name != _query.Name) throw new ArgumentException($"Pipeline '{pipeline.Name}' is no version of '{_query.Name}'.", nameof(pipeline));
        Commit();
        foreach (var topic in pipeline.Topics) Log.CreateTopic(topic, Math.Max(_partitions, Log.PartitionCount(topic)));
        var former = _query;
        _query = new(pipeline);
        try
        {
            Live();
        }
        catch
        {
            _query = former;
            throw;
        }
        _steps.Add(new Deployed(_query));
        Finish(CommitsAtOnce);
    }

    /// <summary>Lets event time come to a point, as if every partition had promised nothing earlier: timers fire, windows close.</summary>
    /// <param name="at">Event time. Records before it that come afterwards are late. A time that has passed changes nothing.</param>
    /// <exception cref="InvalidOperationException">The pipeline has no event time.</exception>
    /// <remarks>In production records move event time, and partitions that are idle. As there, a restart repeats the step only once it is committed.</remarks>
    public void AdvanceTo(DateTimeOffset at)
    {
        if (!_query.Plan.HasEventTime) throw new InvalidOperationException($"Pipeline '{_query.Name}' has no event time that could advance.");
        Decide(new Advanced(at));
    }

    /// <summary>Leaves a partition out of the watermark, as the pipeline does when it has had no message for <see cref="PipelineOptions.IdleAfter"/>.</summary>
    /// <remarks>As in production a restart repeats the step only once it is committed.</remarks>
    public void Idle(string topic, int partition = 0)
    {
        if (partition < 0 || partition >= Log.PartitionCount(topic)) throw new ArgumentException($"The pipeline reads no partition {partition} of a topic '{topic}'.", nameof(partition));
        Decide(new WentIdle(new(topic, partition)));
    }

    /// <summary>Closes what is open as <see cref="RunUntil.EndOfLogClosed"/> does at the end of the log.</summary>
    /// <remarks>As in production a restart repeats the step only once it is committed.</remarks>
    public void CloseWindows() => Decide(new Closed());

    /// <summary>Commits what was produced since the last commit, if anything.</summary>
    public void Commit() => Finish(commit: true);

    /// <summary>Makes the next commit fail: the process dies there, and a new one goes on from the ledger.</summary>
    public void FailNextCommit(CommitFault fault) => _fault = fault;

    /// <summary>The process dies with all that is not committed, and a new one goes on from the ledger.</summary>
    public void CrashAndRestart()
    {
        Live();
        Finish(CommitsAtOnce);
    }

    /// <summary>Another process takes the partitions over, and commits. The former lane does not know: it goes on reading, and its next commit is refused.</summary>
    public void Rebalance()
    {
        var fault = _fault;
        _fault = null;                                          // it is for a commit of what the test does next
        _zombies.Add(Lane);
        _lane = null;
        Live();
        Try(lane =>
        {
            lane.Read();
            lane.Engine.Cut();
        });
        _fault = fault;
        Finish(CommitsAtOnce);
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
        new Drill(_first, _partitions, _steps, options).Run();
    }

    private int PartitionFor(string topic, byte[]? key)
    {
        var count = Log.PartitionCount(topic);
        if (count == 0) return 0;
        if (key is not null) return (int)(XxHash3.HashToUInt64(key) % (ulong)count);
        return (_turns[topic] = _turns.GetValueOrDefault(topic, -1) + 1) % count;
    }
}
