using KafkaOracle.Reactive.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace KafkaOracle.Reactive.Hosting.Tests;

public sealed class HostedPipelineTests : IAsyncLifetime
{
    private readonly Servers _servers = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _servers.DisposeAsync();

    [Fact]
    public async Task Starts_with_the_host_and_drains_with_it()
    {
        _servers.Settings["Pipelines:copy:EpochInterval"] = "01:00:00";      // so that only the drain commits
        _servers.Send(300);
        using var host = await _servers.StartAsync();
        await Soon.Until(() => host.Pipeline().Status?.Messages.Accepted == 300, "all messages must be read");

        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));

        host.Pipeline().Status!.State.Should().Be(RunState.Completed);
        await _servers.ShouldHoldAllAsync();
    }

    [Fact]
    public async Task A_host_goes_on_where_the_one_before_was_drained()
    {
        for (var i = 0; i < 2; i++)
        {
            _servers.Send(100);
            using var host = await _servers.StartAsync();
            await host.CommittedAsync(100);
            await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));
        }

        await _servers.ShouldHoldAllAsync();
    }

    [Fact]
    public async Task A_failed_pipeline_stops_the_host_and_the_hosts_run_ends_with_its_error()
    {
        _servers.Oracle.Faults.Hook = at => at.Point == FaultPoint.Login ? Fault.Error(28000, "the account is locked") : null;
        using var host = _servers.Host();

        var running = () => Soon.Within(host.RunAsync(TestContext.Current.CancellationToken));

        (await running.Should().ThrowAsync<OracleStoreException>()).Which.Number.Should().Be(28000);
        _servers.Log.Count(4001).Should().Be(1);
    }

    [Fact]
    public async Task A_failed_pipeline_drains_the_others()
    {
        _servers.Send(200);
        using var host = _servers.Host(p => p.AddPipeline(Servers.Copy()).AddPipeline(Failing("query")));
        var running = host.RunAsync(TestContext.Current.CancellationToken);

        (await FluentActions.Awaiting(() => Soon.Within(running)).Should().ThrowAsync<QueryException>()).WithMessage("*'query'*");

        _servers.Log.All.Should().Contain(l => l.Contains("[1001]") && l.Contains("'copy'"), "the other one was drained, not stopped");
    }

    [Fact]
    public async Task A_pipeline_may_stay_down_while_the_host_runs_on()
    {
        _servers.Send(10);
        using var host = await _servers.StartAsync(p => p.AddPipeline(Servers.Copy()).AddPipeline(Failing("query"), o => o.OnFault = FaultAction.StopPipeline));
        await _servers.Log.SeenAsync(4002);
        _servers.Send(10);
        await host.CommittedAsync(20);

        host.Pipeline("query").Fault.Should().BeOfType<QueryException>();
        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));
        await _servers.ShouldHoldAllAsync();
    }

    [Fact]
    public async Task An_error_that_may_pass_is_followed_by_another_run_when_the_options_say_so()
    {
        _servers.Settings["Pipelines:copy:MaxRestarts"] = "2";
        _servers.Settings["Pipelines:copy:RestartDelay"] = "00:00:00.001";
        _servers.Settings["Oracle:RetryTimeout"] = "00:00:00";
        using var host = await _servers.StartAsync();

        // Each of these runs commits before it fails, so none of them counts against the two in a row.
        for (var i = 1; i <= 4; i++)
        {
            _servers.Send(100);
            await host.CommittedAsync(i * 100);
            _servers.Oracle.Faults.Next(FaultPoint.BeforeExecute, Fault.Drop());
            _servers.Oracle.DropConnections();
        }
        _servers.Send(100);
        await host.CommittedAsync(500);

        host.Pipeline().Restarts.Should().BeInRange(1, 8);
        host.Pipeline().Fault.Should().BeNull();
        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));
        await _servers.ShouldHoldAllAsync();
    }

    [Fact]
    public async Task After_the_last_restart_in_a_row_the_pipeline_has_failed()
    {
        _servers.Settings["Pipelines:copy:MaxRestarts"] = "3";
        _servers.Settings["Pipelines:copy:RestartDelay"] = "00:00:00.001";
        _servers.Oracle.Faults.Hook = at => at.Point == FaultPoint.Connect ? Fault.Error(12514) : null;
        using var host = _servers.Host();
        var pipeline = host.Pipeline();

        var running = () => Soon.Within(host.RunAsync(TestContext.Current.CancellationToken));

        (await running.Should().ThrowAsync<OracleStoreException>()).Which.IsTransient.Should().BeTrue();
        pipeline.Restarts.Should().Be(3);
        _servers.Log.Count(4000).Should().Be(3);
        _servers.Log.Count(1003).Should().Be(4);
    }

    [Fact]
    public async Task An_error_that_will_not_pass_is_not_tried_again()
    {
        _servers.Send(1);
        using var host = _servers.Host(p => p.AddPipeline(Failing("query"), o => o.MaxRestarts = 100));
        var pipeline = host.Pipeline("query");

        await FluentActions.Awaiting(() => Soon.Within(host.RunAsync(TestContext.Current.CancellationToken))).Should().ThrowAsync<QueryException>();

        pipeline.Restarts.Should().Be(0);
    }

    [Fact]
    public async Task A_stop_ends_the_pause_before_a_restart_and_is_no_failure_of_the_host()
    {
        _servers.Oracle.Faults.Hook = at => at.Point == FaultPoint.Connect ? Fault.Error(12514) : null;
        using var host = await _servers.StartAsync(p => p.AddPipeline(Servers.Copy(), o =>
        {
            o.MaxRestarts = 1;
            (o.RestartDelay, o.MaxRestartDelay) = (TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        }));
        await _servers.Log.SeenAsync(4000);

        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));

        host.Pipeline().IsRestarting.Should().BeFalse();
        host.Pipeline().Restarts.Should().Be(0);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_run_that_still_connects()
    {
        var connecting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _servers.Oracle.Faults.Hook = at =>
        {
            if (at.Point != FaultPoint.BeforeExecute) return null;
            connecting.TrySetResult();
            return Fault.Hold(Task.Delay(Timeout.Infinite));
        };
        using var host = await _servers.StartAsync();
        await Soon.Within(connecting.Task);

        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));

        host.Pipeline().Status!.State.Should().Be(RunState.Completed);
        _servers.Log.Count(4004).Should().Be(0);
    }

    [Fact]
    public async Task A_drain_that_takes_longer_than_the_hosts_timeout_is_cut_short_and_the_next_run_makes_up_for_it()
    {
        _servers.Send(50);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (var host = await _servers.StartAsync(services: s => s.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(1))))
        {
            await host.CommittedAsync(50);
            HoldWrites(held);
            _servers.Send(50);
            await Soon.Within(held.Task);

            await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));

            host.Pipeline().Status!.State.Should().Be(RunState.Stopped);
            _servers.Log.Count(4004).Should().Be(1);
        }
        _servers.Oracle.Faults.Clear();

        using var next = await _servers.StartAsync();
        await next.CommittedAsync(50);
        await Soon.Within(next.StopAsync(TestContext.Current.CancellationToken));
        await _servers.ShouldHoldAllAsync();
    }

    [Fact]
    public async Task A_database_that_never_answers_a_commit_does_not_hold_the_host_up_for_ever()
    {
        var time = new FakeTimeProvider();
        var committing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var host = await _servers.StartAsync(services: s => s.AddSingleton<TimeProvider>(time).Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(1)));
        _servers.Send(10);
        await host.CommittedAsync(10);
        _servers.Oracle.Faults.Hook = at =>
        {
            if (at.Point != FaultPoint.BeforeCommit) return null;
            committing.TrySetResult();
            return Fault.Hold(answer.Task);
        };
        _servers.Send(10);
        await Soon.Within(committing.Task);

        var stopping = host.StopAsync(TestContext.Current.CancellationToken);
        await Soon.Until(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return stopping.IsCompleted;
        }, "the host must stop");

        _servers.Log.Count(4005).Should().Be(1);
        answer.SetResult();
        await Soon.Within(host.Pipeline().Completion);
        await _servers.ShouldHoldAllAsync();
    }

    [Fact]
    public async Task A_pause_lasts_over_a_restart_until_it_is_lifted()
    {
        _servers.Settings["Pipelines:copy:MaxRestarts"] = "1000000";
        _servers.Settings["Pipelines:copy:RestartDelay"] = "00:00:00.001";
        _servers.Settings["Pipelines:copy:MaxRestartDelay"] = "00:00:00.001";
        _servers.Oracle.Faults.Hook = at => at.Point == FaultPoint.Connect ? Fault.Error(12514) : null;
        using var host = await _servers.StartAsync();
        await _servers.Log.SeenAsync(4000);
        var pausing = host.Pipeline().PauseAsync();
        _servers.Oracle.Faults.Clear();
        await Soon.Within(pausing);
        await Soon.Until(() => host.Pipeline().Status?.State == RunState.Paused, "the run that connects must be paused");

        _servers.Send(10);
        await Soon.Within(host.Pipeline().ResumeAsync());
        await host.CommittedAsync(10);

        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));
        await _servers.ShouldHoldAllAsync();
    }

    [Fact]
    public async Task A_host_can_stop_when_all_its_pipelines_have_ended()
    {
        _servers.Send(100);
        using var host = _servers.Host(p => p.AddPipeline(Servers.Copy(options: new() { Until = RunUntil.EndOfLog })).StopHostAtEnd());

        await Soon.Within(host.RunAsync(TestContext.Current.CancellationToken));

        await _servers.ShouldHoldAllAsync();
    }

    [Fact]
    public async Task A_host_that_is_disposed_without_a_stop_leaves_nothing_running()
    {
        _servers.Send(10);
        var host = await _servers.StartAsync();
        var pipeline = host.Pipeline();
        await host.CommittedAsync(10);

        host.Dispose();

        pipeline.Completion.IsCompletedSuccessfully.Should().BeTrue();
        pipeline.Status!.State.Should().Be(RunState.Stopped);
    }

    [Fact]
    public async Task A_pipeline_may_be_made_of_the_hosts_services()
    {
        _servers.Send(5);
        using var host = await _servers.StartAsync(p => p.AddPipeline(s => Servers.Copy(s.GetRequiredService<string>())), s => s.AddSingleton("copy"));

        await host.CommittedAsync(5);

        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));
    }

    private static Pipeline Failing(string name) => Pipeline.Define(name, lane => lane.Into(Servers.Table, System.Reactive.Linq.Observable.Select(lane.Topic(Servers.Topic, Text.Utf8),
        Servers.Row (_) => throw new FormatException("this query always throws"))), new() { MaxFailedRecords = 0 });

    private void HoldWrites(TaskCompletionSource held) => _servers.Oracle.Faults.Hook = at =>
    {
        if (at.Point != FaultPoint.BeforeExecute) return null;
        held.TrySetResult();
        return Fault.Hold(Task.Delay(Timeout.Infinite));
    };
}
