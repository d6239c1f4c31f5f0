namespace KafkaOracle.Reactive.Embedded;

/// <summary>Where a session stands when it asks whether a fault strikes.</summary>
/// <param name="Point">The point reached.</param>
/// <param name="SessionId">Number of the session, unique in a server.</param>
/// <param name="Sql">The statement at hand; null where there is none.</param>
public readonly record struct FaultContext(FaultPoint Point, int SessionId, string? Sql);

/// <summary>The faults that a server injects. Safe to use from any thread.</summary>
public sealed class OracleFaults
{
    private readonly Lock _lock = new();
    private readonly List<(FaultPoint Point, Func<FaultContext, bool>? When, Fault Fault)> _next = [];

    /// <summary>Asked at every point, after the faults of <see cref="Next"/>; null lets the session go on.</summary>
    /// <value>The default is null: no hook. It is called on the session's thread.</value>
    public Func<FaultContext, Fault?>? Hook { get; set; }

    /// <summary>Strikes once, when a session next reaches a point.</summary>
    /// <param name="point">The point.</param>
    /// <param name="fault">What happens.</param>
    /// <param name="when">Passes over sessions and statements that it says no to; null strikes the first.</param>
    /// <remarks>Several faults for one point strike in the order given, one at a time.</remarks>
    public void Next(FaultPoint point, Fault fault, Func<FaultContext, bool>? when = null)
    {
        ArgumentNullException.ThrowIfNull(fault);
        lock (_lock) _next.Add((point, when, fault));
    }

    /// <summary>Forgets every fault that has not struck yet, and the hook.</summary>
    public void Clear()
    {
        lock (_lock) _next.Clear();
        Hook = null;
    }

    internal Fault? At(FaultContext context)
    {
        lock (_lock)
        {
            var at = _next.FindIndex(n => n.Point == context.Point && (n.When == null || n.When(context)));
            if (at >= 0)
            {
                var fault = _next[at].Fault;
                _next.RemoveAt(at);
                return fault;
            }
        }
        return Hook?.Invoke(context);
    }
}
