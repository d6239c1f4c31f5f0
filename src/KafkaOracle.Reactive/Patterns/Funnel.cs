using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

/// <summary>How far one session of a key got through the steps of a funnel.</summary>
/// <param name="Key">The key.</param>
/// <param name="Start">When the session's first element came.</param>
/// <param name="Last">When its last one came.</param>
/// <param name="Steps">When each step was reached, in order; as many as were.</param>
public sealed record FunnelSession<TKey>(TKey Key, DateTimeOffset Start, DateTimeOffset Last, IReadOnlyList<DateTimeOffset> Steps)
{
    /// <summary>How many steps were reached.</summary>
    public int Reached => Steps.Count;

    /// <inheritdoc/>
    public bool Equals(FunnelSession<TKey>? other)
        => other is not null && EqualityComparer<TKey>.Default.Equals(Key, other.Key) && Start == other.Start && Last == other.Last && Steps.SequenceEqual(other.Steps);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Start, Last, Steps.Count);
}

public static partial class EventTimeObservable
{
    /// <summary>Splits each key's elements into sessions at its silences, and tells how far each session got through steps that follow one another.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="key">The key of an element: the visitor, the order.</param>
    /// <param name="silence">The silence of a key that ends its session, in the clock's time. Positive.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <param name="steps">What an element has to be for each step. At least one.</param>
    /// <returns>Each session when it has ended, <paramref name="silence"/> after its last element; of one instant, in the order of those elements.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="silence"/> is not positive.</exception>
    /// <exception cref="ArgumentException">There are no steps.</exception>
    /// <remarks>
    /// <para>A step counts only after the one before it; other elements may come between, and an element reaches one step at most.
    /// Sessions that reach no step are emitted too: they are what conversion is measured against. When the source completes, open
    /// sessions are emitted early; an error drops them.</para>
    /// <para>State: one entry for each open session; about 100 bytes and the key, and 8 bytes a step. Looks back: as far as the
    /// longest session and <paramref name="silence"/>; the data decide. One timer.</para>
    /// </remarks>
    public static IObservable<FunnelSession<TKey>> Funnel<T, TKey>(
        this IObservable<T> source, Func<T, TKey> key, TimeSpan silence, IScheduler clock, params IReadOnlyList<Func<T, bool>> steps)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(silence, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Count == 0) throw new ArgumentException("A funnel has at least one step.", nameof(steps));
        return Observable.Create<FunnelSession<TKey>>(observer =>
        {
            var sessions = new FunnelSessions<T, TKey>(observer, key, silence.Bounded(), clock, [.. steps]);
            using var declared = clock.LooksBack(nameof(Funnel), silence);
            return StableCompositeDisposable.Create(source.Subscribe(sessions), sessions);
        });
    }

    private sealed class FunnelSessions<T, TKey>(
        IObserver<FunnelSession<TKey>> observer, Func<T, TKey> key, long silence, IScheduler clock, Func<T, bool>[] steps)
        : WhenSilent<T, TKey, (long Start, List<DateTimeOffset>? Steps), FunnelSession<TKey>>(observer, key, silence, clock)
        where TKey : notnull
    {
        private readonly LookBackGauge? _gauge = (clock as EventClock)?.LookBack;

        protected override void Gather(ref (long Start, List<DateTimeOffset>? Steps) state, T element, long now, bool isNew)
        {
            if (isNew) state.Start = now;
            var reached = state.Steps?.Count ?? 0;
            if (reached < steps.Length && steps[reached](element)) (state.Steps ??= []).Add(EventTime.At(now));
        }

        protected override FunnelSession<TKey> ResultOf(TKey key, in (long Start, List<DateTimeOffset>? Steps) state, long last)
        {
            _gauge?.See(nameof(Funnel), state.Start, last + Silence);
            return new(key, EventTime.At(state.Start), EventTime.At(last), state.Steps ?? []);
        }
    }
}
