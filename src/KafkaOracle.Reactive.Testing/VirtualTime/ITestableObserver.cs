using System.Reactive;

namespace KafkaOracle.Reactive.Testing;

/// <summary>An observer that records what reaches it, and when.</summary>
public interface ITestableObserver<T> : IObserver<T>
{
    /// <summary>Everything received so far, in order, with the virtual time of arrival.</summary>
    IList<Recorded<Notification<T>>> Messages { get; }
}
