using System.Diagnostics;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>
/// The open transactions, their locks, and whose turn it is to use SQLite's one write transaction. A turn lasts for a call; the
/// transaction stays in SQLite until another one needs the place, and is parked then. Whoever has the turn finds all others parked,
/// so that their locks can be read without further ado. See docs/decisions/0004.
/// </summary>
internal sealed class Transactions
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    // Most transactions are short: it is cheaper to let one end than to park it.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(5);

    private readonly object _gate = new();
    private readonly List<Transaction> _open = [];
    private Transaction? _inSqlite;
    private Transaction? _turn;
    private int _waiting;

    /// <summary>How many wait for locks of others, or for one that cannot be parked.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _waiting;
        }
    }

    /// <summary>Takes the turn for a call of a transaction, which may be new, and has it open in SQLite. False: not in time.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="wait">How long to wait for a transaction that cannot be parked; calls of others are waited for.</param>
    /// <param name="stillWanted">Called every few milliseconds; throws when the wait shall end.</param>
    public bool Enter(Transaction transaction, TimeSpan wait, Action stillWanted)
    {
        if (!TryTake(transaction) && !Take(transaction, wait, stillWanted)) return false;
        if (_inSqlite == transaction && !transaction.IsLost) return true;
        if (_inSqlite is { } other && other != transaction) Park(other);
        try
        {
            if (transaction.IsLost) throw new OracleError(24761, "transaction rolled back");
            transaction.Open();
            _inSqlite = transaction;
            return true;
        }
        catch (Exception)
        {
            transaction.IsLost = true;
            End(transaction);
            throw;
        }
    }

    /// <summary>Ends the turn; the transaction stays open.</summary>
    public void Leave(Transaction transaction)
    {
        lock (_gate)
        {
            transaction.IdleSince = Stopwatch.GetTimestamp();
            EndTurn(transaction);
        }
    }

    /// <summary>Ends the transaction that has the turn, committed or rolled back before, and the turn.</summary>
    public void End(Transaction transaction)
    {
        lock (_gate)
        {
            if (_inSqlite == transaction) _inSqlite = null;
            _open.Remove(transaction);
            Release(transaction);
            EndTurn(transaction);
        }
    }

    /// <summary>Rolls a transaction back and ends it, wherever it is.</summary>
    public void Abandon(Transaction transaction)
    {
        lock (_gate)
        {
            while (_turn != null && _turn != transaction) Monitor.Wait(_gate);
            _turn = transaction;
        }
        try
        {
            if (_inSqlite == transaction) transaction.Rollback();
        }
        finally
        {
            End(transaction);
        }
    }

    /// <summary>Tells those that wait for the transaction that it gave up some of its locks.</summary>
    public void Released(Transaction transaction)
    {
        lock (_gate)
        {
            Release(transaction);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Gives the turn away until another transaction lets go of its locks, and takes it again, whatever happens meanwhile.</summary>
    /// <param name="transaction">The transaction that has the turn.</param>
    /// <param name="holder">Whose locks are in its way.</param>
    /// <param name="wait">How long it waits.</param>
    /// <param name="late">Thrown when that was not enough.</param>
    /// <param name="stillWanted">Called every few milliseconds; throws when the wait shall end.</param>
    /// <exception cref="OracleError">ORA-00060: the holder waits, over however many others, for this one.</exception>
    public void WaitFor(Transaction transaction, Transaction holder, TimeSpan wait, OracleError late, Action stillWanted)
    {
        var started = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            if (wait == TimeSpan.Zero) throw late;
            for (var next = holder; next != null; next = next.WaitsFor)
                if (next == transaction) throw new OracleError(60, "deadlock detected while waiting for resource");
            transaction.WaitsFor = holder;
            _waiting++;
            EndTurn(transaction);
        }
        try
        {
            while (IsWaiting(transaction))
            {
                if (Stopwatch.GetElapsedTime(started) >= wait) throw late;
                stillWanted();
            }
        }
        finally
        {
            lock (_gate)
            {
                transaction.WaitsFor = null;
                _waiting--;
            }
            Enter(transaction, TimeSpan.MaxValue, static () => { });
        }
    }

    /// <summary>Whether others are open beside the one that has the turn.</summary>
    public bool IsShared => _open.Count > 1;

    /// <summary>The first other transaction of which something is true. For whoever has the turn.</summary>
    public Transaction? Other(Transaction transaction, Func<Transaction, bool> holds)
    {
        foreach (var other in _open) if (other != transaction && holds(other)) return other;
        return null;
    }

    private bool Take(Transaction transaction, TimeSpan wait, Action stillWanted)
    {
        var started = Stopwatch.GetTimestamp();
        var isCounted = false;
        try
        {
            while (!TryTake(transaction))
            {
                if (IsKept(transaction))
                {
                    if (Stopwatch.GetElapsedTime(started) >= wait) return false;
                    if (!isCounted) Count(1);
                    isCounted = true;
                }
                stillWanted();
            }
            return true;
        }
        finally
        {
            if (isCounted) Count(-1);
        }
    }

    private void Park(Transaction other)
    {
        _inSqlite = null;
        try
        {
            other.Park();
        }
        catch (Exception e) when (e is SqliteFailure or OutOfMemoryException)
        {
            // Half of it is in SQLite: its next call is told that it was rolled back.
            other.IsLost = true;
            try
            {
                other.Rollback();
            }
            catch (SqliteFailure)
            {
                // SQLite has rolled it back already.
            }
        }
    }

    private bool TryTake(Transaction transaction)
    {
        lock (_gate)
        {
            if (!IsFree(transaction))
            {
                Monitor.Wait(_gate, _turn != null ? Look : Grace);
                if (!IsFree(transaction)) return false;
            }
            _turn = transaction;
            if (!_open.Contains(transaction)) _open.Add(transaction);
            return true;
        }
    }

    private bool IsFree(Transaction transaction)
    {
        if (_turn != null) return false;
        if (_inSqlite is not { } owner || owner == transaction || owner.WaitsFor != null) return true;
        return !owner.CannotBeParked && Stopwatch.GetElapsedTime(owner.IdleSince) >= Grace;
    }

    private bool IsKept(Transaction transaction)
    {
        lock (_gate) return _turn == null && !IsFree(transaction) && _inSqlite!.CannotBeParked;
    }

    private bool IsWaiting(Transaction transaction)
    {
        lock (_gate) return transaction.WaitsFor != null && !(Monitor.Wait(_gate, Look) && transaction.WaitsFor == null);
    }

    private void EndTurn(Transaction transaction)
    {
        if (_turn == transaction) _turn = null;
        Monitor.PulseAll(_gate);
    }

    private void Count(int more)
    {
        lock (_gate) _waiting += more;
    }

    private void Release(Transaction transaction)
    {
        foreach (var other in _open) if (other.WaitsFor == transaction) other.WaitsFor = null;
    }
}
