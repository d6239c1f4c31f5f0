using System.Reactive.Linq;
using KafkaOracle.Reactive.Tests.Lanes;

namespace KafkaOracle.Reactive.Tests.Pipelines;

/// <summary>Exceptions in user code on single records.</summary>
public sealed class FailedRecordTests : IAsyncDisposable
{
    private sealed class BoomException() : Exception("boom");

    private readonly RunRig _rig = new();

    public FailedRecordTests() => _rig.Options.EpochInterval = TimeSpan.FromMilliseconds(10);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    // A run that starts again has its epochs begin anew, so time must go on until all is committed.
    private Task CommittedAsync() => Soon.Until(() =>
    {
        _rig.Time.Advance(_rig.Options.EpochInterval);
        return _rig.Log.Reported("rig", "a", 0) == _rig.Log.End("a", 0);
    });

    private static void ThrowsOnX(Lane lane) => lane.Into(Queries.Rows, lane.Beats().Select(b => b.Value.Name == "x" ? throw new BoomException() : b.Value.ToString()));

    [Fact]
    public async Task A_record_that_the_query_throws_on_goes_to_the_rejects_and_the_same_run_goes_on_without_it()
    {
        _rig.Send(0, "a@10", "x@20", "c@30", "d@40");
        var run = _rig.Start(ThrowsOnX);
        await CommittedAsync();

        _rig.Rows.Should().Equal("a@10", "c@30");
        var reject = _rig.Store.Rejects.Should().ContainSingle().Which;
        (reject.Kind, reject.Position, reject.Reason).Should().Be((RejectKind.Failed, new Position("a", 0, 1), "BoomException: boom"));
        reject.Payload.Should().Equal("x@20"u8.ToArray());
        _rig.Store.Ledger.Single().Skips.Should().Equal(new SkippedRecord(1, Beat.Origin));
        run.Status.State.Should().Be(RunState.Running);
    }

    [Fact]
    public async Task A_later_run_does_not_throw_again_and_forgets_the_record_with_its_era()
    {
        _rig.Send(0, "a@10", "x@20", "c@30");
        await _rig.RunToEndAsync(ThrowsOnX);
        var thrown = 0;

        _rig.Send(0, "d@70", "e@130", "f@200");
        await _rig.RunToEndAsync(lane => lane.Into(Queries.Rows, lane.Beats().Select(b =>
        {
            if (b.Value.Name == "x") thrown++;
            return b.Value.ToString();
        })));

        thrown.Should().Be(0);
        _rig.Rows.Should().Equal("a@10", "c@30", "d@70", "e@130");
        _rig.Store.Rejects.Should().HaveCount(1);
        _rig.Store.Ledger.Single().Skips.Should().BeEmpty();
    }

    [Fact]
    public async Task What_was_committed_before_the_record_stays_and_is_not_written_again()
    {
        _rig.Options.EpochRows = 1;
        _rig.Send(0, "a@10", "b@11", "c@12", "x@20", "d@30", "e@40");
        await _rig.RunToEndAsync(ThrowsOnX);

        _rig.Rows.Should().Equal("a@10", "b@11", "c@12", "d@30");
    }

    [Fact]
    public async Task More_than_a_few_stop_the_run()
    {
        _rig.Options.MaxFailedRecords = 2;
        _rig.Send(0, "x@10", "x@20", "a@21", "x@30", "b@40");
        var run = _rig.Start(ThrowsOnX);

        var failure = await RunRig.FailureAsync<QueryException>(run);

        failure.Message.Should().Contain("a[0]@3").And.Contain("Before it 2 records of the era were put aside").And.Contain("MaxFailedRecords");
        failure.Position.Should().Be(new Position("a", 0, 3));
    }

    [Fact]
    public async Task Those_of_another_era_count_anew()
    {
        _rig.Options.MaxFailedRecords = 1;
        _rig.Send(0, "x@10", "x@70", "x@130", "a@200", "b@201");
        await _rig.RunToEndAsync(ThrowsOnX);

        _rig.Rows.Should().Equal("a@200");
        _rig.Store.Rejects.Should().HaveCount(3);
    }

    [Fact]
    public async Task Without_event_time_they_count_by_the_machines_clock()
    {
        (_rig.Options.MaxFailedRecords, _rig.Options.Era) = (2, TimeSpan.FromHours(1));
        void Query(Lane lane) => lane.Into(Queries.Rows, lane.Topic("a", Beat.Decoder).Select(b => b.Value.Name == "x" ? throw new BoomException() : b.Value.ToString()));
        _rig.Send(0, "x@1", "a@2", "x@3");
        var run = _rig.Start(Query);
        await CommittedAsync();
        _rig.Rows.Should().Equal("a@2");
        _rig.Time.Advance(_rig.Options.Era + TimeSpan.FromSeconds(1));

        _rig.Send(0, "x@4", "x@5", "b@6");
        await CommittedAsync();
        _rig.Rows.Should().Equal("a@2", "b@6");
        _rig.Store.Rejects.Should().HaveCount(4);

        _rig.Send(0, "x@7");
        await RunRig.FailureAsync<QueryException>(run);
    }

    [Fact]
    public async Task A_throw_in_a_timer_stops_the_run()
    {
        _rig.Send(0, "a@10", "b@20");
        var run = _rig.Start(lane => lane.Into(Queries.Rows, lane.Beats().Select(b => b.Value.ToString())
            .Merge(Observable.Timer(TimeSpan.FromSeconds(15), lane.Clock).Select<long, string>(_ => throw new BoomException()))));

        (await RunRig.FailureAsync<QueryException>(run)).Position.Should().BeNull();
    }

    [Fact]
    public async Task A_step_that_does_not_come_back_is_shown_until_it_does()
    {
        using var blocked = new ManualResetEventSlim();
        _rig.Send(0, "a@10", "b@20");
        var run = _rig.Start(lane => lane.Into(Queries.Rows, lane.Beats().Select(b =>
        {
            blocked.Wait(TestContext.Current.CancellationToken);
            return b.Value.ToString();
        })));
        await Soon.Until(() =>
        {
            _rig.Time.Advance(TimeSpan.FromSeconds(1));
            return run.Status.Troubles.Count > 0;
        });

        var trouble = run.Status.Troubles.Should().ContainSingle().Which;
        trouble.Kind.Should().Be(TroubleKind.Query);
        trouble.Error.Should().Contain("on record a[0]@0");
        blocked.Set();
        await Soon.Until(() => run.Status.Troubles.Count == 0);
        await CommittedAsync();
        _rig.Rows.Should().Equal("a@10");
    }
}
