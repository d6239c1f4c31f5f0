using System.Reactive;

namespace KafkaOracle.Reactive.Testing;

/// <summary>The words of a time table, meant for <c>using static</c> or as a base class of tests.</summary>
/// <remarks>All times are ticks of virtual time.</remarks>
public class ReactiveTest
{
    /// <summary>When <see cref="TestScheduler.Start{T}(Func{IObservable{T}})"/> creates the query.</summary>
    public const long Created = 100;

    /// <summary>When <see cref="TestScheduler.Start{T}(Func{IObservable{T}})"/> subscribes to it.</summary>
    public const long Subscribed = 200;

    /// <summary>When <see cref="TestScheduler.Start{T}(Func{IObservable{T}})"/> disposes the subscription.</summary>
    public const long Disposed = 1000;

    /// <summary>An element.</summary>
    public static Recorded<Notification<T>> OnNext<T>(long ticks, T value) => new(ticks, Notification.CreateOnNext(value));

    /// <summary>Expects an element for which a condition holds.</summary>
    public static Recorded<Notification<T>> OnNext<T>(long ticks, Func<T, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return new(ticks, new ExpectedNotification<T>(NotificationKind.OnNext, actual => predicate(actual.Value)));
    }

    /// <summary>The end.</summary>
    public static Recorded<Notification<T>> OnCompleted<T>(long ticks) => new(ticks, Notification.CreateOnCompleted<T>());

    /// <summary>The end.</summary>
    /// <param name="ticks">When.</param>
    /// <param name="witness">Names the type where it cannot be written; its value is not used.</param>
    public static Recorded<Notification<T>> OnCompleted<T>(long ticks, T witness) => OnCompleted<T>(ticks);

    /// <summary>A failure. As an expectation it equals the same exception object only; use the predicate for a fresh one.</summary>
    public static Recorded<Notification<T>> OnError<T>(long ticks, Exception exception) =>
        new(ticks, Notification.CreateOnError<T>(exception));

    /// <summary>A failure. As an expectation it equals the same exception object only; use the predicate for a fresh one.</summary>
    /// <param name="ticks">When.</param>
    /// <param name="exception">The failure.</param>
    /// <param name="witness">Names the type where it cannot be written; its value is not used.</param>
    public static Recorded<Notification<T>> OnError<T>(long ticks, Exception exception, T witness) => OnError<T>(ticks, exception);

    /// <summary>Expects a failure for which a condition holds.</summary>
    public static Recorded<Notification<T>> OnError<T>(long ticks, Func<Exception, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return new(ticks, new ExpectedNotification<T>(NotificationKind.OnError, actual => predicate(actual.Exception!)));
    }

    /// <summary>Expects a failure for which a condition holds.</summary>
    /// <param name="ticks">When.</param>
    /// <param name="predicate">The condition.</param>
    /// <param name="witness">Names the type where it cannot be written; its value is not used.</param>
    public static Recorded<Notification<T>> OnError<T>(long ticks, Func<Exception, bool> predicate, T witness) =>
        OnError<T>(ticks, predicate);

    /// <summary>A subscription that ended.</summary>
    public static Subscription Subscribe(long start, long end) => new(start, end);

    /// <summary>A subscription that did not end.</summary>
    public static Subscription Subscribe(long start) => new(start);
}
