using System.Reactive.Linq;
using System.Reactive.Subjects;
using BenchmarkDotNet.Attributes;

namespace KafkaOracle.Reactive.Benchmarks;

/// <summary>What does a join by key within an interval cost beside stock Rx, which compares every two elements that overlap?</summary>
/// <remarks>A hundred orders and a hundred payments a second of event time; each payment comes five seconds after its order and is waited for ten.</remarks>
public class JoinBenchmark
{
    private const int Orders = 20_000;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);
    private static readonly long Start = new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero).Ticks;

    [Benchmark(Baseline = true)]
    public int Stock_Join() => Run((orders, payments, clock) => orders
        .Join(payments, _ => Observable.Timer(Within, clock), _ => Observable.Empty<int>(), (order, payment) => (order, payment))
        .Where(pair => pair.order == pair.payment).Select(pair => pair.order));

    [Benchmark]
    public int JoinWithin() => Run((orders, payments, clock) => orders.JoinWithin(payments, o => o, p => p, TimeSpan.Zero, Within, (o, _) => o, clock));

    [Benchmark]
    public int OuterJoinWithin() => Run((orders, payments, clock) => orders.OuterJoinWithin(payments, o => o, p => p, TimeSpan.Zero, Within, (o, _) => o, o => -1, p => -1, clock).Where(o => o >= 0));

    private static int Run(Func<IObservable<int>, IObservable<int>, EventClock, IObservable<int>> query)
    {
        var clock = new EventClock(Start, new LaneThread());
        using Subject<int> orders = new(), payments = new();
        var pairs = 0;
        using var subscription = query(orders, payments, clock).Subscribe(_ => pairs++);
        for (var i = 0; i < Orders; i++)
        {
            clock.RunTo(Start + (i * 10 * TimeSpan.TicksPerMillisecond));
            orders.OnNext(i);
            if (i >= 500) payments.OnNext(i - 500);
        }
        return pairs == Orders - 500 ? pairs : throw new InvalidOperationException($"{pairs} pairs");
    }
}
