namespace KafkaOracle.Reactive;

/// <summary>The one thread that may run a lane's query: rows or timers from another would make their order a matter of chance.</summary>
internal sealed class LaneThread
{
    private int _owner = Environment.CurrentManagedThreadId;

    public void Enter() => _owner = Environment.CurrentManagedThreadId;

    public void Guard(string what)
    {
        if (Environment.CurrentManagedThreadId != _owner)
            throw new ForeignThreadException(
                $"{what} from a foreign thread, so its place among the others would depend on chance. Keep the query on the lane's thread: pass lane.Clock to operators that take a scheduler, and leave out ObserveOn, Task.Run and async lambdas.");
    }
}
