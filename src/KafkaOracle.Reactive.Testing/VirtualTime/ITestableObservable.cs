using System.Reactive;

namespace KafkaOracle.Reactive.Testing;

/// <summary>An observable with a time table, which records who subscribed and when they left.</summary>
public interface ITestableObservable<T> : IObservable<T>
{
    /// <summary>The time table: absolute if the observable is hot, counted from each subscription if it is cold.</summary>
    IList<Recorded<Notification<T>>> Messages { get; }

    /// <summary>All subscriptions so far, in the order they were made.</summary>
    IList<Subscription> Subscriptions { get; }
}
