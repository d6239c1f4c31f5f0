using System.Reactive;
using System.Reactive.Disposables;

namespace KafkaOracle.Reactive.Testing;

internal sealed class ColdObservable<T>(TestScheduler scheduler, Recorded<Notification<T>>[] messages)
    : TestObservable<T>(scheduler, messages)
{
    protected override IDisposable Listen(IObserver<T> observer)
    {
        var due = new CompositeDisposable();
        foreach (var (time, notification) in Messages)
        {
            due.Add(Scheduler.ScheduleRelative(notification, time, (_, sent) =>
            {
                sent.Accept(observer);
                return Disposable.Empty;
            }));
        }
        return due;
    }
}
