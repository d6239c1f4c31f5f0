using System.Reactive.Linq;
using KafkaOracle.Reactive.Tests.Lanes;

namespace KafkaOracle.Reactive.Tests.Pipelines;

public sealed class RunFaultTests : IAsyncDisposable
{
    private sealed class BoomException() : Exception("boom");

    private readonly RunRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_store_that_does_not_open_ends_the_run_with_its_own_error()
    {
        _rig.Store.BeforeOpen = _ => throw new BoomException();
        var run = _rig.Start();

        await RunRig.FailureAsync<BoomException>(run);
        await FluentActions.Awaiting(() => Soon.Within(run.DrainAsync())).Should().ThrowAsync<BoomException>();
    }

    [Fact]
    public async Task Whoever_cannot_be_told_to_cancel_does_not_keep_a_run_from_ending()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _rig.Send(0, "a@1");
        var run = _rig.Start(lane => lane.Into(Queries.Rows, lane.Beats().SelectAsync(async (_, stop) =>
        {
            await using var broken = stop.Register(() => throw new IOException("the connection is lost"));
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return "";
        }, degree: 1).Select(r => r.Value)));
        await Soon.Within(asked.Task);

        await Soon.Within(run.DisposeAsync().AsTask());

        run.Status.State.Should().Be(RunState.Stopped);
    }

    [Fact]
    public async Task A_source_that_cannot_list_its_partitions_ends_the_run_with_its_own_error()
    {
        _rig.Log.BeforePartitions = _ => throw new BoomException();

        await RunRig.FailureAsync<BoomException>(_rig.Start());
    }

    [Fact]
    public async Task A_source_that_does_not_open_ends_the_run_with_its_own_error()
    {
        _rig.Log.BeforeOpen = _ => throw new BoomException();

        await RunRig.FailureAsync<BoomException>(_rig.Start());
    }

    [Fact]
    public async Task A_topic_without_partitions_is_refused_by_name()
    {
        _rig.Log.CreateTopic("b", 0);

        var failure = await RunRig.FailureAsync<InvalidOperationException>(_rig.Start(lane => lane.Into(Queries.Rows, lane.Beats().Merge(lane.Beats(topic: "b")).Select(b => b.Value.ToString()))));

        failure.Message.Should().Be("Pipeline 'rig' reads topic 'b', which has no partitions. Nothing was written.");
    }

    [Fact]
    public async Task A_ledger_that_names_partitions_which_are_gone_is_refused()
    {
        _rig.Log.CreateTopic("a", 2);
        _rig.Send(0, "a@10");
        await _rig.RunToEndAsync();
        _rig.Log.DeleteTopic("a");
        _rig.Log.CreateTopic("a", 1);

        (await RunRig.FailureAsync<LedgerMismatchException>(_rig.Start())).Message.Should().Contain("a[1]").And.Contain("no longer has");
    }

    [Fact]
    public async Task A_log_that_has_lost_what_a_restart_must_read_is_refused()
    {
        _rig.Send(0, "a@10", "b@20", "c@30");
        await _rig.RunToEndAsync();
        _rig.Log.Trim("a", 0, 1);

        (await RunRig.FailureAsync<LedgerMismatchException>(_rig.Start())).Message.Should().Contain("a[0] again from offset 0").And.Contain("begins at 1");
        _rig.Log.OpenReaders.Should().Be(0);
    }

    [Fact]
    public async Task A_topic_created_anew_is_refused()
    {
        _rig.Send(0, "a@10", "b@20", "c@30");
        await _rig.RunToEndAsync();
        _rig.Log.DeleteTopic("a");
        _rig.Log.CreateTopic("a");
        _rig.Send(0, "a@10");

        (await RunRig.FailureAsync<LedgerMismatchException>(_rig.Start())).Message.Should().Contain("up to offset 3").And.Contain("now ends at 1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_source_that_breaks_on_the_way_ends_the_run_paused_or_not_and_the_next_one_goes_on(bool paused)
    {
        _rig.Send(0, "a@10", "b@20");
        var run = _rig.Start();
        await _rig.ReadAndCommittedAsync();
        _rig.Send(0, "c@30");
        await _rig.ReadAsync();
        if (paused) await run.PauseAsync();

        _rig.Log.Break(new BoomException());
        await RunRig.FailureAsync<BoomException>(run);

        _rig.Rows.Should().Equal("a@10");
        _rig.Send(0, "d@40");
        await _rig.RunToEndAsync();
        _rig.Rows.Should().Equal("a@10", "b@20", "c@30");
    }

    [Fact]
    public async Task Messages_removed_before_they_are_read_end_the_run()
    {
        var run = _rig.Start();
        await run.PauseAsync();
        await Soon.Until(() => run.Status.State == RunState.Paused);
        _rig.Send(0, "a@10", "b@20");
        _rig.Log.Trim("a", 0, 1);
        await run.ResumeAsync();

        (await RunRig.FailureAsync<InvalidOperationException>(run)).Message.Should().Contain("a[0] cannot be read from offset 0 on: its log now begins at 1");
    }

    [Fact]
    public async Task A_commit_that_fails_while_the_lane_waits_for_messages_ends_the_run()
    {
        var fail = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _rig.Store.BeforeCommit = _ => fail.Task;
        _rig.Send(0, "a@10", "b@20");
        var run = _rig.Start();
        await _rig.ReadAsync();
        _rig.Time.Advance(_rig.Options.EpochInterval);

        fail.SetException(new BoomException());
        await RunRig.FailureAsync<BoomException>(run);

        _rig.Store.Ledger.Should().BeEmpty();
        _rig.Log.OpenReaders.Should().Be(0);
    }

    [Fact]
    public async Task A_commit_that_fails_while_the_lane_waits_for_the_writer_ends_the_run()
    {
        var fail = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _rig.Store.BeforeCommit = _ => fail.Task;
        _rig.Options.EpochRows = 1;
        _rig.Send(0, "a@10", "b@20", "c@30", "d@40");           // the second epoch waits for the first one
        var run = _rig.Start();
        await Soon.Until(() => run.Status.State == RunState.Running);

        fail.SetException(new BoomException());
        await RunRig.FailureAsync<BoomException>(run);

        _rig.Store.Ledger.Should().BeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task A_writer_that_refuses_an_epoch_ends_the_run_with_its_own_error_and_not_in_the_querys_name(int epochRows)
    {
        (_rig.Options.EpochRows, _rig.Options.Until) = (epochRows, RunUntil.EndOfLog);
        _rig.Send(0, "a@10", "b@20", "c@30");
        await using var run = Pipeline.Define("rig", Queries.Copy(), _rig.Options).Start(_rig.Log, new RefusingStore(), stop: TestContext.Current.CancellationToken);

        await RunRig.FailureAsync<BoomException>(run);
    }

    [Fact]
    public async Task A_last_commit_that_fails_is_the_runs_failure()
    {
        _rig.Options.Until = RunUntil.EndOfLog;
        _rig.Store.BeforeCommit = _ => throw new BoomException();
        _rig.Send(0, "a@10", "b@20");

        await RunRig.FailureAsync<BoomException>(_rig.Start());
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_not_written_twice()
    {
        _rig.Store.AfterCommit = _ => throw new BoomException();
        _rig.Options.EpochRows = 1;
        _rig.Send(0, "a@10", "b@20", "c@30", "d@40");
        await RunRig.FailureAsync<BoomException>(_rig.Start());
        _rig.Rows.Should().Equal("a@10");
        _rig.Store.AfterCommit = null;

        await _rig.RunToEndAsync();

        _rig.Rows.Should().Equal("a@10", "b@20", "c@30");
    }

    [Fact]
    public async Task The_run_that_was_overtaken_is_fenced_and_writes_nothing_more()
    {
        _rig.Send(0, "a@10", "b@20");
        var first = _rig.Start();
        await _rig.ReadAndCommittedAsync();
        var second = _rig.Start();
        await _rig.ReadAsync();

        await first.PauseAsync();
        _rig.Send(0, "c@30");
        await Soon.Until(() => second.Status.Messages.Read == 3);
        _rig.Time.Advance(_rig.Options.EpochInterval);
        await Soon.Until(() => second.Status.Epochs == 1);
        await first.ResumeAsync();
        await _rig.ReadAsync();
        _rig.Time.Advance(_rig.Options.EpochInterval);

        await RunRig.FailureAsync<FencedException>(first);
        _rig.Rows.Should().Equal("a@10", "b@20");
        second.Status.State.Should().Be(RunState.Running);
        _rig.Send(0, "d@40");
        await _rig.ReadAndCommittedAsync();
        _rig.Rows.Should().Equal("a@10", "b@20", "c@30");
    }

    [Fact]
    public async Task What_the_query_throws_ends_the_run_and_names_the_record()
    {
        _rig.Options.MaxFailedRecords = 0;
        _rig.Send(0, "a@10", "x@20", "c@30");
        var run = _rig.Start(lane => lane.Into(Queries.Rows, lane.Beats().Select(b => b.Value.Name == "x" ? throw new BoomException() : b.Value.ToString())));

        var failure = await RunRig.FailureAsync<QueryException>(run);

        failure.Message.Should().StartWith("The query of pipeline 'rig' threw on record a[0]@1 (event time 2024-01-01T00:00:20");
        failure.InnerException.Should().BeOfType<BoomException>();
        _rig.Store.Ledger.Should().BeEmpty();
    }

    [Fact]
    public async Task A_query_that_is_not_deterministic_is_stopped_by_the_next_run()
    {
        var number = 0;
        void Numbered(Lane lane) => lane.Into(Queries.Rows, lane.Beats().Select(b => $"{b.Value} {++number}"));
        _rig.Send(0, "a@10", "b@20", "c@30");
        await _rig.RunToEndAsync(Numbered);

        await RunRig.FailureAsync<NotDeterministicException>(_rig.Start(Numbered));

        _rig.Store.Rows.Should().HaveCount(2);
    }

    private sealed class RefusingStore : IEpochStore, IEpochWriter
    {
        private readonly TaskCompletionSource _completion = new();

        public IReadOnlyList<LedgerRow> Ledger => [];

        public IObservable<EpochCommitted> Committed => Observable.Never<EpochCommitted>();

        public Task Completion => _completion.Task;

        public Task<IEpochWriter> OpenAsync(string pipeline, IReadOnlyList<ITable> tables, CancellationToken stop) => Task.FromResult<IEpochWriter>(this);

        public Task<bool> SendAsync(Epoch epoch, CancellationToken stop) => throw new BoomException();

        public Task CompleteAsync() => Task.CompletedTask;

        public ValueTask DisposeAsync() => default;
    }
}
