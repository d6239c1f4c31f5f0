using System.Reactive.Linq;
using KafkaOracle.Reactive.Testing;
using KafkaOracle.Reactive.Tests.Lanes;

namespace KafkaOracle.Reactive.Tests.Pipelines;

/// <summary>A changed query takes over between eras, never within one.</summary>
public sealed class ChangedQueryTests : IAsyncDisposable
{
    private readonly RunRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_run_that_finishes_its_era_leaves_the_next_one_to_a_changed_query()
    {
        _rig.Send(0, "a@10", "b@20", "c@30");
        var run = _rig.Start();
        await _rig.ReadAndCommittedAsync();

        var finished = run.FinishEraAsync();
        finished.IsCompleted.Should().BeFalse("the era has rows and has not ended");
        _rig.Send(0, "d@50", "e@65", "f@70");
        await Soon.Within(finished);
        _rig.Rows.Should().Equal("a@10", "b@20", "c@30", "d@50");

        _rig.Options.Version = "2";
        _rig.Send(0, "g@80");
        await _rig.RunToEndAsync(Shouted, RunUntil.EndOfLogClosed);
        _rig.Rows.Should().Equal("a@10", "b@20", "c@30", "d@50", "E@65", "F@70", "G@80");
    }

    [Fact]
    public async Task A_run_whose_era_has_no_rows_yet_finishes_at_once()
    {
        _rig.Send(0, "a@10");
        var run = _rig.Start();
        await _rig.ReadAsync();

        await Soon.Within(run.FinishEraAsync());

        _rig.Options.Version = "2";
        await _rig.RunToEndAsync(Shouted, RunUntil.EndOfLogClosed);
        _rig.Rows.Should().Equal("A@10");
    }

    [Fact]
    public async Task A_run_that_was_asked_while_it_restored_finishes_the_era_that_it_found()
    {
        _rig.Send(0, "a@10", "b@20", "c@30");
        await _rig.RunToEndAsync();
        _rig.Send(0, "d@50", "e@65", "f@70");

        await Soon.Within(_rig.Start().FinishEraAsync());

        _rig.Rows.Should().Equal("a@10", "b@20", "c@30", "d@50");
        _rig.Options.Era = TimeSpan.FromMinutes(2);
        await _rig.RunToEndAsync(until: RunUntil.EndOfLogClosed);
        _rig.Rows.Should().Equal("a@10", "b@20", "c@30", "d@50", "e@65", "f@70");
    }

    [Fact]
    public async Task A_changed_query_is_refused_within_an_era()
    {
        _rig.Send(0, "a@10", "b@20");
        await _rig.RunToEndAsync();
        _rig.Options.Version = "2";

        var refused = () => Soon.Within(_rig.Start(Shouted).Completion);

        (await refused.Should().ThrowAsync<LedgerMismatchException>()).WithMessage("*'rig'*Replacing*FinishEraAsync*RerunEra*");
        _rig.Rows.Should().Equal("a@10");
    }

    [Fact]
    public async Task A_former_version_ends_its_era_and_the_next_one_takes_over_in_the_same_run()
    {
        _rig.Send(0, "a@10", "b@20", "c@30");
        await _rig.RunToEndAsync();
        var former = _rig.Define();
        _rig.Options.Version = "2";

        _rig.Send(0, "d@50", "e@65", "f@70", "g@80");
        var run = _rig.Start(_rig.Define(Shouted).Replacing(former));
        await Soon.Until(() => _rig.Log.Reported("rig", "a") is not null && _rig.Rows.Any() && _rig.Store.Ledger.Single().EraStart == Beat.Origin.AddMinutes(1));
        _rig.Rows.Should().StartWith(["a@10", "b@20", "c@30", "d@50"]);
        await Soon.Until(() => _rig.Log.IsReadToEnd && _rig.Log.OpenReaders == 1);
        await _rig.ReadAndCommittedAsync();
        await Soon.Within(run.DrainAsync());

        _rig.Rows.Should().Equal("a@10", "b@20", "c@30", "d@50", "E@65", "F@70");
        _rig.Store.Ledger.Single().Query.Should().StartWith("2;");
        run.Status.State.Should().Be(RunState.Completed);
        run.Status.Rows["rows"].Should().Be(4, "those that both versions sent in this run");
    }

    [Fact]
    public async Task A_former_version_that_a_crash_interrupts_ends_its_era_in_the_next_run()
    {
        _rig.Send(0, "a@10", "b@20");
        await _rig.RunToEndAsync();
        var former = _rig.Define();
        _rig.Options.Version = "2";
        _rig.Options.LeadIn = TimeSpan.FromSeconds(90);
        var changed = _rig.Define(Counted).Replacing(former);

        _rig.Send(0, "c@30", "d@50");
        await using (var interrupted = _rig.Start(changed)) await _rig.ReadAndCommittedAsync();
        _rig.Store.Ledger.Single().Query.Should().StartWith("1;", "the era is still the former's");
        _rig.Send(0, "e@65", "f@70");
        await Soon.Within(_rig.Start(changed.With(o => o.Until = RunUntil.EndOfLogClosed)).Completion);

        // The lead-in of the next era begins before the era that the former version's did.
        _rig.Rows.Should().Equal("a@10", "b@20", "c@30", "d@50", "e@65 is number 5", "f@70 is number 6");
    }

    [Fact]
    public async Task A_former_version_and_its_successor_may_have_other_eras_topics_and_tables()
    {
        _rig.Log.CreateTopic("b");
        _rig.Send(0, "a@10", "b@20");
        await _rig.RunToEndAsync();
        var former = _rig.Define();
        (_rig.Options.Version, _rig.Options.Era, _rig.Options.Until) = ("2", TimeSpan.FromMinutes(2), RunUntil.EndOfLogClosed);

        _rig.Send(0, "c@50", "d@65", "e@130");
        _rig.Log.Append("b", 0, Beat.Origin.AddSeconds(70), null, "x@70");
        await Soon.Within(_rig.Start(_rig.Define(lane => lane.Into(Queries.Others, lane.Beats().Merge(lane.Beats(topic: "b")).Select(b => $"{b.Value} of the era from {Beat.SecondOf(lane.Clock.StartOf(TimeSpan.FromMinutes(2)))}"))).Replacing(former)).Completion);

        _rig.Rows.Should().Equal("a@10", "b@20", "c@50", "d@65 of the era from 0", "x@70 of the era from 0", "e@130 of the era from 120");
        _rig.Store.Rows.Select(r => Beat.SecondOf(r.Origin.EraStart!.Value)).Should().Equal(0, 0, 0, 60, 60, 120);
    }

    [Fact]
    public async Task A_run_of_a_former_version_that_is_told_to_finish_its_era_does_not_go_on()
    {
        _rig.Send(0, "a@10", "b@20");
        await _rig.RunToEndAsync();
        var former = _rig.Define();
        _rig.Options.Version = "2";
        var run = _rig.Start(_rig.Define(Shouted).Replacing(former));
        await _rig.ReadAsync();

        var finished = run.FinishEraAsync();
        _rig.Send(0, "e@65", "f@70");
        await Soon.Within(finished);

        _rig.Rows.Should().Equal("a@10", "b@20");
        _rig.Store.Ledger.Single().EraStart.Should().Be(Beat.Origin.AddMinutes(1));
    }

    [Fact]
    public async Task A_version_that_never_committed_is_passed_over()
    {
        _rig.Send(0, "a@10", "b@20");
        await _rig.RunToEndAsync();
        var first = _rig.Define();
        _rig.Options.Version = "2";
        var second = _rig.Define(lane => lane.Into(Queries.Rows, lane.Beats().Select(_ => "wrong"))).Replacing(first);
        (_rig.Options.Version, _rig.Options.Until) = ("3", RunUntil.EndOfLogClosed);

        _rig.Send(0, "c@65");
        await Soon.Within(_rig.Start(_rig.Define(Shouted).Replacing(second)).Completion);

        _rig.Rows.Should().Equal("a@10", "b@20", "C@65");
    }

    [Fact]
    public void Versions_that_the_ledger_could_not_tell_apart_are_refused()
    {
        var former = _rig.Define();

        _rig.Define(Shouted).Invoking(p => p.Replacing(former)).Should().Throw<ArgumentException>().WithMessage("*'rig'*PipelineOptions.Version*");
        Pipeline.Define("other", Queries.Copy(), new() { Version = "2" }).Invoking(p => p.Replacing(former)).Should().Throw<ArgumentException>().WithMessage("*'other'*'rig'*name*");
    }

    [Fact]
    public async Task The_era_under_way_is_computed_anew_and_its_rows_are_replaced()
    {
        _rig.Send(0, "a@10", "b@65", "c@70", "late@1", "d@80");
        await _rig.RunToEndAsync(Kept);
        (_rig.Options.Version, _rig.Options.OnChange, _rig.Options.LeadIn) = ("2", VersionChange.RerunEra, TimeSpan.FromSeconds(59));

        await _rig.RunToEndAsync(KeptAndCounted);
        _rig.Rows.Should().Equal("a@10", "b@65 is number 2", "c@70 is number 3");
        _rig.Store.Rejects.Should().ContainSingle("a message is rejected once, whatever becomes of the era");
        _rig.Send(0, "e@90");
        await _rig.RunToEndAsync(KeptAndCounted);

        _rig.Rows.Should().Equal("a@10", "b@65 is number 2", "c@70 is number 3", "d@80 is number 4");
    }

    [Fact]
    public async Task An_era_is_not_computed_anew_where_its_rows_could_not_be_told_apart()
    {
        _rig.Send(0, "a@10", "b@20");
        await _rig.RunToEndAsync();
        (_rig.Options.Version, _rig.Options.OnChange) = ("2", VersionChange.RerunEra);

        (await RunRig.FailureAsync<LedgerMismatchException>(_rig.Start(Shouted))).Message.Should().Contain("table rows").And.Contain("era column").And.Contain("Pipeline.Replacing");
        (await RunRig.FailureAsync<LedgerMismatchException>(_rig.Start(Kept))).Message.Should().Contain("1 rows of it to table rows, and the query no longer names table rows");
        _rig.Rows.Should().Equal("a@10");
    }

    private static readonly MemoryTable<string> KeptRows = new MemoryTable<string>("kept").EraColumn();

    private static void Kept(Lane lane) => lane.Into(KeptRows, lane.Beats().Select(b => b.Value.ToString()));

    private static void KeptAndCounted(Lane lane) => lane.Into(KeptRows, lane.Beats().Scan((N: 0, Beat: ""), (x, b) => (x.N + 1, b.Value.ToString())).Select(x => $"{x.Beat} is number {x.N}"));

    private static void Counted(Lane lane) => lane.Into(Queries.Rows, lane.Beats().Scan((N: 0, Beat: ""), (x, b) => (x.N + 1, b.Value.ToString())).Select(x => $"{x.Beat} is number {x.N}"));

    private static void Shouted(Lane lane) => lane.Into(Queries.Rows, lane.Beats().Select(b => b.Value.ToString().ToUpperInvariant()));
}
