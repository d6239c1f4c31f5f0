using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace KafkaOracle.Reactive;

public static partial class EventTimeObservable
{
    /// <summary>The multiples of a period since 0001-01-01T00:00Z, each when the clock reaches it.</summary>
    /// <param name="period">Length of a period, in the clock's time. Positive.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>A sequence without end.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is not positive.</exception>
    /// <remarks>
    /// <para>On a lane, beats come also for time in which no record did, as soon as a later record makes it pass. <c>Observable.Interval</c>
    /// beats at the same times, but counts from where the era's instance began.</para>
    /// <para>State: none. Looks back: nothing. One timer.</para>
    /// </remarks>
    public static IObservable<DateTimeOffset> Heartbeats(TimeSpan period, IScheduler clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(clock);
        return Observable.Create<DateTimeOffset>(observer =>
        {
            var length = period.Bounded();
            OperatorTimer timer = null!;
            timer = new(clock, due =>
            {
                timer.Set(due + length);                        // before the beat, which may dispose it
                observer.OnNext(EventTime.At(due));
            });
            timer.Set(EventTime.Next(timer.Now, length));
            return timer;
        });
    }
}
