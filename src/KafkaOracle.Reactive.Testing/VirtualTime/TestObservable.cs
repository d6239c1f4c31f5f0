using System.Reactive;
using System.Reactive.Disposables;

namespace KafkaOracle.Reactive.Testing;

/// <summary>What hot and cold test observables share: the time table and the log of subscriptions.</summary>
internal abstract class TestObservable<T> : ITestableObservable<T>
{
    protected TestObservable(TestScheduler scheduler, Recorded<Notification<T>>[] messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        foreach (var message in messages)
        {
            if (message.Value is null or ExpectedNotification<T>)
                throw new ArgumentException($"The message {message} is an expectation, not something that can be sent.", nameof(messages));
        }
        Scheduler = scheduler;
        Messages = messages;
    }

    public IList<Recorded<Notification<T>>> Messages { get; }

    public IList<Subscription> Subscriptions { get; } = [];

    protected TestScheduler Scheduler { get; }

    public IDisposable Subscribe(IObserver<T> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var index = Subscriptions.Count;
        Subscriptions.Add(new(Scheduler.Clock));
        var listening = Listen(observer);
        return Disposable.Create(() =>
        {
            listening.Dispose();
            Subscriptions[index] = new(Subscriptions[index].Subscribe, Scheduler.Clock);
        });
    }

    protected abstract IDisposable Listen(IObserver<T> observer);
}
