using System.Diagnostics;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>The database's one writer: whoever changes rows or locks them holds this until the transaction ends; the others wait.</summary>
internal sealed class WriteLock : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private readonly SemaphoreSlim _free = new(1, 1);

    /// <summary>Waits for the lock. False when it did not come free in time.</summary>
    /// <param name="wait">How long to wait; zero takes it at once or not at all.</param>
    /// <param name="stillWanted">Called every few milliseconds; throws when the wait shall end.</param>
    public bool Acquire(TimeSpan wait, Action stillWanted)
    {
        var started = Stopwatch.GetTimestamp();
        if (_free.Wait(0)) return true;
        while (Stopwatch.GetElapsedTime(started) < wait)
        {
            stillWanted();
            if (_free.Wait(Look)) return true;
        }
        return false;
    }

    public void Release() => _free.Release();

    public void Dispose() => _free.Dispose();
}
