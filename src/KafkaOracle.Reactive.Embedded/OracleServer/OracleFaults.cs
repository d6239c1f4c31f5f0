using System.Text.RegularExpressions;

namespace KafkaOracle.Reactive.Embedded;

/// <summary>Where a session stands when it asks whether a fault strikes.</summary>
/// <param name="Point">The point reached.</param>
/// <param name="SessionId">Number of the session, unique in a server.</param>
/// <param name="Sql">The statement at hand; null where there is none.</param>
public readonly partial record struct FaultContext(FaultPoint Point, int SessionId, string? Sql)
{
    /// <summary>The table that the statement changes or, for a query, reads first, in upper case unless quoted; null: there is none.</summary>
    public string? Table
    {
        get
        {
            if (Sql == null || TableName().Match(Sql) is not { Success: true } found) return null;
            var name = found.Groups["name"].Value;
            return name[0] == '"' ? name.Trim('"') : name.ToUpperInvariant();
        }
    }

    [GeneratedRegex("""\b(INTO|UPDATE|FROM|TABLE)\s+("?[\w$#]+"?\s*\.\s*)?(?<name>"[^"]+"|[\w$#]+)""", RegexOptions.IgnoreCase)]
    private static partial Regex TableName();
}

/// <summary>The faults that a server injects. Safe to use from any thread.</summary>
public sealed class OracleFaults
{
    private readonly Lock _lock = new();
    private readonly List<Planned> _planned = [];

    /// <summary>Asked at every point that no planned fault strikes at; null lets the session go on.</summary>
    /// <value>The default is null: no hook. It is called on the session's thread; <see cref="FaultPlan.At"/> is made for it.</value>
    public Func<FaultContext, Fault?>? Hook { get; set; }

    /// <summary>Strikes once, when a session next reaches a point.</summary>
    /// <param name="point">The point.</param>
    /// <param name="fault">What happens.</param>
    /// <param name="when">Passes over sessions and statements that it says no to; null strikes the first.</param>
    /// <param name="skip">How many of those that it would strike it lets go by: k - 1 strikes the k-th. Not negative.</param>
    /// <remarks>Several faults for one point strike in the order given, one at a time.</remarks>
    public void Next(FaultPoint point, Fault fault, Func<FaultContext, bool>? when = null, int skip = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        Plan(point, fault, when, skip, once: true);
    }

    /// <summary>Strikes whenever a session reaches a point, until <see cref="Clear"/>.</summary>
    /// <param name="point">The point.</param>
    /// <param name="fault">What happens.</param>
    /// <param name="when">Passes over sessions and statements that it says no to, for instance all but those of one <see cref="FaultContext.Table"/>.</param>
    public void Always(FaultPoint point, Fault fault, Func<FaultContext, bool>? when = null) => Plan(point, fault, when, 0, once: false);

    /// <summary>Forgets every fault that was planned, and the hook.</summary>
    public void Clear()
    {
        lock (_lock) _planned.Clear();
        Hook = null;
    }

    internal Fault? At(FaultContext context)
    {
        lock (_lock)
        {
            foreach (var planned in _planned)
            {
                if (planned.Point != context.Point || planned.When?.Invoke(context) == false || planned.Skip-- > 0) continue;
                if (planned.Once) _planned.Remove(planned);
                return planned.Fault;
            }
        }
        return Hook?.Invoke(context);
    }

    private void Plan(FaultPoint point, Fault fault, Func<FaultContext, bool>? when, int skip, bool once)
    {
        ArgumentNullException.ThrowIfNull(fault);
        lock (_lock) _planned.Add(new Planned(point, fault, when, once) { Skip = skip });
    }

    private sealed record Planned(FaultPoint Point, Fault Fault, Func<FaultContext, bool>? When, bool Once)
    {
        public int Skip { get; set; }
    }
}
