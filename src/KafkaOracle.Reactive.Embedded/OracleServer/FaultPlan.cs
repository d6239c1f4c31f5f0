using System.Collections.Concurrent;

namespace KafkaOracle.Reactive.Embedded;

/// <summary>Random faults out of a seed, for soaks: <c>server.Faults.Hook = plan.At</c>.</summary>
/// <remarks>
/// Whether a fault strikes depends on the seed, the session's number and how many points the session has passed, not on how sessions
/// interleave: sessions that do the same again, in the same order of connection, meet the same faults. State: some bytes a session.
/// </remarks>
/// <param name="seed">Decides which faults strike; put it into the message of a test that fails.</param>
public sealed class FaultPlan(int seed)
{
    private readonly List<(FaultPoint Point, double Probability, Fault Fault)> _faults = [];
    private readonly ConcurrentDictionary<int, int> _passed = new();
    private long _struck;

    /// <summary>Faults that have struck so far.</summary>
    public long Struck => Volatile.Read(ref _struck);

    /// <summary>Adds a fault, before the plan is used.</summary>
    /// <param name="point">Where it can strike.</param>
    /// <param name="probability">How likely it strikes whenever a session comes there, 0 to 1; those of one point add up to 1 at most.</param>
    /// <param name="fault">What happens.</param>
    /// <returns>This plan.</returns>
    public FaultPlan With(FaultPoint point, double probability, Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentOutOfRangeException.ThrowIfNegative(probability);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(probability + _faults.Where(f => f.Point == point).Sum(f => f.Probability), 1);
        _faults.Add((point, probability, fault));
        return this;
    }

    /// <summary>The fault that strikes here, if any. Safe to use from any thread.</summary>
    public Fault? At(FaultContext context)
    {
        var passed = _passed.AddOrUpdate(context.SessionId, 1, static (_, n) => n + 1);
        var left = Uniform((uint)seed, (uint)context.SessionId, (uint)passed);
        foreach (var (point, probability, fault) in _faults)
        {
            if (point != context.Point) continue;
            if (left < probability)
            {
                Interlocked.Increment(ref _struck);
                return fault;
            }
            left -= probability;
        }
        return null;
    }

    /// <summary>The seed, for messages.</summary>
    public override string ToString() => $"FaultPlan with seed {seed}";

    /// <summary>A number from 0 to below 1 out of three: SplitMix64 (Steele, Lea, Flood 2014), each of them in turn.</summary>
    private static double Uniform(ulong a, ulong b, ulong c) => (Mix(Mix(Mix(a) + b) + c) >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong value)
    {
        value += 0x9e3779b97f4a7c15;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
