using System.Reactive.Linq;
using KafkaOracle.Reactive.Tests.Lanes;

namespace KafkaOracle.Reactive.Tests.Pipelines;

public sealed class RunControlTests : IAsyncDisposable
{
    private readonly RunRig _rig = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask DisposeAsync()
    {
        _gate.TrySetResult();
        return _rig.DisposeAsync();
    }

    [Fact]
    public async Task Shows_what_it_is_doing_from_the_start_to_the_end()
    {
        _rig.Store.BeforeOpen = _ => _gate.Task;
        _rig.Send(0, "a@10", "b@20", "?", "late@5");
        var run = _rig.Start();
        run.Status.Should().BeEquivalentTo(new
        {
            State = RunState.Starting,
            Messages = default(LaneCounts),
            Watermark = (DateTimeOffset?)null,
            Buffered = 0,
            Behind = 0L,
            Epochs = 0L,
            Rejected = 0L,
            Rows = new Dictionary<string, long> { ["rows"] = 0 },
        });

        _gate.SetResult();
        await _rig.ReadAndCommittedAsync();
        run.Status.Should().BeEquivalentTo(new
        {
            State = RunState.Running,
            Messages = new LaneCounts(4, 0, 2, 1, 1, 0),
            Watermark = Beat.Origin.AddSeconds(20),
            Buffered = 1,
            Behind = 0L,
            Epochs = 1L,
            Rejected = 2L,
            Rows = new Dictionary<string, long> { ["rows"] = 1 },
        });
        _rig.Log.Reported("rig", "a").Should().Be(4);

        await Soon.Within(run.DrainAsync());
        run.Status.State.Should().Be(RunState.Completed);
        _rig.Log.OpenReaders.Should().Be(0);
        _rig.Rows.Should().Equal("a@10");
    }

    [Fact]
    public async Task Is_restoring_until_it_has_computed_again_what_was_committed()
    {
        _rig.Send(0, "a@10", "b@20", "c@30");
        await _rig.RunToEndAsync(Gated);
        using var hold = new ManualResetEventSlim();
        _hold = hold;

        var run = _rig.Start(Gated);
        await Soon.Until(() => run.Status.State == RunState.Restoring);
        hold.Set();
        await Soon.Until(() => run.Status.State == RunState.Running);
        _rig.Send(0, "d@40");
        await _rig.ReadAndCommittedAsync();

        run.Status.Messages.Again.Should().Be(3);
        _rig.Rows.Should().Equal("a@10", "b@20", "c@30");
    }

    [Fact]
    public async Task Paused_it_takes_no_messages_and_commits_what_it_has()
    {
        _rig.Send(0, "a@10", "b@20");
        var run = _rig.Start();
        await _rig.ReadAsync();
        await run.PauseAsync();
        run.Status.State.Should().Be(RunState.Paused);
        _rig.Time.Advance(_rig.Options.EpochInterval);
        await Soon.Until(() => run.Status.Epochs == 1);

        _rig.Send(0, "c@30", "d@40");
        await Soon.Within(run.DrainAsync());

        _rig.Rows.Should().Equal("a@10");
        _rig.Store.Ledger.Should().ContainSingle().Which.NextOffset.Should().Be(2);
    }

    [Fact]
    public async Task Resumed_it_goes_on()
    {
        var run = _rig.Start();
        await run.PauseAsync();
        _rig.Send(0, "a@10", "b@20");
        await Soon.Until(() => run.Status.State == RunState.Paused);
        await run.ResumeAsync();
        await _rig.ReadAndCommittedAsync();

        run.Status.State.Should().Be(RunState.Running);
        _rig.Rows.Should().Equal("a@10");
    }

    [Fact]
    public async Task Paused_while_it_starts_it_begins_paused()
    {
        _rig.Store.BeforeOpen = _ => _gate.Task;
        _rig.Send(0, "a@10", "b@20");
        var run = _rig.Start();
        await run.PauseAsync();
        run.Status.State.Should().Be(RunState.Starting);

        _gate.SetResult();
        await Soon.Until(() => run.Status.State == RunState.Paused);
        await Soon.Within(run.DrainAsync());

        run.Status.Messages.Read.Should().Be(0);
        _rig.Store.Ledger.Should().BeEmpty();
    }

    [Theory]
    [InlineData(Stage.StoreOpens)]
    [InlineData(Stage.PartitionsAreListed)]
    [InlineData(Stage.SourceOpens)]
    public async Task Drained_while_it_starts_it_ends_at_once(Stage stage)
    {
        _rig.Send(0, "a@10", "b@20");
        var reached = Hang(stage);
        var run = _rig.Start();
        await Soon.Within(reached);

        await Soon.Within(run.DrainAsync());
        await Soon.Within(run.DrainAsync());

        run.Status.State.Should().Be(RunState.Completed);
        _rig.Store.Ledger.Should().BeEmpty();
        _rig.Log.OpenReaders.Should().Be(0);
    }

    [Fact]
    public async Task Drained_twice_while_a_commit_is_under_way_it_waits_for_it()
    {
        _rig.Store.BeforeCommit = _ => _gate.Task;
        _rig.Send(0, "a@10", "b@20");
        var run = _rig.Start();
        await _rig.ReadAsync();

        var (first, second) = (run.DrainAsync(), run.DrainAsync());
        run.Status.State.Should().Be(RunState.Draining);
        first.IsCompleted.Should().BeFalse();
        _gate.SetResult();
        await Soon.Within(Task.WhenAll(first, second));

        run.Status.State.Should().Be(RunState.Completed);
        _rig.Rows.Should().Equal("a@10");
    }

    [Fact]
    public async Task What_is_asked_of_a_run_that_has_ended_changes_nothing()
    {
        await _rig.RunToEndAsync();
        var run = _rig.Start();
        await Soon.Within(run.DrainAsync());

        await run.PauseAsync();
        await run.ResumeAsync();
        await Soon.Within(run.DrainAsync());
        await run.DisposeAsync();
        await run.DisposeAsync();
        await Soon.Within(run.DrainAsync());

        run.Status.State.Should().Be(RunState.Completed);
    }

    [Theory]
    [InlineData(Stage.StoreOpens, true)]
    [InlineData(Stage.StoreOpens, false)]
    [InlineData(Stage.PartitionsAreListed, true)]
    [InlineData(Stage.SourceOpens, true)]
    [InlineData(Stage.SourceOpens, false)]
    [InlineData(Stage.Runs, true)]
    [InlineData(Stage.Runs, false)]
    [InlineData(Stage.Paused, true)]
    [InlineData(Stage.WriterHolds, true)]
    [InlineData(Stage.WriterHolds, false)]
    [InlineData(Stage.Drains, true)]
    public async Task Stopped_at_any_stage_it_leaves_whole_epochs_and_the_next_run_completes_them(Stage stage, bool byDisposal)
    {
        using var stop = new CancellationTokenSource();
        _rig.Options.EpochRows = 1;
        _rig.Send(0, "a@10", "b@20", "c@30", "d@40", "e@50");
        var reached = Hang(stage);
        var run = _rig.StartStoppable(null, stop.Token);
        await Soon.Within(reached);
        if (stage == Stage.Runs) await _rig.ReadAsync();
        if (stage == Stage.Paused)
        {
            await run.PauseAsync();
            _rig.Send(0, "f@60");
        }
        var drain = stage == Stage.Drains ? run.DrainAsync() : Task.CompletedTask;

        if (byDisposal) await Soon.Within(run.DisposeAsync().AsTask());
        else await stop.CancelAsync();

        await FluentActions.Awaiting(() => Soon.Within(run.Completion)).Should().ThrowAsync<OperationCanceledException>().WithMessage("Pipeline 'rig' was stopped.");
        run.Completion.IsCanceled.Should().BeTrue();
        run.Status.State.Should().Be(RunState.Stopped);
        _rig.Log.OpenReaders.Should().Be(0);
        await drain.ContinueWith(_ => { }, TaskScheduler.Default);
        (_rig.Store.BeforeOpen, _rig.Store.BeforeCommit, _rig.Log.BeforeOpen, _rig.Log.BeforePartitions) = (null, null, null, null);
        _gate.TrySetResult();
        _rig.Send(0, "g@70");
        await _rig.RunToEndAsync();
        _rig.Rows.Should().Equal(stage == Stage.Paused ? ["a@10", "b@20", "c@30", "d@40", "e@50", "f@60"] : new[] { "a@10", "b@20", "c@30", "d@40", "e@50" });
    }

    public enum Stage
    {
        StoreOpens,
        PartitionsAreListed,
        SourceOpens,
        Runs,
        Paused,
        WriterHolds,
        Drains,
    }

    private ManualResetEventSlim? _hold;

    private void Gated(Lane lane) => lane.Into(Queries.Rows, lane.Beats().Select(b => b.Value.ToString()).Do(_ => _hold?.Wait(TimeSpan.FromMinutes(2))));

    /// <summary>Lets the run come to a stage and stay there, if it is one to stay in.</summary>
    private Task Hang(Stage stage)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task Wait(CancellationToken stop)
        {
            reached.TrySetResult();
            return _gate.Task.WaitAsync(stop);
        }
        switch (stage)
        {
            case Stage.StoreOpens: _rig.Store.BeforeOpen = Wait; break;
            case Stage.PartitionsAreListed: _rig.Log.BeforePartitions = Wait; break;
            case Stage.SourceOpens: _rig.Log.BeforeOpen = Wait; break;
            case Stage.WriterHolds or Stage.Drains: _rig.Store.BeforeCommit = _ => Wait(default); break;
            default: reached.SetResult(); break;
        }
        return reached.Task;
    }
}
