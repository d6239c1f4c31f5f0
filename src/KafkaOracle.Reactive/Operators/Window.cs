using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;
using System.Reactive.Subjects;

namespace KafkaOracle.Reactive;

/// <summary>The elements of one window as they come; it completes when the window ends.</summary>
public sealed class TimedWindow<T> : IObservable<T>
{
    private readonly ISubject<T> _elements;
    private readonly RefCountDisposable _source;

    internal TimedWindow(Bounds bounds, ISubject<T> elements, RefCountDisposable source) => (Bounds, _elements, _source) = (bounds, elements, source);

    /// <summary>Start of the window, in UTC, inclusive.</summary>
    public DateTimeOffset Start => EventTime.At(Bounds.Start);

    /// <summary>End of the window, in UTC, exclusive. That of a session moves with each element, until it completes.</summary>
    public DateTimeOffset End => EventTime.At(Bounds.End);

    internal Bounds Bounds { get; set; }

    internal IObserver<T> Elements => _elements;

    /// <inheritdoc/>
    public IDisposable Subscribe(IObserver<T> observer) => StableCompositeDisposable.Create(_source.GetDisposable(), _elements.Subscribe(observer));
}

public static partial class EventTimeObservable
{
    /// <summary>Cuts a sequence into windows, for queries that need more of them than an aggregate.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="windows">How time is cut. Sessions are those of all elements together: for those of a key, group before.</param>
    /// <param name="clock">Supplies the time; a lane's clock makes this event time, any other scheduler its own.</param>
    /// <returns>
    /// The windows that have elements, each when its first element comes, just before it. Subscribe to a window at once: it replays nothing.
    /// At one instant windows complete in the order of their ends, before elements of that instant.
    /// </returns>
    /// <remarks>
    /// <para>Unlike Rx's own <c>Window</c> it opens no empty windows, and each knows its start and end. When the source
    /// completes or fails, so do the open windows. For aggregates by key <c>AggregateBy</c> is faster.</para>
    /// <para>State: a subject for each window open. Looks back: as <paramref name="windows"/> say. One timer.</para>
    /// </remarks>
    public static IObservable<TimedWindow<T>> Window<T>(this IObservable<T> source, Windows windows, IScheduler clock)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(clock);
        var by = $"{nameof(Window)}({windows})";
        return Observable.Create<TimedWindow<T>>(observer =>
        {
            var subscription = new SingleAssignmentDisposable();
            var cutter = new WindowCutter<T>(windows, by, clock, observer, subscription);
            using (clock.LooksBack(by, windows, TimeSpan.Zero))
                subscription.Disposable = StableCompositeDisposable.Create(source.Subscribe(cutter), cutter);
            return cutter.Source;
        });
    }

    private sealed class WindowCutter<T> : IObserver<T>, IDisposable
    {
        private readonly Windows _windows;
        private readonly string _by;
        private readonly IObserver<TimedWindow<T>> _observer;
        private readonly LookBackGauge? _lookBack;
        private readonly Lock _gate = new();
        private readonly OperatorTimer _timer;
        private readonly List<TimedWindow<T>> _open = [];

        public WindowCutter(Windows windows, string by, IScheduler clock, IObserver<TimedWindow<T>> observer, IDisposable subscription)
        {
            (_windows, _by, _observer, _lookBack) = (windows, by, observer, (clock as EventClock)?.LookBack);
            Source = new(subscription);
            _timer = new(clock, due =>
            {
                lock (_gate) Advance(Math.Max(due, _timer!.Now));
            });
        }

        /// <summary>The subscription to the source: kept for as long as the outer sequence or a window has a subscriber.</summary>
        public RefCountDisposable Source { get; }

        public void OnNext(T element)
        {
            lock (_gate)
            {
                var now = _timer.Now;
                if (now >= _timer.Due) Advance(now);
                if (_windows is SessionWindows sessions) OpenSession(sessions, now);
                else OpenAligned((AlignedWindows)_windows, now);
                foreach (var window in _open.ToArray()) window.Elements.OnNext(element);
            }
        }

        public void OnError(Exception error)
        {
            lock (_gate)
            {
                foreach (var window in _open) window.Elements.OnError(error);
                _observer.OnError(error);
            }
        }

        public void OnCompleted()
        {
            lock (_gate)
            {
                foreach (var window in _open) window.Elements.OnCompleted();
                _observer.OnCompleted();
            }
        }

        public void Dispose() => _timer.Dispose();

        private void OpenAligned(AlignedWindows windows, long now)
        {
            if (_open.Count > 0 && !windows.Overlap) return;
            var bounds = _open.Count > 0 ? windows.Next(_open[^1].Bounds) : windows.FirstAfter(now);
            if (bounds.End <= now) bounds = windows.FirstAfter(now);
            for (; bounds.Start <= now; bounds = windows.Next(bounds)) Open(bounds);
        }

        private void OpenSession(SessionWindows windows, long now)
        {
            if (_open.Count == 0) Open(new(now, now + windows.Gap));
            else _open[0].Bounds = windows.Extended(_open[0].Bounds, now);
        }

        private void Open(Bounds bounds)
        {
            var window = new TimedWindow<T>(bounds, new Subject<T>(), Source);
            _open.Add(window);
            _timer.Set(Math.Min(_timer.Due, bounds.End));
            _observer.OnNext(window);
        }

        private void Advance(long now)
        {
            while (_open.Count > 0 && _open[0].Bounds.End <= now)
            {
                var window = _open[0];
                _open.RemoveAt(0);
                if (_windows is SessionWindows) _lookBack?.See(_by, window.Bounds.Start, window.Bounds.End);
                window.Elements.OnCompleted();
            }
            _timer.Set(_open.Count == 0 ? long.MaxValue : _open[0].Bounds.End);
        }
    }
}
