using System.Reactive.Linq;
using KafkaOracle.Reactive.Tests.Lanes;

namespace KafkaOracle.Reactive.Tests.Pipelines;

public sealed class BoundedRunTests : IAsyncDisposable
{
    private readonly RunRig _rig = new(partitions: 2);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task The_end_of_the_log_decides_nothing_and_the_next_run_goes_on()
    {
        _rig.Send(0, "a@10", "b@70");
        _rig.Send(1, "c@20");
        await _rig.RunToEndAsync(Queries.CountByMinute);
        _rig.Rows.Should().BeEmpty();

        _rig.Send(1, "d@30", "e@80");
        await _rig.RunToEndAsync(Queries.CountByMinute);

        _rig.Rows.Should().Equal("3 from 0");
        _rig.Store.Rejects.Should().BeEmpty();
        _rig.Store.Ledger.Should().OnlyContain(r => !r.Idle);
    }

    [Fact]
    public async Task Closed_it_ends_with_every_window_and_a_second_run_adds_nothing()
    {
        _rig.Send(0, "a@10", "b@70");
        _rig.Send(1, "c@20");
        await _rig.RunToEndAsync(Queries.CountByMinute, RunUntil.EndOfLogClosed);
        _rig.Rows.Should().Equal("2 from 0", "1 from 60");

        _rig.Send(1, "late@119");
        await _rig.RunToEndAsync(Queries.CountByMinute, RunUntil.EndOfLogClosed);
        await _rig.RunToEndAsync(Queries.CountByMinute, RunUntil.EndOfLogClosed);

        _rig.Rows.Should().Equal("2 from 0", "1 from 60");
        _rig.Store.Rejects.Should().ContainSingle().Which.Position.Should().Be(new Position("a", 1, 1));
    }

    [Fact]
    public async Task Drained_before_the_end_it_leaves_windows_open()
    {
        _rig.Options.Until = RunUntil.EndOfLogClosed;
        _rig.Send(0, "a@10", "b@20");
        var run = _rig.Start(Queries.CountByMinute);
        await run.PauseAsync();
        await Soon.Within(run.DrainAsync());

        _rig.Rows.Should().BeEmpty();
        await _rig.RunToEndAsync(Queries.CountByMinute, RunUntil.EndOfLogClosed);
        _rig.Rows.Should().Equal("2 from 0");
    }

    [Theory]
    [InlineData(RunUntil.EndOfLog)]
    [InlineData(RunUntil.EndOfLogClosed)]
    public async Task Over_empty_partitions_it_ends_and_writes_nothing(RunUntil until)
    {
        await _rig.RunToEndAsync(until: until);

        _rig.Store.Rows.Should().BeEmpty();
        _rig.Rows.Should().BeEmpty();
    }

    [Fact]
    public async Task A_partition_that_never_had_a_record_does_not_hold_the_end_up()
    {
        _rig.Send(0, "a@10", "b@20");

        await _rig.RunToEndAsync();

        _rig.Rows.Should().Equal("a@10");
    }

    [Fact]
    public async Task What_comes_while_it_runs_is_left_to_the_next_run()
    {
        _rig.Options.Until = RunUntil.EndOfLog;
        _rig.Send(0, "a@10", "b@20");
        var run = _rig.Start();
        await run.PauseAsync();
        await Soon.Until(() => run.Status.State == RunState.Paused);
        _rig.Send(0, "c@30", "d@40");
        await run.ResumeAsync();
        await Soon.Within(run.Completion);
        _rig.Store.Ledger[0].NextOffset.Should().Be(2);
        run.Status.Behind.Should().Be(0);

        await _rig.RunToEndAsync();

        _rig.Rows.Should().Equal("a@10", "b@20", "c@30");
    }

    [Fact]
    public async Task Offsets_without_messages_at_the_end_are_passed_over()
    {
        _rig.Send(0, "a@10", "b@20");
        _rig.Log.Skip("a", 0, 2);
        _rig.Log.Skip("a", 1, 5);

        await _rig.RunToEndAsync();

        _rig.Store.Ledger.Select(r => r.NextOffset).Should().Equal(4, 5);
        _rig.Rows.Should().Equal("a@10");
    }

    [Fact]
    public async Task Two_topics_are_read_to_the_end_of_both()
    {
        _rig.Log.CreateTopic("b");
        _rig.Send(0, "a@10", "x@50");
        _rig.Log.Append("b", 0, Beat.Origin, null, "b@15");
        _rig.Log.Append("b", 0, Beat.Origin, null, "y@50");

        await _rig.RunToEndAsync(lane => lane.Into(Queries.Rows, lane.Beats().Merge(lane.Beats(topic: "b")).Select(b => b.Value.ToString())));

        _rig.Rows.Should().Equal("a@10", "b@15");
    }
}
