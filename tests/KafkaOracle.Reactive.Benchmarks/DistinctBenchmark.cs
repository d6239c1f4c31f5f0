using System.Reactive.Linq;
using System.Reactive.Subjects;
using BenchmarkDotNet.Attributes;

namespace KafkaOracle.Reactive.Benchmarks;

/// <summary>What does forgetting by event time cost beside two generations of a HashSet, and what does stock Rx?</summary>
/// <remarks>A thousand elements a second of event time, a tenth of them twice, remembered for ten seconds.</remarks>
public class DistinctBenchmark
{
    private const int Elements = 500_000;
    private static readonly TimeSpan Expiry = TimeSpan.FromSeconds(10);
    private static readonly long Start = new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero).Ticks;

    [Benchmark(Baseline = true)]
    public int Two_generations_of_HashSet() => Run(Elements, (source, clock) =>
    {
        HashSet<long> young = [], old = [];
        var turnAt = 0L;
        return source.Where(x =>
        {
            if (clock.Clock >= turnAt)
            {
                (old, young) = (young, old);
                young.Clear();
                turnAt = clock.Clock + Expiry.Ticks;
            }
            return young.Add(x) && !old.Contains(x);
        });
    });

    [Benchmark]
    public int DistinctWithin() => Run(Elements, (source, clock) => source.DistinctWithin(Expiry, clock));

    /// <summary>It never forgets.</summary>
    [Benchmark]
    public int Stock_Distinct() => Run(Elements, (source, _) => source.Distinct());

    /// <summary>It forgets, a timer each element.</summary>
    [Benchmark]
    public int Stock_GroupByUntil() => Run(Elements, (source, clock) => source.GroupByUntil(x => x, g => g.Throttle(Expiry, clock)).SelectMany(g => g.Take(1)));

    private static int Run(int elements, Func<IObservable<long>, EventClock, IObservable<long>> query)
    {
        var clock = new EventClock(Start, new LaneThread());
        using var source = new Subject<long>();
        var passed = 0;
        using var subscription = query(source, clock).Subscribe(_ => passed++);
        for (var i = 0; i < elements; i++)
        {
            clock.RunTo(Start + (i * TimeSpan.TicksPerMillisecond));
            source.OnNext(i % 10 == 9 ? i - 1 : i);
        }
        return passed == elements / 10 * 9 ? passed : throw new InvalidOperationException($"{passed} of {elements} passed");
    }
}
