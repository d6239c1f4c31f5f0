using System.Reactive;
using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace KafkaOracle.Reactive.Testing;

/// <summary>A scheduler whose clock, in ticks from zero, moves only when told.</summary>
/// <remarks>
/// <para>Work falls due in order of time and, at one time, in the order it was scheduled. Names, times and rules are those of
/// Microsoft.Reactive.Testing, so that tests move between the two by changing a <c>using</c>.</para>
/// <para>Not thread-safe: a test runs on one thread.</para>
/// </remarks>
public class TestScheduler : VirtualTimeScheduler<long, long>
{
    /// <summary>Schedules work at an absolute time.</summary>
    /// <param name="state">Handed to <paramref name="action"/>.</param>
    /// <param name="dueTime">In ticks. Now and the past become one tick from now: nothing runs inside the call that scheduled it.</param>
    /// <param name="action">The work.</param>
    /// <returns>Cancels the work while it has not run.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="action"/> is null.</exception>
    public override IDisposable ScheduleAbsolute<TState>(
        TState state, long dueTime, Func<IScheduler, TState, IDisposable> action) =>
        base.ScheduleAbsolute(state, Math.Max(dueTime, Clock + 1), action);

    /// <summary>An observer that records what reaches it, and when.</summary>
    public ITestableObserver<T> CreateObserver<T>() => new RecordingObserver<T>(this);

    /// <summary>An observable that sends its messages at absolute times, whoever listens.</summary>
    /// <param name="messages">What to send, in ticks of this scheduler. Messages of one time are sent in the order given.</param>
    /// <exception cref="ArgumentException">A message is an expectation (a predicate), which cannot be sent.</exception>
    public ITestableObservable<T> CreateHotObservable<T>(params Recorded<Notification<T>>[] messages) =>
        new HotObservable<T>(this, messages);

    /// <summary>An observable that sends its messages to every observer anew, at times counted from its subscription.</summary>
    /// <param name="messages">What to send, in ticks after the subscription.</param>
    /// <exception cref="ArgumentException">A message is an expectation (a predicate), which cannot be sent.</exception>
    public ITestableObservable<T> CreateColdObservable<T>(params Recorded<Notification<T>>[] messages) =>
        new ColdObservable<T>(this, messages);

    /// <summary>Creates a query, subscribes to it and disposes the subscription at the given times, and runs until nothing is due.</summary>
    /// <param name="create">Builds the query; called once, at <paramref name="created"/>.</param>
    /// <param name="created">In ticks. Not after <paramref name="subscribed"/>.</param>
    /// <param name="subscribed">In ticks. Not after <paramref name="disposed"/>.</param>
    /// <param name="disposed">In ticks.</param>
    /// <returns>What the query sent, with times.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The times are not in order.</exception>
    /// <remarks>What <paramref name="create"/> or the query throws comes out of this call.</remarks>
    public ITestableObserver<T> Start<T>(Func<IObservable<T>> create, long created, long subscribed, long disposed)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(created, subscribed);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(subscribed, disposed);
        var observer = CreateObserver<T>();
        IObservable<T>? source = null;
        IDisposable? subscription = null;
        RunAt(created, () => source = create());
        RunAt(subscribed, () => subscription = source!.Subscribe(observer));
        RunAt(disposed, () => subscription!.Dispose());
        Start();
        return observer;
    }

    /// <summary>As the longer form, created at 100 and subscribed to at 200.</summary>
    /// <param name="create">Builds the query.</param>
    /// <param name="disposed">When to dispose the subscription, in ticks. 200 or later.</param>
    public ITestableObserver<T> Start<T>(Func<IObservable<T>> create, long disposed) =>
        Start(create, ReactiveTest.Created, ReactiveTest.Subscribed, disposed);

    /// <summary>As the longer form, created at 100, subscribed to at 200 and disposed at 1000.</summary>
    /// <param name="create">Builds the query.</param>
    public ITestableObserver<T> Start<T>(Func<IObservable<T>> create) =>
        Start(create, ReactiveTest.Created, ReactiveTest.Subscribed, ReactiveTest.Disposed);

    /// <inheritdoc/>
    protected override long Add(long absolute, long relative) => absolute + relative;

    /// <inheritdoc/>
    protected override DateTimeOffset ToDateTimeOffset(long absolute) => new(absolute, TimeSpan.Zero);

    /// <inheritdoc/>
    protected override long ToRelative(TimeSpan timeSpan) => timeSpan.Ticks;

    private void RunAt(long time, Action action) => ScheduleAbsolute(action, time, static (_, run) =>
    {
        run();
        return Disposable.Empty;
    });
}
