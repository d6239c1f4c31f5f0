using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace KafkaOracle.Reactive.Testing;

/// <summary>A lane of a test through its lives: the one that owns its partitions, and those that have lost them and do not know.</summary>
/// <param name="test">The test whose log and store it works on.</param>
/// <param name="number">The number of its partitions; null where it has all.</param>
internal sealed class LaneLives(PipelineTest test, int? number) : IDisposable
{
    private readonly List<TestedLane> _zombies = [];
    private FailedRecords _failed = new(test.Query.Pipeline.Options);   // a process that dies forgets them
    private bool _goesOn;
    private TestedLane? _lane;
    private Exception? _failure;

    public int? Number => number;

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; private set; } = -1;

    /// <summary>How many epochs of zombies the ledger has refused.</summary>
    public int Fenced { get; private set; }

    public TestedLane Lane => _lane ?? throw new InvalidOperationException("The lane has failed; CrashAndRestart starts it again.", _failure);

    /// <summary>Makes a decision, and once more where the lane died before it was committed.</summary>
    public void Decide(Decision decision)
    {
        var restarts = Restarts;
        Do(decision.Make);
        if (Restarts != restarts) Do(decision.Make);
    }

    /// <summary>Does something with the lane, and commits. Where the lane dies on the way, a new one reads all again.</summary>
    public void Do(Action<TestedLane> action)
    {
        if (Try(action)) Finish(test.CommitsAtOnce);
        else CrashAndRestart();
    }

    public void CrashAndRestart()
    {
        Live();
        Finish(test.CommitsAtOnce);
    }

    public void Finish(bool commit)
    {
        while (!Try(lane =>
        {
            lane.Read();
            if (commit) lane.Commit();
        })) Live();
        _zombies.RemoveAll(zombie => IsFenced(zombie, commit));
    }

    /// <summary>Another process takes over, and commits; the former one goes on.</summary>
    public void Rebalance()
    {
        _zombies.Add(Lane);
        _lane = null;
        Live();
        Try(lane =>
        {
            lane.Read();
            lane.Engine.Cut();
        });
    }

    /// <summary>The process dies, if there is one, and a new one goes on from the ledger.</summary>
    public void Live()
    {
        _lane?.Dispose();
        _lane = null;
        Restarts++;
        if (!_goesOn) _failed = new(test.Query.Pipeline.Options);
        _goesOn = false;
        TestedLane? lane = null;
        try
        {
            _lane = lane = new(test.Query, number, test.Log, test.Store.Ledger, _failed.All, epoch => Take(lane!, epoch));
        }
        catch (Exception fault)
        {
            _failure = fault;
            throw;
        }
    }

    public void Dispose()
    {
        _lane?.Dispose();
        foreach (var zombie in _zombies) zombie.Dispose();
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

    private void Take(TestedLane lane, Epoch epoch)
    {
        if (_zombies.Contains(lane))
        {
            if (test.Store.TryCommit(epoch)) throw new UnreachableException("The ledger took an epoch of a lane that had lost its partitions.");
            Fenced++;
            throw new LaneStoppedException();
        }
        var fault = test.TakeFault();
        if (fault == CommitFault.Before) throw new LaneStoppedException();
        if (!test.Store.TryCommit(epoch)) throw new UnreachableException("The ledger refused an epoch of the lane that owns its partitions.");
        _failed.Settle(epoch);
        if (fault == CommitFault.After) throw new LaneStoppedException();
    }
}
