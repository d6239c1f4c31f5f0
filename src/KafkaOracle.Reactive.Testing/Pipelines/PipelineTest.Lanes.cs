using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace KafkaOracle.Reactive.Testing;

// The lanes behind a test: the one that owns the partitions, and those that have lost them and do not know.
public sealed partial class PipelineTest
{
    private readonly List<TestedLane> _zombies = [];
    private FailedRecords _failed;                              // a process that dies forgets them
    private bool _goesOn;
    private TestedLane? _lane;
    private CommitFault? _fault;
    private Exception? _failure;

    /// <inheritdoc/>
    public void Dispose()
    {
        _lane?.Dispose();
        foreach (var zombie in _zombies) zombie.Dispose();
    }

    private TestedLane Lane => _lane ?? throw new InvalidOperationException("The lane has failed; CrashAndRestart starts it again.", _failure);

    private void Decide(Decision decision)
    {
        _steps.Add(decision);
        var restarts = Restarts;
        Do(decision.Make);
        if (Restarts != restarts) Do(decision.Make);            // the commit failed: it is made again, unless it was committed
    }

    /// <summary>Does something with the lane, and commits. Where the lane dies on the way, a new one reads all again.</summary>
    private void Do(Action<TestedLane> action)
    {
        if (Try(action)) Finish(CommitsAtOnce);
        else CrashAndRestart();
    }

    private void Finish(bool commit)
    {
        while (!Try(lane =>
        {
            lane.Read();
            if (commit) lane.Commit();
        })) Live();
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
        catch (Exception end) when (end is LaneStoppedException or QueryException)
        {
            zombie.Dispose();
            return true;
        }
    }

    /// <summary>False: the lane has died, or has ended the era of a former version.</summary>
    private bool Try(Action<TestedLane> action)
    {
        var lane = Lane;
        try
        {
            action(lane);
            return true;
        }
        catch (Exception end) when (end is LaneStoppedException or EraEndedException)
        {
            return false;
        }
        catch (Exception fault)
        {
            if (CanSkip(ref fault)) return false;
            lane.Dispose();
            (_lane, _failure) = (null, fault);
            ExceptionDispatchInfo.Throw(fault);
            throw;
        }
    }

    /// <summary>Whether the lane goes on without the record that its query threw on.</summary>
    private bool CanSkip(ref Exception fault)
    {
        try
        {
            return _goesOn = fault is QueryException query && _failed.TryAdd(query);
        }
        catch (QueryException tooMany)
        {
            fault = tooMany;
            return false;
        }
    }

    private void Live()
    {
        _lane?.Dispose();
        _lane = null;
        Restarts++;
        if (!_goesOn) _failed = new(_query.Pipeline.Options);
        _goesOn = false;
        TestedLane? lane = null;
        try
        {
            _lane = lane = new(_query, Log, _store.Ledger, _failed.All, epoch => Take(lane!, epoch));
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
        _failed.Settle(epoch);
        if (fault == CommitFault.After) throw new LaneStoppedException();
    }
}
