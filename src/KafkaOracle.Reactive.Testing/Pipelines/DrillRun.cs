namespace KafkaOracle.Reactive.Testing;

/// <summary>The steps of a test done once more, over a log and tables of their own, with processes that die and that take over.</summary>
internal sealed class DrillRun : IDisposable
{
    private RecordedQuery _query;
    private readonly IReadOnlyList<Step> _steps;
    private readonly int? _number;
    private readonly MemoryLog _log = new();
    private readonly List<TestedLane> _zombies = [];
    private readonly Func<DrillRun, bool> _diesAtCommit;
    private readonly long _cutAfter;
    private FailedRecords _failed;                              // a process that dies forgets them
    private TestedLane _lane;
    private readonly int _partitions;
    private int _step, _lives;
    private bool _isCalm;

    /// <param name="query">The query.</param>
    /// <param name="number">The number of the lane's partitions; null where it has all.</param>
    /// <param name="partitions">How many partitions each topic begins with.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="diesAtCommit">Asked when an epoch has been committed in the course of a step: whether the process dies there.</param>
    /// <param name="cutAfter">After how many rows and rejects in all an epoch is cut, even in the middle of a step; -1: after each.</param>
    public DrillRun(RecordedQuery query, int? number, int partitions, IReadOnlyList<Step> steps, Func<DrillRun, bool>? diesAtCommit, long cutAfter)
    {
        (_query, _number, _steps, _diesAtCommit, _cutAfter) = (query, number, steps, diesAtCommit ?? (_ => false), cutAfter);
        _failed = new(query.Pipeline.Options);
        _partitions = partitions;
        CreateTopics();
        _lane = Start();
    }

    public MemoryStore Store { get; } = new();

    /// <summary>What disturbed it, and in the course of which step.</summary>
    public List<(int Step, string What)> Notes { get; } = [];

    /// <summary>How many rows and rejects all epochs that were cut hold.</summary>
    public long Cut { get; private set; }

    public int Partitions => _lane.Partitions;

    public int Zombies => _zombies.Count;

    /// <summary>After this many further rows and rejects the epoch is cut, even in the middle of a step.</summary>
    public int RowsUntilCut { set => _lane.Engine.RowsUntilCut = value; }

    /// <summary>Does all steps, and something after each; reads what is left, and commits it.</summary>
    public void Play(Action<DrillRun, int> after)
    {
        for (_step = 0; _step < _steps.Count; _step++)
        {
            switch (_steps[_step])
            {
                case Sent sent:
                    _log.Append(sent.Partition.Topic, sent.Partition.Partition, sent.Message);
                    after(this, _step);
                    break;
                case Skipped skipped:
                    _log.Skip(skipped.Partition.Topic, skipped.Partition.Partition, skipped.Offsets);
                    after(this, _step);
                    break;
                case Grown grown:
                    Settle();                                   // a partition that joins is late for what is committed then
                    _log.CreateTopic(grown.Topic, grown.Partitions);
                    Restart();
                    after(this, _step);
                    break;
                case Deployed deployed:
                    Settle();                                   // whose the era under way is depends on what is committed then
                    _query = deployed.Query;
                    CreateTopics();
                    Restart();
                    after(this, _step);
                    break;
                case Decision decision:
                    Decide(decision, after);
                    break;
            }
        }
        Settle();
    }

    /// <summary>Reads all that is there.</summary>
    public void Read()
    {
        int life;
        do
        {
            life = _lives;
            Do(lane => lane.Read());
        }
        while (life != _lives);
    }

    /// <summary>Reads some messages of a partition.</summary>
    public void Read(int partition, int most) => Do(lane => lane.Read(partition, most));

    /// <summary>Commits what was produced.</summary>
    public void Commit() => Do(lane => lane.Commit());

    /// <summary>The process dies, and a new one goes on from the ledger.</summary>
    public void Crash()
    {
        Note("the process dies; a new one goes on from the ledger");
        Restart();
    }

    /// <summary>A new process takes over, and the former one does not know.</summary>
    public void TakeOver()
    {
        Note("another process takes over; the former one goes on");
        _zombies.Add(_lane);
        _failed = new(_query.Pipeline.Options);
        _lane = Start();
    }

    /// <summary>A process that has lost its partitions, unless it is faster than the one that took them over, reads on and commits.</summary>
    public void LetZombieCommit(int zombie)
    {
        if (zombie >= _zombies.Count) return;
        var lane = _zombies[zombie];
        try
        {
            lane.Read();
            lane.Commit();
        }
        catch (QueryException)
        {
            Note("the query of the former process throws; nobody goes on for it");
            _zombies.Remove(lane);
            lane.Dispose();
        }
        catch (LaneStoppedException)
        {
            Note("the former process is refused by the ledger");
            _zombies.Remove(lane);
            lane.Dispose();
        }
        catch (EraEndedException)
        {
            Note("the former process has ended its era");
            _zombies.Remove(lane);
            lane.Dispose();
        }
    }

    public void Dispose()
    {
        _lane.Dispose();
        foreach (var zombie in _zombies) zombie.Dispose();
    }

    // Until it is committed a decision is nothing that a restart could know of: whoever decided then decides again.
    private void Decide(Decision decision, Action<DrillRun, int> after)
    {
        Read();
        var life = _lives;
        Do(decision.Make);
        after(this, _step);
        if (life == _lives) Commit();
        while (life != _lives)
        {
            life = _lives;
            Calmly(() =>
            {
                Read();
                Do(decision.Make);
                Commit();
            });
        }
    }

    private void Settle()
    {
        int life;
        do
        {
            life = _lives;
            Calmly(() =>
            {
                Read();
                Do(lane => lane.Engine.Cut());
            });
        }
        while (life != _lives);
        foreach (var zombie in _zombies) zombie.Dispose();
        _zombies.Clear();
    }

    private void Calmly(Action action)
    {
        _isCalm = true;
        action();
        _isCalm = false;
    }

    private void Do(Action<TestedLane> action)
    {
        try
        {
            action(_lane);
        }
        catch (LaneStoppedException)
        {
            Restart();
        }
        catch (QueryException fault)
        {
            if (!_failed.TryAdd(fault)) throw;
            Note($"the query throws on {fault.Position}; the era is computed again without it");
            _lane.Dispose();
            _lane = Start();
        }
        catch (EraEndedException)
        {
            Note("the former version has ended its era; the one deployed takes over");
            Restart();
        }
    }

    private void CreateTopics()
    {
        foreach (var input in _query.Plan.Inputs) _log.CreateTopic(input.Topic, Math.Max(Math.Max(_partitions, _number + 1 ?? 1), _log.PartitionCount(input.Topic)));
    }

    private void Restart()
    {
        _failed = new(_query.Pipeline.Options);
        _lane.Dispose();
        _lane = Start();
    }

    private TestedLane Start()
    {
        _lives++;
        TestedLane? lane = null;
        lane = new(_query, _number, _log, Store.Ledger, _failed.All, epoch => Take(lane!, epoch));
        CutInTime(lane);
        return lane;
    }

    private void CutInTime(TestedLane lane)
    {
        if (_cutAfter < 0) lane.Engine.RowsUntilCut = 1;
        if (Cut < _cutAfter) lane.Engine.RowsUntilCut = (int)(_cutAfter - Cut);
    }

    private void Take(TestedLane lane, Epoch epoch)
    {
        Cut += epoch.Rows + epoch.Rejects.Count;
        if (!Store.TryCommit(epoch))
        {
            if (lane == _lane) Note("the process is refused by the ledger; a new one goes on from there");
            throw new LaneStoppedException();
        }
        if (lane == _lane) _failed.Settle(epoch);
        Note($"epoch {epoch.Number} of {epoch.Rows} rows is committed");
        CutInTime(lane);
        if (_isCalm || lane != _lane || !_diesAtCommit(this)) return;
        Note("the process dies there; a new one goes on from the ledger");
        throw new LaneStoppedException();
    }

    private void Note(string what) => Notes.Add((_step, what));
}
