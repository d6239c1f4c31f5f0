namespace KafkaOracle.Reactive;

/// <summary>The one thread that may run a lane's query: rows or timers from another would make their order a matter of chance.</summary>
internal sealed class LaneThread
{
    private int _owner = Environment.CurrentManagedThreadId;
    private volatile string? _intrusion;

    public void Enter() => _owner = Environment.CurrentManagedThreadId;

    public void Guard(string what)
    {
        if (Environment.CurrentManagedThreadId == _owner) return;
        _intrusion =
            $"{what} from a foreign thread, so its place among the others would depend on chance. Keep the query on the lane's thread: pass lane.Clock to operators that take a scheduler, and leave out ObserveOn, Task.Run and async lambdas.";
        throw new ForeignThreadException(_intrusion);
    }

    /// <summary>Throws on the lane's own thread what a foreign one was told: there it may have been swallowed, and a row with it.</summary>
    public void Check()
    {
        if (_intrusion is { } message) throw new ForeignThreadException(message);
    }
}
