using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using KafkaOracle.Reactive.Testing;

namespace KafkaOracle.Reactive.Tests.Lanes;

public sealed class ForeignThreadTests
{
    [Fact]
    public async Task A_row_that_another_scheduler_brings_stops_the_lane_before_anything_is_written()
    {
        var table = new GuardedTable();
        using var rig = new LaneRig(lane => lane.Into(table.Table, table.Watch(lane.Beats().Select(b => b.Value.ToString()).ObserveOn(TaskPoolScheduler.Default))));

        await CauseAsync(rig, table);

        rig.Invoking(r => r.Engine.Cut()).Should().Throw<ForeignThreadException>().WithMessage("A row for table guarded came from a foreign thread*lane.Clock*ObserveOn*");
        rig.Invoking(r => r.Engine.Process(new Slab())).Should().Throw<ForeignThreadException>();
        rig.Store.Ledger.Should().BeEmpty();
    }

    [Fact]
    public async Task A_timer_that_another_thread_schedules_stops_the_lane()
    {
        Task? scheduling = null;
        using var rig = new LaneRig(lane => lane.Into(Queries.Rows, lane.Beats()
            .Do(_ => scheduling = OnAThreadOfItsOwn(() => lane.Clock.Schedule(TimeSpan.FromSeconds(1), () => { }))).Select(b => b.Value.ToString())));

        rig.Send("a@10");
        try
        {
            rig.Send("b@20");
            await Soon.Within(scheduling!);
        }
        catch (ForeignThreadException)
        {
            // It may have been quick enough for the lane to see it in the same step.
        }

        rig.Invoking(r => r.Engine.Cut()).Should().Throw<ForeignThreadException>().WithMessage("A timer was scheduled*");
    }

    private static async Task CauseAsync(LaneRig rig, GuardedTable table)
    {
        rig.Send("a@10");
        try
        {
            rig.Send("b@20");
        }
        catch (ForeignThreadException)
        {
            // It may have been quick enough for the lane to see it in the same step.
        }
        await Soon.Within(table.Refused);
    }

    private static Task<T> OnAThreadOfItsOwn<T>(Func<T> work)
        => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Tells when the lane has refused a row.</summary>
    private sealed class GuardedTable
    {
        private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public MemoryTable<string> Table { get; } = new("guarded");

        public Task Refused => _refused.Task;

        public IObservable<string> Watch(IObservable<string> rows) => new Watched(this, rows);

        private sealed class Watched(GuardedTable owner, IObservable<string> rows) : IObservable<string>
        {
            public IDisposable Subscribe(IObserver<string> observer)
            {
                var subject = new Subject<string>();
                subject.Subscribe(observer);
                return rows.Subscribe(row =>
                {
                    try
                    {
                        subject.OnNext(row);
                    }
                    catch (ForeignThreadException)
                    {
                        owner._refused.TrySetResult();      // and swallowed, as a scheduler would
                    }
                });
            }
        }
    }
}
