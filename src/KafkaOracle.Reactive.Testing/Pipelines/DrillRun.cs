namespace KafkaOracle.Reactive.Testing;

/// <summary>The steps of a test done once more, over a log and tables of their own, with processes that die and that take over.</summary>
internal sealed class DrillRun : IDisposable
{
    private readonly RecordedQuery _query;
    private readonly IReadOnlyList<Step> _steps;
    private readonly MemoryLog _log = new();
    private readonly List<TestedLane> _zombies = [];
    private readonly Func<DrillRun, bool> _diesAtCommit;
    private readonly long _cutAfter;
    private readonly List<TestedLane> _lanes = [];
    private int _step, _lives;
    private bool _isCalm;

    /// <param name="query">The query.</param>
    /// <param name="partitions">How many partitions each topic begins with.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="diesAtCommit">Asked when an epoch has been committed in the course of a step: whether the process dies there.</param>
    /// <param name="cutAfter">After how many rows and rejects in all an epoch is cut, even in the middle of a step; -1: after each.</param>
    public DrillRun(RecordedQuery query, int partitions, IReadOnlyList<Step> steps, Func<DrillRun, bool>? diesAtCommit, long cutAfter)
    {
        (_query, _steps, _diesAtCommit, _cutAfter) = (query, steps, diesAtCommit ?? (_ => false), cutAfter);
        foreach (var input in query.Plan.Inputs) _log.CreateTopic(input.Topic, partitions);
        StartAll();
    }

    public MemoryStore Store { get; } = new();

    /// <summary>What disturbed it, and in the course of which step.</summary>
    public List<(int Step, string What)> Notes { get; } = [];

    /// <summary>How many rows and rejects all epochs that were cut hold.</summary>
    public long Cut { get; private set; }

    public int Partitions => _lanes.Sum(l => l.Partitions);

    public int Lanes => _lanes.Count;

    public int Zombies => _zombies.Count;

    /// <summary>After this many further rows and rejects the epoch is cut, even in the middle of a step.</summary>
    public int RowsUntilCut
    {
        set
        {
            foreach (var lane in _lanes) lane.Engine.RowsUntilCut = value;
        }
    }

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
                    foreach (var lane in _lanes) lane.Dispose();
                    StartAll();
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
    /// <param name="partition">Index into the partitions of all lanes, one lane after the other.</param>
    /// <param name="most">How many messages at most.</param>
    public void Read(int partition, int most)
    {
        for (var i = 0; i < _lanes.Count; partition -= _lanes[i++].Partitions)
        {
            if (partition >= _lanes[i].Partitions) continue;
            Do(i, lane => lane.Read(partition, most));
            return;
        }
    }

    /// <summary>Commits what was produced.</summary>
    public void Commit() => Do(lane => lane.Commit());

    /// <summary>The process dies, and a new one goes on from the ledger.</summary>
    public void Crash()
    {
        Note("the process dies; a new one goes on from the ledger");
        for (var i = 0; i < _lanes.Count; i++) Restart(i);
    }

    /// <summary>A new process takes over, and the former one does not know.</summary>
    public void TakeOver()
    {
        for (var i = 0; i < _lanes.Count; i++) TakeOver(i);
    }

    /// <summary>A lane moves to a new process, and the former one does not know.</summary>
    public void TakeOver(int lane)
    {
        Note(_lanes[lane].Number is { } number ? $"another process takes partition {number} over; the former one goes on" : "another process takes over; the former one goes on");
        _zombies.Add(_lanes[lane]);
        _lanes[lane] = Start(_lanes[lane].Number);
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
        catch (LaneStoppedException)
        {
            Note("the former process is refused by the ledger");
            _zombies.Remove(lane);
            lane.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var lane in _lanes) lane.Dispose();
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
        for (var i = 0; i < _lanes.Count; i++) Do(i, action);
    }

    private void Do(int lane, Action<TestedLane> action)
    {
        try
        {
            action(_lanes[lane]);
        }
        catch (LaneStoppedException)
        {
            Restart(lane);
        }
    }

    private void Restart(int lane)
    {
        _lanes[lane].Dispose();
        _lanes[lane] = Start(_lanes[lane].Number);
    }

    private void StartAll()
    {
        _lanes.Clear();
        foreach (var number in _query.Lanes(_log)) _lanes.Add(Start(number));
    }

    private TestedLane Start(int? number)
    {
        _lives++;
        TestedLane? lane = null;
        lane = new(_query, _log, number, Store.Ledger, epoch => Take(lane!, epoch));
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
            if (_lanes.Contains(lane)) Note("the process is refused by the ledger; a new one goes on from there");
            throw new LaneStoppedException();
        }
        Note($"epoch {epoch.Number} of {epoch.Rows} rows is committed");
        CutInTime(lane);
        if (_isCalm || !_lanes.Contains(lane) || !_diesAtCommit(this)) return;
        Note("the process dies there; a new one goes on from the ledger");
        throw new LaneStoppedException();
    }

    private void Note(string what) => Notes.Add((_step, what));
}
