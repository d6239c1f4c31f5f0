using System.Reactive.Linq;
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

        (await refused.Should().ThrowAsync<LedgerMismatchException>()).WithMessage("*'rig'*FinishEraAsync*");
        _rig.Rows.Should().Equal("a@10");
    }

    private static void Shouted(Lane lane) => lane.Into(Queries.Rows, lane.Beats().Select(b => b.Value.ToString().ToUpperInvariant()));
}
