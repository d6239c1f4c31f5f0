using System.Diagnostics;
using System.Reactive.Concurrency;

namespace KafkaOracle.Reactive;

/// <summary>How far back a query looks, as far as its lane can see: a lead-in that is shorter cuts the query's memory off at an era's start.</summary>
/// <param name="Span">The longest look-back seen; zero for a query that needs no lead-in.</param>
/// <param name="By">The operators or the timer that showed it, first the one nearest to the source.</param>
public readonly record struct LookBack(TimeSpan Span, string By);

/// <summary>Collects what the operators of a lane's query declare, and what its timers show.</summary>
/// <remarks>
/// <para>An operator declares while it subscribes to its source, so that the declaration of the operator before it falls inside: the
/// spans of a chain add up. What is subscribed elsewhere (through Publish, in SelectMany) counts by itself: the sum is a lower bound.</para>
/// <para>A timer that was set in one era and falls due in another needs a lead-in too. It shows how far ahead it was set.</para>
/// </remarks>
internal sealed class LookBackGauge(TimeSpan era)
{
    private readonly List<string> _path = [];
    private readonly long _era = era.Ticks;
    private long _downstream, _longest;

    /// <summary>The longest look-back seen.</summary>
    public LookBack Longest { get; private set; } = new(TimeSpan.Zero, "");

    /// <summary>Length of the eras in ticks.</summary>
    public long Era => _era;

    /// <summary>Declares a look-back until the returned scope is disposed.</summary>
    /// <param name="by">The operator.</param>
    /// <param name="span">How far before any moment the operator must have begun to emit the right elements from then on.</param>
    /// <param name="atBoundary">The same for what it emits after an era's boundary: less, where its windows begin at boundaries.</param>
    public Scope Enter(string by, TimeSpan span, TimeSpan atBoundary)
    {
        var scope = new Scope(this, _downstream, _path.Count);
        var own = _downstream == 0 ? atBoundary.Ticks : span.Ticks;
        if (own == 0) return scope;
        _path.Add(by);
        _downstream = Math.Min(_downstream + Math.Min(own, long.MaxValue - _downstream), TimeSpan.MaxValue.Ticks);
        if (_downstream > _longest) Show(_downstream, string.Join(" > ", Enumerable.Reverse(_path)));
        return scope;
    }

    /// <summary>Notes an operator's memory that only the data show, a session that spans a boundary for one.</summary>
    public void See(string by, long from, long until)
    {
        if (until - from > _longest && Crosses(from, until)) Show(until - from, by);
    }

    /// <summary>Notes a timer of an operator that declares nothing.</summary>
    public void SeeTimer(long now, long due)
    {
        if (due - now > _longest && Crosses(now, due)) Show(due - now, $"a timer set at {EventTime.At(now):O} for {EventTime.At(due):O}");
    }

    // The timers of a boundary belong to the era that ends there.
    private bool Crosses(long from, long until) => EventTime.Floor(until - 1, _era) > from;

    private void Show(long span, string by) => Longest = new(TimeSpan.FromTicks(_longest = span), by);

    internal readonly struct Scope(LookBackGauge? gauge, long downstream, int depth) : IDisposable
    {
        public void Dispose()
        {
            if (gauge is null) return;
            gauge._downstream = downstream;
            gauge._path.RemoveRange(depth, gauge._path.Count - depth);
        }
    }
}

internal static class LookBackScheduling
{
    /// <summary>Tells a lane how far back an operator looks, while the returned scope is open; any other scheduler needs no telling.</summary>
    /// <remarks><c>using (clock.LooksBack("DistinctWithin", expiry)) return source.Subscribe(observer);</c></remarks>
    public static LookBackGauge.Scope LooksBack(this IScheduler clock, string by, TimeSpan span) => clock.LooksBack(by, span, span);

    /// <inheritdoc cref="LooksBack(IScheduler, string, TimeSpan)"/>
    /// <remarks>The shorter span holds where nothing downstream looks back: see <see cref="LookBackGauge.Enter"/>.</remarks>
    public static LookBackGauge.Scope LooksBack(this IScheduler clock, string by, TimeSpan span, TimeSpan atBoundary)
        => clock is EventClock lane ? lane.LookBack.Enter(by, span, atBoundary) : default;

    /// <summary>Tells a lane how far back windows look.</summary>
    public static LookBackGauge.Scope LooksBack(this IScheduler clock, string by, Windows windows, TimeSpan grace) => (clock as EventClock, windows) switch
    {
        (null, _) => default,
        ({ } lane, SessionWindows sessions) => lane.LookBack.Enter(by, sessions.LookBack + grace, sessions.LookBack + grace),
        ({ } lane, AlignedWindows aligned) => lane.LookBack.Enter(by, aligned.Longest + grace, grace > TimeSpan.Zero ? aligned.Longest + grace : aligned.BeforeEra(lane.LookBack.Era)),
        _ => throw new UnreachableException(),
    };
}
