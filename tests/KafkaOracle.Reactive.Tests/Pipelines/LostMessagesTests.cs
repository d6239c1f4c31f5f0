using System.Reactive.Linq;
using KafkaOracle.Reactive.Tests.Lanes;

namespace KafkaOracle.Reactive.Tests.Pipelines;

/// <summary>Logs that have lost what a start has to read, where the options allow to go on.</summary>
public sealed class LostMessagesTests : IAsyncDisposable
{
    private readonly RunRig _rig = new(2);

    public LostMessagesTests() => _rig.Options.AllowLostMessages = true;

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Where_nothing_is_lost_the_option_changes_nothing()
    {
        _rig.Send(0, "a@10", "b@20", "c@30");
        await _rig.RunToEndAsync();
        _rig.Send(0, "d@40", "e@70");
        await _rig.RunToEndAsync();

        _rig.Rows.Should().Equal("a@10", "b@20", "c@30", "d@40");
        _rig.Store.Rejects.Should().BeEmpty();
    }

    [Fact]
    public async Task The_era_under_way_ends_with_the_rows_it_has_and_the_next_one_begins()
    {
        await LoseAsync(2);

        await _rig.RunToEndAsync();

        _rig.Rows.Should().Equal("a@10", "b@20", "e@70", "f@80");
        _rig.Store.Rejects.Select(r => (r.Kind, r.Position.Offset)).Should().Equal((RejectKind.Lost, 0), (RejectKind.Late, 3));
        _rig.Store.Rejects[0].Reason.Should().Be($"The log of a[0] lost the messages 0 to 1 before the era under way was done. The era from {Beat.Origin:O} ends with the 2 rows that it has.");
    }

    [Fact]
    public async Task Messages_lost_before_they_were_read_are_told_with_their_offsets_once()
    {
        await LoseAsync(5);

        await _rig.RunToEndAsync();
        _rig.Send(0, "h@100", "i@130", "j@140");
        await _rig.RunToEndAsync();

        _rig.Rows.Should().Equal("a@10", "b@20", "f@80", "g@90", "h@100", "i@130");
        _rig.Store.Rejects.Should().ContainSingle().Which.Reason.Should().StartWith("The log of a[0] lost the messages 3 to 4 before they were read.");
    }

    [Fact]
    public async Task A_restart_before_the_first_epoch_finds_the_same()
    {
        _rig.Send(0, "a@10", "b@20", "c@30");
        await _rig.RunToEndAsync();
        _rig.Send(0, "d@40", "e@70", "f@80");
        _rig.Log.Trim("a", 0, 2);
        var broken = true;
        Action<Lane> query = lane => lane.Into(Queries.Rows, lane.Beats().Select(b => broken ? throw new InvalidOperationException("boom") : b.Value.ToString()));
        _rig.Options.MaxFailedRecords = 0;
        await RunRig.FailureAsync<QueryException>(_rig.Start(query));
        broken = false;

        await _rig.RunToEndAsync(query);

        _rig.Rows.Should().Equal("a@10", "b@20", "e@70");
        _rig.Store.Rejects.Select(r => (r.Kind, r.Position.Offset)).Should().Equal((RejectKind.Lost, 0), (RejectKind.Late, 3));
    }

    [Fact]
    public async Task The_other_partitions_go_on_with_the_next_era_too()
    {
        _rig.Send(0, "a@10", "c@30");
        _rig.Send(1, "b@20", "d@75", "e@80");
        await _rig.RunToEndAsync();
        _rig.Rows.Should().Equal("a@10", "b@20");
        _rig.Send(0, "f@40", "g@90");
        _rig.Send(1, "h@85", "i@90");
        _rig.Log.Trim("a", 0, 1);

        await _rig.RunToEndAsync(until: RunUntil.EndOfLogClosed);

        _rig.Rows.Should().Equal("a@10", "b@20", "d@75", "e@80", "h@85", "g@90", "i@90");
        _rig.Store.Rejects.Select(r => (r.Kind, r.Position)).Should().Equal((RejectKind.Lost, new("a", 0, 0)), (RejectKind.Late, new("a", 0, 2)));
    }

    [Fact]
    public async Task Windows_of_the_next_eras_hold_all_that_is_there_of_them()
    {
        _rig.Send(0, "a@10", "b@20", "c@70", "d@75", "e@80");
        await _rig.RunToEndAsync(Queries.CountByMinute);
        _rig.Send(0, "f@100", "g@125", "h@130", "i@170", "j@185");
        _rig.Log.Trim("a", 0, 4);

        await _rig.RunToEndAsync(Queries.CountByMinute);

        _rig.Rows.Should().Equal("2 from 0", "3 from 120");
    }

    [Theory]
    [InlineData(60)]
    [InlineData(120)]
    public async Task A_changed_query_takes_over_where_the_former_ones_era_ends(int era)
    {
        _rig.Options.Era = TimeSpan.FromMinutes(2);
        _rig.Send(0, "a@10", "b@20", "c@70", "d@75", "e@80");
        await _rig.RunToEndAsync(Queries.CountByMinute);
        (_rig.Options.Version, _rig.Options.Era) = ("2", TimeSpan.FromSeconds(era));
        _rig.Send(0, "f@100", "g@125", "h@130", "i@170", "j@185");
        _rig.Log.Trim("a", 0, 4);

        await _rig.RunToEndAsync(Queries.CountByMinute);

        _rig.Rows.Should().Equal("2 from 0", "3 from 120");
        _rig.Store.Rejects.Select(r => (r.Kind, r.Position.Offset)).Should().Equal((RejectKind.Lost, 0), (RejectKind.Late, 5));
    }

    [Fact]
    public async Task A_changed_query_that_has_lost_nothing_is_still_refused_within_an_era()
    {
        _rig.Send(0, "a@10", "b@20", "c@30");
        await _rig.RunToEndAsync();
        _rig.Options.Version = "2";

        await RunRig.FailureAsync<LedgerMismatchException>(_rig.Start());
    }

    [Fact]
    public async Task A_lane_for_each_partition_gives_up_its_own_era_only()
    {
        _rig.Options.Lanes = Reactive.Lanes.PerPartition;
        _rig.Send(0, "a@10", "b@20");
        _rig.Send(1, "c@10", "d@20");
        await _rig.RunToEndAsync();
        _rig.Send(0, "e@30", "f@70", "g@80");
        _rig.Send(1, "h@30", "i@70", "j@80");
        _rig.Log.Trim("a", 0, 1);

        await _rig.RunToEndAsync();

        _rig.Rows.Order().Should().Equal("a@10", "c@10", "d@20", "f@70", "h@30", "i@70");
        _rig.Store.Rejects.Select(r => (r.Kind, r.Position)).Should().Equal((RejectKind.Lost, new("a", 0, 0)), (RejectKind.Late, new("a", 0, 2)));
    }

    [Fact]
    public async Task Without_event_time_what_is_there_is_read()
    {
        Action<Lane> query = lane => lane.Into(Queries.Rows, lane.Topic("a", Beat.Decoder).Select(b => b.Value.ToString()));
        _rig.Send(0, "a@10", "b@20");
        await _rig.RunToEndAsync(query);
        _rig.Send(0, "c@30", "d@40", "e@50");
        _rig.Log.Trim("a", 0, 3);

        await _rig.RunToEndAsync(query);

        _rig.Rows.Should().Equal("a@10", "b@20", "d@40", "e@50");
        _rig.Store.Rejects.Should().ContainSingle().Which.Reason.Should().Be("The log of a[0] lost the messages 2 to 2 before they were read.");
    }

    /// <summary>Three messages are read and four more sent; then the log begins at an offset.</summary>
    private async Task LoseAsync(long first)
    {
        _rig.Send(0, "a@10", "b@20", "c@30");
        await _rig.RunToEndAsync();
        _rig.Send(0, "d@40", "e@70", "f@80", "g@90");
        _rig.Log.Trim("a", 0, first);
    }
}
