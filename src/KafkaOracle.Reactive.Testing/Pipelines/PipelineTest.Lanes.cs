using System.Diagnostics;

namespace KafkaOracle.Reactive.Testing;

// The lanes behind a test: those that own the partitions, and those that have lost them and do not know.
public sealed partial class PipelineTest
{
    private readonly List<TestedLane> _zombies = [];
    private readonly List<TestedLane?> _lanes = [];
    private CommitFault? _fault;
    private Exception? _failure;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var lane in _lanes) lane?.Dispose();
        foreach (var zombie in _zombies) zombie.Dispose();
    }

    private IEnumerable<TestedLane> Lanes => Enumerable.Range(0, _lanes.Count).Select(Lane);

    private TestedLane Lane(int index) => _lanes[index] ?? throw new InvalidOperationException("The lane has failed; CrashAndRestart starts it again.", _failure);

    private void Decide(Decision decision)
    {
        _steps.Add(decision);
        var restarts = Restarts;
        Do(decision.Make);
        if (Restarts != restarts) Do(decision.Make);            // the commit failed: it is made again, unless it was committed
    }

    /// <summary>Does something with each lane, and commits. Where one dies on the way, a new one reads all again.</summary>
    private void Do(Action<TestedLane> action)
    {
        for (var i = 0; i < _lanes.Count; i++)
            if (!Try(i, action)) Live(i);
        Finish(CommitsAtOnce);
    }

    private void Finish(bool commit)
    {
        for (var i = 0; i < _lanes.Count; i++)
            while (!Try(i, lane =>
            {
                lane.Read();
                if (commit) lane.Commit();
            })) Live(i);
        _zombies.RemoveAll(zombie => IsFenced(zombie, commit));
    }

    private static bool IsFenced(TestedLane zombie, bool commit)
    {
        try
        {
            zombie.Read();
            if (commit) zombie.Commit();
            return false;
        }
        catch (LaneStoppedException)
        {
            zombie.Dispose();
            return true;
        }
    }

    /// <summary>False: the lane has died.</summary>
    private bool Try(int index, Action<TestedLane> action)
    {
        var lane = Lane(index);
        try
        {
            action(lane);
            return true;
        }
        catch (LaneStoppedException)
        {
            return false;
        }
        catch (Exception fault)
        {
            lane.Dispose();
            (_lanes[index], _failure) = (null, fault);
            throw;
        }
    }

    /// <summary>Another process takes lanes over, and commits; the former ones do not know.</summary>
    private void Move(IEnumerable<int> lanes)
    {
        var fault = _fault;
        _fault = null;                                          // it is for a commit of what the test does next
        foreach (var i in lanes)
        {
            _zombies.Add(Lane(i));
            _lanes[i] = null;
            Live(i);
            Try(i, lane =>
            {
                lane.Read();
                lane.Engine.Cut();
            });
        }
        _fault = fault;
        Finish(CommitsAtOnce);
    }

    private void LiveAll()
    {
        while (_lanes.Count < _query.Lanes(Log).Length)
        {
            _lanes.Add(null);
            Restarts--;                                         // a first start is none
        }
        for (var i = 0; i < _lanes.Count; i++) Live(i);
    }

    private void Live(int index)
    {
        _lanes[index]?.Dispose();
        _lanes[index] = null;
        Restarts++;
        TestedLane? lane = null;
        try
        {
            _lanes[index] = lane = new(_query, Log, _query.Lanes(Log)[index], _store.Ledger, epoch => Take(lane!, epoch));
        }
        catch (Exception fault)
        {
            _failure = fault;
            throw;
        }
    }

    private void Take(TestedLane lane, Epoch epoch)
    {
        if (_zombies.Contains(lane))
        {
            if (_store.TryCommit(epoch)) throw new UnreachableException("The ledger took an epoch of a lane that had lost its partitions.");
            Fenced++;
            throw new LaneStoppedException();
        }
        var fault = _fault;
        _fault = null;
        if (fault == CommitFault.Before) throw new LaneStoppedException();
        if (!_store.TryCommit(epoch)) throw new UnreachableException("The ledger refused an epoch of the lane that owns its partitions.");
        if (fault == CommitFault.After) throw new LaneStoppedException();
    }
}
