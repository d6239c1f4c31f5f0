using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace KafkaOracle.Reactive;

/// <summary>
/// The virtual time of one instance of a query: an Rx scheduler that stands at the event time reached, in ticks of UTC, and moves
/// only when the lane moves it.
/// </summary>
/// <remarks>
/// <para>Order: work falls due in order of time, and within an instant in the order in which it was scheduled. The timers of an
/// instant run before its records; what a record schedules for its own instant runs before the next record.</para>
/// <para>Two differences from <see cref="VirtualTimeScheduler{TAbsolute, TRelative}"/>: work due now runs at the end of the step that
/// scheduled it, and periodic work ticks on multiples of its period since 0001-01-01T00:00Z, so that a window's bounds do not depend
/// on when the query began.</para>
/// <para>Schedule from the lane's thread only; any other throws. State: one entry for each item of work that is due.</para>
/// </remarks>
public sealed class EventClock : VirtualTimeSchedulerBase<long, long>, ISchedulerPeriodic
{
    // A chain of work that schedules itself for now would never let time pass.
    private const int MostPerInstant = 10_000_000;

    private readonly PriorityQueue<Timer, (long Due, long Sequence)> _queue = new();
    private readonly LaneThread _thread;
    private readonly string? _refusal;
    private long _sequence, _earliest = long.MaxValue;          // nothing is due before the earliest

    internal EventClock(long start, LaneThread thread, LookBackGauge? lookBack = null, string? refusal = null) : base(start, Comparer<long>.Default)
        => (_thread, LookBack, _refusal) = (thread, lookBack ?? new(TimeSpan.MaxValue), refusal);

    /// <summary>What the query's operators declare and its timers show; one for all instances of a lane.</summary>
    internal LookBackGauge LookBack { get; }

    /// <summary>The start of the span of this length, counted from 0001-01-01T00:00Z, that the clock stands in.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="span"/> is not positive.</exception>
    public DateTimeOffset StartOf(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero);
        return new(EventTime.Floor(Clock, span.Ticks), TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public override IDisposable ScheduleAbsolute<TState>(TState state, long dueTime, Func<IScheduler, TState, IDisposable> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        LookBack.SeeTimer(Clock, dueTime);
        return Schedule(dueTime, timer =>
        {
            timer.Inner = action(this, state);
            if (timer.IsDisposed) timer.Inner.Dispose();
        });
    }

    /// <inheritdoc/>
    public IDisposable SchedulePeriodic<TState>(TState state, TimeSpan period, Func<TState, TState> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        var ticks = Math.Max(1, period.Ticks);
        var current = new SerialDisposable();
        Arm(EventTime.Next(Clock, ticks));
        return current;

        void Arm(long due)
        {
            LookBack.SeeTimer(due - ticks, due);
            current.Disposable = Schedule(due, _ =>
            {
                Arm(due + ticks);                               // before the action, which may dispose it
                state = action(state);
            });
        }
    }

    /// <summary>Schedules work of an operator that has declared its look-back: the timer shows nothing new.</summary>
    internal IDisposable ScheduleDeclared(long due, Action action) => Schedule(due, _ => action());

    /// <summary>Runs all work due at or before a time, also what it schedules for then, and stands there.</summary>
    internal void RunTo(long time)
    {
        if (time < _earliest)
        {
            Clock = Math.Max(Clock, time);
            return;
        }
        var ran = 0;
        while (Next() is { } timer && timer.DueTime <= time)
        {
            _queue.Dequeue();
            if (timer.DueTime > Clock) (Clock, ran) = (timer.DueTime, 0);
            if (++ran > MostPerInstant)
                throw new InvalidOperationException($"The query's timers schedule more timers for {EventTime.At(Clock):O} without end: {MostPerInstant:N0} ran without time passing.");
            timer.Invoke();
        }
        _earliest = Next()?.DueTime ?? long.MaxValue;
        Clock = Math.Max(Clock, time);
    }

    /// <inheritdoc/>
    protected override IScheduledItem<long> GetNext() => Next()!;

    /// <inheritdoc/>
    protected override long Add(long absolute, long relative) => absolute + relative;

    /// <inheritdoc/>
    protected override DateTimeOffset ToDateTimeOffset(long absolute) => EventTime.At(absolute);

    /// <inheritdoc/>
    protected override long ToRelative(TimeSpan timeSpan) => timeSpan.Ticks;

    /// <inheritdoc/>
    protected override object GetService(Type serviceType)
        => serviceType == typeof(ISchedulerPeriodic) ? this : base.GetService(serviceType)!;

    private Timer Schedule(long due, Action<Timer> run)
    {
        if (_refusal is not null) throw new MisuseException(_refusal);
        _thread.Guard("A timer was scheduled on the lane's clock");
        var timer = new Timer(Math.Max(due, Clock), run);
        _queue.Enqueue(timer, (timer.DueTime, _sequence++));
        _earliest = Math.Min(_earliest, timer.DueTime);
        return timer;
    }

    private Timer? Next()
    {
        while (_queue.TryPeek(out var timer, out _))
        {
            if (!timer.IsDisposed) return timer;
            _queue.Dequeue();
        }
        return null;
    }

    private sealed class Timer(long due, Action<Timer> run) : IScheduledItem<long>, IDisposable
    {
        public IDisposable? Inner { get; set; }
        public bool IsDisposed { get; private set; }
        public long DueTime => due;
        public void Invoke() => run(this);
        public void Dispose()
        {
            IsDisposed = true;
            Inner?.Dispose();
        }
    }
}
