namespace KafkaOracle.Reactive.Tests.Pipelines;

public sealed class EpochTests : IAsyncDisposable
{
    private readonly RunRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task An_epoch_commits_when_it_is_old_enough_and_not_before()
    {
        _rig.Options.EpochInterval = TimeSpan.FromSeconds(10);
        _rig.Send(0, "a@10", "b@20");
        var run = _rig.Start();
        await _rig.ReadAsync();
        _rig.Time.Advance(TimeSpan.FromSeconds(9.999));
        _rig.Send(0, "c@30");
        await _rig.ReadAsync();
        run.Status.Epochs.Should().Be(0);

        _rig.Time.Advance(TimeSpan.FromSeconds(0.001));
        await Soon.Until(() => run.Status.Epochs == 1);

        _rig.Rows.Should().Equal("a@10", "b@20");
    }

    [Fact]
    public async Task An_epoch_commits_when_it_is_full_whatever_the_clock_says()
    {
        _rig.Options.EpochRows = 2;
        _rig.Send(0, "a@10", "b@20", "c@30", "d@40", "e@50", "f@60");
        var run = _rig.Start();
        await Soon.Until(() => run.Status.Epochs == 2 && run.Status.Messages.Read == 6);

        _rig.Rows.Should().Equal("a@10", "b@20", "c@30", "d@40");
        run.Status.Rows["rows"].Should().Be(4);
    }

    [Fact]
    public async Task Nothing_is_committed_while_there_is_nothing_new()
    {
        _rig.Send(0, "a@10", "b@20");
        _rig.Log.Skip("a", 0, 3);
        var run = _rig.Start();
        await _rig.ReadAndCommittedAsync();
        await Soon.Within(run.DrainAsync());
        _rig.Store.Ledger.Single().NextOffset.Should().Be(5);

        var again = _rig.Start();
        await _rig.ReadAsync();
        for (var i = 0; i < 5; i++) _rig.Time.Advance(_rig.Options.EpochInterval);
        await Soon.Within(again.DrainAsync());

        again.Status.Epochs.Should().Be(0);
    }

    [Fact]
    public async Task Progress_without_rows_is_committed_too()
    {
        _rig.Send(0, "a@10");
        var run = _rig.Start();
        await _rig.ReadAndCommittedAsync();

        _rig.Rows.Should().BeEmpty();
        _rig.Store.Ledger.Single().NextOffset.Should().Be(1);
    }
}
