using System.Reactive;
using System.Reactive.Disposables;

namespace KafkaOracle.Reactive.Testing;

internal sealed class HotObservable<T> : TestObservable<T>
{
    private readonly List<IObserver<T>> _observers = [];

    public HotObservable(TestScheduler scheduler, Recorded<Notification<T>>[] messages)
        : base(scheduler, messages)
    {
        foreach (var (time, notification) in messages)
        {
            scheduler.ScheduleAbsolute(notification, time, (_, sent) =>
            {
                // A copy: an observer may subscribe or leave while it is called; who left still hears this one, as from a Subject.
                foreach (var observer in _observers.ToArray()) sent.Accept(observer);
                return Disposable.Empty;
            });
        }
    }

    protected override IDisposable Listen(IObserver<T> observer)
    {
        _observers.Add(observer);
        return Disposable.Create(() => _observers.Remove(observer));
    }
}
