using System.Reactive.Linq;
using System.Reactive.Subjects;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;

namespace KafkaOracle.Reactive.Benchmarks;

/// <summary>What does an aggregate by key in windows of ten seconds cost, at 50,000 elements a second of event time, beside the loop that one would write for this one query?</summary>
/// <remarks>Count and sum by a text key. The lane's work, moving the clock for each element, is included. Stock Rx does the same by Window, GroupBy and Aggregate.</remarks>
[WarmupCount(12)]                                               // code that runs for months is compiled well
public class WindowBenchmark
{
    private const int Elements = 2_000_000;
    private const long Size = 10 * TimeSpan.TicksPerSecond, Step = TimeSpan.TicksPerSecond / 50_000;
    private Reading[] _readings = null!;

    [Params(1_000, 100_000)]
    public int Keys { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        string[] keys = [.. Enumerable.Range(0, Keys).Select(k => $"account {k}")];
        _readings = [.. Enumerable.Range(0, Elements).Select(i => new Reading(Size + (i * Step), keys[random.Next(Keys)], random.Next(1000)))];
    }

    [Benchmark(Baseline = true)]
    public long Dictionary_loop()
    {
        var result = 0L;
        var totals = new Dictionary<string, (long Count, long Sum)>();
        var end = 0L;
        foreach (ref readonly var reading in _readings.AsSpan())
        {
            if (reading.At >= end)
            {
                Emit();
                end = reading.At - (reading.At % Size) + Size;
            }
            ref var total = ref CollectionsMarshal.GetValueRefOrAddDefault(totals, reading.Key, out _);
            total.Count++;
            total.Sum += reading.Value;
        }
        Emit();
        return result;

        void Emit()
        {
            foreach (var (key, total) in totals) result += key.Length + total.Count + total.Sum;
            totals.Clear();
        }
    }

    /// <summary>The same loop as an observer of the lane, its elements pushed one by one.</summary>
    [Benchmark]
    public long Dictionary_in_an_observer() => Run((source, clock) => Observable.Create<long>(observer =>
    {
        var totals = new Dictionary<string, (long Count, long Sum)>();
        var end = 0L;
        return source.Subscribe(reading =>
        {
            if (reading.At >= end)
            {
                foreach (var (key, total) in totals) observer.OnNext(key.Length + total.Count + total.Sum);
                totals.Clear();
                end = reading.At - (reading.At % Size) + Size;
            }
            ref var own = ref CollectionsMarshal.GetValueRefOrAddDefault(totals, reading.Key, out bool _);
            own.Count++;
            own.Sum += reading.Value;
        });
    }));

    /// <summary>What any operator pays: the clock moved and the element pushed.</summary>
    [Benchmark]
    public long Push_alone() => Run((source, _) => source.Where(r => r.Value < 0).Select(r => r.Value));

    [Benchmark]
    public long AggregateBy() => Run((source, clock) => source
        .AggregateBy(r => r.Key, Windows.Tumbling(TimeSpan.FromTicks(Size)), Aggregates.Combine(Aggregates.Count<Reading>(), Aggregates.Sum((Reading r) => r.Value), (count, sum) => (count, sum)), clock)
        .Select(w => w.Key.Length + w.Value.count + w.Value.sum));

    [Benchmark]
    public long TumblingWindow_with_a_fold() => Run((source, clock) => source
        .TumblingWindow(r => r.Key, TimeSpan.FromTicks(Size), (Count: 0L, Sum: 0L), (total, r) => (total.Count + 1, total.Sum + r.Value), clock)
        .Select(w => w.Key.Length + w.Value.Count + w.Value.Sum));

    [Benchmark]
    public long Stock_Rx() => Run((source, clock) => source
        .Window(TimeSpan.FromTicks(Size), clock)
        .SelectMany(window => window.GroupBy(r => r.Key).SelectMany(group => group
            .Aggregate((Count: 0L, Sum: 0L), (total, r) => (total.Count + 1, total.Sum + r.Value))
            .Select(total => group.Key.Length + total.Count + total.Sum))));

    private long Run(Func<IObservable<Reading>, EventClock, IObservable<long>> query)
    {
        var result = 0L;
        var clock = new EventClock(Size, new LaneThread());
        using var source = new Subject<Reading>();
        using var subscription = query(source, clock).Subscribe(sum => result += sum);
        foreach (ref readonly var reading in _readings.AsSpan())
        {
            clock.RunTo(reading.At);
            source.OnNext(reading);
        }
        clock.RunTo(clock.Clock + Size);
        return result;
    }
}

public readonly record struct Reading(long At, string Key, long Value);
