using System.Reactive.Concurrency;
using System.Reactive.Disposables;

namespace KafkaOracle.Reactive;

/// <summary>The time of an operator and its one timer, set for the next time at which it has something to do.</summary>
/// <remarks>For operators that declare their look-back: on a lane's clock the timer shows none.</remarks>
internal sealed class OperatorTimer(IScheduler clock, Action<long> fire) : IDisposable
{
    private readonly EventClock? _lane = clock as EventClock;
    private readonly SerialDisposable _timer = new();

    /// <summary>The clock's time in ticks of UTC.</summary>
    public long Now => _lane is { } lane ? lane.Clock : clock.Now.UtcTicks;

    /// <summary>The time that the timer is set for; <see cref="long.MaxValue"/> where it is not.</summary>
    public long Due { get; private set; } = long.MaxValue;

    /// <summary>Sets the timer anew. It calls back with the time it was set for.</summary>
    public void Set(long due)
    {
        if (due == Due) return;
        Due = due;
        if (due == long.MaxValue) _timer.Disposable = Disposable.Empty;
        else if (_lane is not null) _timer.Disposable = _lane.ScheduleDeclared(due, () => fire(due));
        else _timer.Disposable = clock.Schedule((fire, due), EventTime.At(due), static (_, state) =>
        {
            state.fire(state.due);
            return Disposable.Empty;
        });
    }

    public void Dispose() => _timer.Dispose();
}
