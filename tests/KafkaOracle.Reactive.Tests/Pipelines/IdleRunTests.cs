using KafkaOracle.Reactive.Tests.Lanes;

namespace KafkaOracle.Reactive.Tests.Pipelines;

public sealed class IdleRunTests : IAsyncDisposable
{
    private readonly RunRig _rig = new(partitions: 2);
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask DisposeAsync()
    {
        _gate.TrySetResult();
        return _rig.DisposeAsync();
    }

    [Fact]
    public async Task A_partition_without_messages_holds_the_others_up_until_it_is_idle()
    {
        _rig.Options.EpochInterval = TimeSpan.FromHours(1);
        _rig.Send(0, "a@10", "b@20");
        var run = _rig.Start();
        await _rig.ReadAsync();
        _rig.Time.Advance(_rig.Options.IdleAfter - TimeSpan.FromTicks(1));
        run.Status.Watermark.Should().BeNull();
        run.Status.Lanes.Should().ContainSingle().Which.WaitsFor.Should().Be(new LogPartition("a", 1));

        _rig.Time.Advance(TimeSpan.FromTicks(1));               // both are quiet; the one furthest on then decides
        await Soon.Until(() => run.Status.Watermark == Beat.Origin.AddSeconds(20));
        run.Status.Lanes[0].WaitsFor.Should().BeNull("nobody is waited for");
        await Soon.Within(run.DrainAsync());

        _rig.Rows.Should().Equal("a@10");
        _rig.Store.Ledger.Should().OnlyContain(r => r.Idle);
        _rig.Store.Ledger[1].Floors.Should().Equal(new LateFloor(0, Beat.Origin.AddSeconds(20)));
    }

    [Fact]
    public async Task A_message_ends_the_silence()
    {
        _rig.Send(0, "a@10", "b@20");
        var run = _rig.Start();
        await _rig.ReadAsync();
        _rig.Time.Advance(_rig.Options.IdleAfter);
        await Soon.Until(() => run.Status.Watermark == Beat.Origin.AddSeconds(20));

        _rig.Send(1, "early@15", "c@25");
        await _rig.ReadAsync();
        _rig.Send(0, "d@40");
        await _rig.ReadAsync();
        await Soon.Within(run.DrainAsync());

        run.Status.Watermark.Should().Be(Beat.Origin.AddSeconds(25), "partition 1 holds the watermark again");
        run.Status.Lanes[0].WaitsFor.Should().Be(new LogPartition("a", 1));
        _rig.Rows.Should().Equal("a@10", "b@20");
        _rig.Store.Rejects.Should().ContainSingle().Which.Position.Should().Be(new Position("a", 1, 0));
        _rig.Store.Ledger[1].Idle.Should().BeFalse();
    }

    [Fact]
    public async Task A_partition_that_cannot_be_read_is_not_silent()
    {
        _rig.Send(0, "a@10", "b@20");
        _rig.Send(1, "c@15");
        var run = _rig.Start();
        await _rig.ReadAsync();
        _rig.Log.Withhold("a", 1);
        _rig.Send(1, "d@30", "e@40");
        _rig.Send(0, "f@70", "g@80");

        for (var i = 0; i < 3; i++)
        {
            _rig.Time.Advance(_rig.Options.IdleAfter);
            await CommittedAsync(0, 4);
        }
        run.Status.Watermark.Should().Be(Beat.Origin.AddSeconds(15), "nobody knows what is in it");
        _rig.Log.Withhold("a", 1, false);
        await _rig.ReadAsync();
        await Soon.Within(run.DrainAsync());

        _rig.Rows.Should().Equal("a@10", "c@15", "b@20", "d@30");
        _rig.Store.Rejects.Should().BeEmpty();
    }

    [Fact]
    public async Task A_partition_that_was_silent_holds_the_watermark_again_once_messages_are_on_their_way()
    {
        _rig.Send(0, "a@10", "b@20");
        _rig.Send(1, "c@15");
        var run = _rig.Start();
        await _rig.ReadAsync();
        _rig.Time.Advance(_rig.Options.IdleAfter);
        await Soon.Until(() => run.Status.Watermark == Beat.Origin.AddSeconds(20));
        _rig.Log.Withhold("a", 1);
        _rig.Send(1, "d@30", "e@40");
        await IsHeldAsync(1);
        _rig.Send(0, "f@70", "g@80");
        await CommittedAsync(0, 4);
        run.Status.Watermark.Should().Be(Beat.Origin.AddSeconds(20));

        _rig.Log.Withhold("a", 1, false);
        await _rig.ReadAsync();
        await Soon.Within(run.DrainAsync());

        run.Status.Watermark.Should().Be(Beat.Origin.AddSeconds(40));
        _rig.Rows.Should().Equal("a@10", "c@15", "b@20", "d@30");
        _rig.Store.Rejects.Should().BeEmpty();
    }

    [Fact]
    public async Task A_partition_that_held_the_watermark_for_nothing_is_silent_again()
    {
        _rig.Send(0, "a@10", "b@20");
        var run = _rig.Start();
        await _rig.ReadAsync();
        _rig.Time.Advance(_rig.Options.IdleAfter);
        await Soon.Until(() => run.Status.Watermark == Beat.Origin.AddSeconds(20));
        _rig.Log.Withhold("a", 1);
        await IsHeldAsync(1);
        _rig.Log.Withhold("a", 1, false);
        _rig.Send(0, "c@30", "d@40");
        await _rig.ReadAsync();
        run.Status.Watermark.Should().Be(Beat.Origin.AddSeconds(20));

        _rig.Time.Advance(_rig.Options.IdleAfter);
        await Soon.Until(() => run.Status.Watermark == Beat.Origin.AddSeconds(40));
        await Soon.Within(run.DrainAsync());

        _rig.Rows.Should().Equal("a@10", "b@20", "c@30");
    }

    [Fact]
    public async Task Time_in_which_it_was_paused_is_no_silence()
    {
        _rig.Send(0, "a@10", "b@20");
        var run = _rig.Start();
        await _rig.ReadAsync();
        await run.PauseAsync();
        _rig.Time.Advance(_rig.Options.EpochInterval);
        await Soon.Until(() => run.Status.Epochs > 0);          // so it has seen that it is paused
        _rig.Time.Advance(10 * _rig.Options.IdleAfter);
        await run.ResumeAsync();
        _rig.Send(1, "early@15");
        await _rig.ReadAsync();
        await Soon.Within(run.DrainAsync());

        _rig.Store.Rejects.Should().BeEmpty();
        run.Status.Watermark.Should().Be(Beat.Origin.AddSeconds(15));
        _rig.Rows.Should().Equal("a@10");
    }

    [Fact]
    public async Task Time_in_which_it_waited_for_the_writer_is_no_silence()
    {
        var holds = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _rig.Store.BeforeCommit = epoch =>
        {
            if (epoch.Number < 2) return Task.CompletedTask;
            holds.TrySetResult();
            return _gate.Task;
        };
        _rig.Send(0, "a@10");
        _rig.Send(1, "b@20");
        var run = _rig.Start();
        await _rig.ReadAsync();
        _rig.Time.Advance(_rig.Options.EpochInterval);
        await Soon.Until(() => run.Status.Epochs == 1);
        for (var i = 0; i < 2; i++)                             // the second of these epochs waits for the first, and the lane with it
        {
            _rig.Send(0, $"c@{30 + i}");
            await _rig.ReadAsync();
            _rig.Time.Advance(_rig.Options.EpochInterval);
            await Soon.Within(holds.Task);
        }
        _rig.Send(1, "early@25");
        _rig.Time.Advance(10 * _rig.Options.IdleAfter);
        _gate.SetResult();

        await _rig.ReadAsync();
        await Soon.Within(run.DrainAsync());
        _rig.Store.Rejects.Should().BeEmpty();
        run.Status.Watermark.Should().Be(Beat.Origin.AddSeconds(25));
    }

    // Its ledger row says so; the look at the servers and the cut come with the clock.
    private Task IsHeldAsync(int partition)
    {
        _rig.Time.Advance(_rig.Options.IdleAfter);
        return CutUntilAsync(() => !_rig.Store.Ledger[partition].Idle);
    }

    private Task CommittedAsync(int partition, long offset) => CutUntilAsync(() => _rig.Log.Reported("rig", "a", partition) == offset);

    // A cut may come between two messages that were sent together, or just before them: the clock goes on until it is the one that is waited for.
    private Task CutUntilAsync(Func<bool> condition) => Soon.Until(() =>
    {
        _rig.Time.Advance(_rig.Options.EpochInterval);
        return condition();
    });
}
