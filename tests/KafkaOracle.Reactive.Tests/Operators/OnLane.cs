using System.Reactive.Subjects;
using CsCheck;

namespace KafkaOracle.Reactive.Tests.Operators;

/// <summary>An element of one of two sources, at a time in ticks.</summary>
internal readonly record struct Event(long At, bool IsRight, string Key, int Value)
{
    public override string ToString() => $"{(IsRight ? "r" : "")}{Key}{Value}@{At}";
}

internal delegate IObservable<T> Operator<out T>(IObservable<Event> left, IObservable<Event> right, EventClock clock);

/// <summary>Runs an operator as a lane does: timers of an instant first, then its elements, and a fresh instance for an era.</summary>
internal static class OnLane
{
    /// <summary>An era's start, and before all elements: an instance that begins here is one that runs for ever.</summary>
    public const long Ever = 1_000_000 / Era * Era;

    private const long Era = 60, Origin = Ever + Era + 10;

    /// <summary>Elements with many of one instant, few keys, and silences; the last time is the end of what is looked at.</summary>
    public static readonly Gen<Event[]> Events =
        Gen.Select(Gen.Frequency((3, Gen.Const(0)), (6, Gen.Int[1, 5]), (1, Gen.Int[6, 70])), Gen.Bool, Gen.Int[0, 2], Gen.Int[0, 4])
            .List[0, 40].Select(steps =>
            {
                var at = Origin;
                return steps.Select(s => new Event(at += s.Item1, s.Item2, "abc"[s.Item3].ToString(), s.Item4)).ToArray();
            });

    public static TimeSpan Ticks(long ticks) => TimeSpan.FromTicks(ticks);

    /// <summary>
    /// An operator agrees with a naive computation over the list of all elements; and with a lead-in as long as the look-back that it
    /// shows, every era's rows are those of the endless run.
    /// </summary>
    public static void Agrees<TParameters, T>(
        Gen<TParameters> parameters, Func<TParameters, Operator<T>> build, Func<TParameters, Event[], IEnumerable<(long At, T Row)>> expected, int cases = 600)
        => Gen.Select(parameters, Events).Sample((p, events) =>
        {
            var end = EndOf(events);
            var (all, lookBack) = Run(events, build(p), Ever, end);
            Same(expected(p, events).Where(row => row.At <= end), all.Select(r => (r.At, r.Row)), "row", p, events);
            for (var start = Ever; start < end; start += Era)
                Same(all.Where(r => r.Era == start), Run(events, build(p), start - lookBack.Span.Ticks, start + Era).Rows.Where(r => r.Era == start), $"row of the era from {start} with lead-in {lookBack}", p, events);
        }, iter: cases, print: x => x.ToString()!);

    /// <summary>What an instance emits that begins at a time, and in which era each row falls.</summary>
    public static (List<(long Era, long At, T Row)> Rows, LookBack LookBack) Run<T>(Event[] events, Operator<T> build, long from, long end)
    {
        var rows = new List<(long, long, T)>();
        var era = from - (from % Era);
        var gauge = new LookBackGauge(Ticks(Era));
        var clock = new EventClock(from, new LaneThread(), gauge);
        using Subject<Event> left = new(), right = new();
        using var subscription = build(left, right, clock).Subscribe(row => rows.Add((era, clock.Clock, row)), fault => throw new InvalidOperationException("The operator failed.", fault));
        foreach (var e in events)
        {
            if (e.At < from || e.At >= end) continue;
            Advance(e.At);
            (e.IsRight ? right : left).OnNext(e);
            clock.RunTo(e.At);
        }
        Advance(end);
        return (rows, gauge.Longest);

        // The timers of a boundary belong to the era that ends there.
        void Advance(long to)
        {
            for (; era + Era <= to; era += Era) clock.RunTo(era + Era);
            clock.RunTo(to);
        }
    }

    public static long EndOf(Event[] events) => events.LastOrDefault(new Event(Origin, false, "", 0)).At + 200;

    private static void Same<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what, object? parameters, Event[] events)
    {
        T[] e = [.. expected], a = [.. actual];
        for (var i = 0; i < Math.Max(e.Length, a.Length); i++)
            if (i >= e.Length || i >= a.Length || !EqualityComparer<T>.Default.Equals(e[i], a[i]))
                throw new InvalidOperationException($"{what} {i}: expected {(i < e.Length ? e[i] : "nothing")}, got {(i < a.Length ? a[i] : "nothing")}, of {parameters} over {string.Join(" ", events)}");
    }
}
