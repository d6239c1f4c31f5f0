using KafkaOracle.Reactive.Tests.Lanes;
using Microsoft.Extensions.Time.Testing;

namespace KafkaOracle.Reactive.Tests.Pipelines;

/// <summary>A single lane that one of several processes runs by a lease, while the others stand by.</summary>
public sealed class LeaseTests : IAsyncDisposable
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    private readonly RunRig _rig = new();

    public LeaseTests()
    {
        _rig.Options.Lease = Duration;
        _rig.Store.TimeProvider = _rig.Time;
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_second_process_stands_by_and_takes_over_when_the_first_ends()
    {
        _rig.Send(0, "a@1", "b@2");
        var first = _rig.Start();
        await Soon.Until(() => first.Status.State == RunState.Running);
        var second = _rig.Start();
        await Soon.Until(() => second.Status.State == RunState.Standby);
        _rig.Time.Advance(Duration);
        await Soon.Until(() => first.Status.Epochs > 0);
        (first.Status.State, second.Status.State).Should().Be((RunState.Running, RunState.Standby));

        await Soon.Within(first.DrainAsync());
        await GoesOnAsync(second);
        _rig.Send(0, "c@3", "d@4");
        await Soon.Within(second.FinishAsync(_rig));

        _rig.Rows.Should().Equal("a@1", "b@2", "c@3");
    }

    [Fact]
    public async Task A_process_that_does_not_renew_is_replaced_and_writes_nothing_when_it_wakes_up()
    {
        var wakes = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asleep = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _rig.Options.TimeProvider = new FakeTimeProvider(Beat.Origin);      // stands still: it renews nothing
        _rig.Options.EpochRows = 1;
        _rig.Store.BeforeCommit = async _ =>
        {
            asleep.TrySetResult();
            await wakes.Task;
        };
        _rig.Send(0, "a@1", "b@2");
        var zombie = _rig.Start();
        await Soon.Within(asleep.Task);
        _rig.Options.TimeProvider = _rig.Time;
        _rig.Store.BeforeCommit = null;
        var second = _rig.Start();
        await Soon.Until(() => second.Status.State == RunState.Standby);

        await GoesOnAsync(second);                                           // it has committed nothing yet
        wakes.SetResult();

        await RunRig.FailureAsync<FencedException>(zombie);
        await Soon.Within(second.FinishAsync(_rig));
        _rig.Rows.Should().Equal("a@1");
        zombie.Status.Epochs.Should().Be(0);
    }

    [Fact]
    public async Task A_process_that_stands_by_ends_at_once_when_it_is_asked_to()
    {
        var first = _rig.Start();
        await Soon.Until(() => first.Status.State != RunState.Starting);
        var second = _rig.Start();
        await Soon.Until(() => second.Status.State == RunState.Standby);

        await Soon.Within(second.DrainAsync());

        second.Status.State.Should().Be(RunState.Completed);
    }

    [Fact]
    public async Task A_lease_that_another_took_ends_the_lane()
    {
        _rig.Send(0, "a@1");
        var first = _rig.Start();
        await Soon.Until(() => first.Status.State == RunState.Running);
        _rig.Store.TimeProvider = new FakeTimeProvider(Beat.Origin + (2 * Duration));
        (await _rig.Store.TryLeaseAsync("rig", "other", Duration, TestContext.Current.CancellationToken)).Lease.Should().NotBeNull();

        _rig.Time.Advance(Duration / 3);

        (await RunRig.FailureAsync<FencedException>(first)).Message.Should().Contain("lost its lease");
    }

    [Fact]
    public async Task A_store_that_gives_no_leases_is_refused()
    {
        await using var run = _rig.Define().Start(_rig.Log, new Plain(), stop: TestContext.Current.CancellationToken);

        (await RunRig.FailureAsync<InvalidOperationException>(run)).Message.Should().Contain("gives none");
    }

    /// <summary>Lets time pass until the process that stood by runs.</summary>
    private Task GoesOnAsync(PipelineRun run) => Soon.Until(() =>
    {
        if (run.Status.State == RunState.Standby) _rig.Time.Advance(Duration / 3);
        return run.Status.State == RunState.Running;
    });

    private sealed class Plain : IEpochStore
    {
        public Task<IEpochWriter> OpenAsync(string pipeline, IReadOnlyList<ITable> tables, CancellationToken stop) => throw new NotSupportedException();
    }
}

internal static class LeaseRuns
{
    /// <summary>Drains a run that has read all that is there.</summary>
    public static async Task FinishAsync(this PipelineRun run, RunRig rig)
    {
        await rig.ReadAsync();
        await run.DrainAsync();
    }
}
