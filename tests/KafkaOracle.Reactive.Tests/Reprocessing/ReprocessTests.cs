using System.Collections.Concurrent;
using System.Reactive.Linq;
using KafkaOracle.Reactive.Testing;
using KafkaOracle.Reactive.Tests.Lanes;
using KafkaOracle.Reactive.Tests.Pipelines;
using Division = KafkaOracle.Reactive.Lanes;

namespace KafkaOracle.Reactive.Tests.Reprocessing;

/// <summary>Past eras are computed again, each by itself, and their rows replaced.</summary>
public sealed class ReprocessTests : IAsyncDisposable
{
    private static readonly MemoryTable<string> Kept = new MemoryTable<string>("kept").EraColumn(), Shadow = new("kept_V2");

    private readonly RunRig _rig = new(partitions: 2);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Rows_of_each_era_are_replaced_as_a_whole(int degree)
    {
        await LiveAsync();

        var result = await ReprocessAsync(Shouted, 60, 240, new() { Degree = degree });

        Rows().Should().Equal("a@10", "b@20", "C@70", "D@130", "E@131", "F@190", "g@250");
        result.Eras.Select(e => (Beat.SecondOf(e.Era.Start), e.Outcome, e.Rows)).Should().Equal(
            (60, EraOutcome.Replaced, new EraRows(1, 1, 0)), (120, EraOutcome.Replaced, new EraRows(2, 2, 0)), (180, EraOutcome.Replaced, new EraRows(1, 1, 0)));
        result.Rows.Should().Be(new EraRows(4, 4, 0));
    }

    [Fact]
    public async Task Each_era_knows_its_lead_in_and_no_more()
    {
        await LiveAsync();
        _rig.Options.LeadIn = TimeSpan.FromSeconds(61);

        await ReprocessAsync(lane => lane.Into(Kept, lane.Beats().Scan((N: 0, Name: ""), (x, b) => (x.N + 1, b.Value.Name)).Select(x => $"{x.Name} {x.N}")), 60, 240);

        Rows().Should().Equal("a@10", "b@20", "c 3", "d 2", "e 3", "f 3", "g@250");
    }

    [Fact]
    public async Task The_live_run_goes_on_where_it_was()
    {
        await LiveAsync();
        await ReprocessAsync(Shouted, 0, 240);

        _rig.Send(0, "h@260", "i@310");
        await _rig.RunToEndAsync(Copied, RunUntil.EndOfLogClosed);

        Rows().Should().Equal("A@10", "B@20", "C@70", "D@130", "E@131", "F@190", "g@250", "i@310");
        _rig.Store.Rejects.Select(r => r.Kind).Should().Equal(RejectKind.Late, RejectKind.Late, RejectKind.Late);
    }

    [Fact]
    public async Task Other_tables_take_the_rows_and_the_live_ones_stay()
    {
        await LiveAsync();
        var options = new ReprocessOptions { Tables = t => t + "_V2" };

        await ReprocessAsync(Shouted, 0, 240, options);
        await ReprocessAsync(Shouted, 60, 120, options);

        Rows().Should().Equal("a@10", "b@20", "c@70", "d@130", "e@131", "f@190", "g@250");
        _rig.Store.RowsOf(Shadow).Order(StringComparer.Ordinal).Should().Equal("A@10", "B@20", "C@70", "D@130", "E@131", "F@190");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Each_partition_has_a_lane_where_the_live_run_gives_it_one(int degree)
    {
        _rig.Options.Lanes = Division.PerPartition;
        _rig.Send(0, "a@10", "d@130", "e@131", "g@250");
        _rig.Send(1, "b@20", "c@70", "f@190", "h@245");
        Action<Lane> counts(string mark) => lane => lane.Into(Kept, lane.Beats().TumblingWindow(_ => 0, TimeSpan.FromSeconds(60), "", (all, b) => all + b.Value.Name, lane.Clock).Select(w => $"{w.Value}{mark}"));
        await _rig.RunToEndAsync(counts(""), RunUntil.EndOfLog);
        Rows().Should().BeEquivalentTo("a", "de", "b", "c", "f");

        var result = await ReprocessAsync(counts("!"), 0, 240, new() { Degree = degree });

        Rows().Should().BeEquivalentTo("a!", "de!", "b!", "c!", "f!");
        result.Rows.Should().Be(new EraRows(5, 5, 0));
    }

    [Fact]
    public async Task A_partition_whose_lane_has_read_nothing_yet_is_waited_for_where_it_has_messages()
    {
        _rig.Options.Lanes = Division.PerPartition;
        _rig.Send(0, "a@10", "d@130");
        await _rig.RunToEndAsync(Copied, RunUntil.EndOfLog);
        (await ReprocessAsync(Shouted, 0, 60)).Rows.Should().Be(new EraRows(1, 1, 0), "partition 1 is empty");

        _rig.Send(1, "b@20");

        (await FluentActions.Awaiting(() => ReprocessAsync(Shouted, 0, 60)).Should().ThrowAsync<LedgerMismatchException>()).WithMessage("*partition a[1] yet, which has messages. Nothing was written.");
    }

    [Fact]
    public async Task Side_outputs_and_rejects_are_not_written_again()
    {
        Action<Lane> query = lane =>
        {
            var topic = lane.Topic("a", Beat.Decoder);
            var beats = topic.InEventTime(b => b.At, TimeSpan.Zero);
            lane.Into(Queries.Rows, topic.Select(b => b.Value.ToString()));
            lane.Into(Queries.Others, beats.Late.Select(b => b.Value.ToString()));
            lane.Into(Kept, beats.Select(b => b.Value.ToString()));
        };
        _rig.Send(0, "a@10", "late@5", "nonsense", "b@70", "c@130");
        await _rig.RunToEndAsync(query, RunUntil.EndOfLogClosed);

        await ReprocessAsync(query, 0, 120);

        _rig.Store.RowsOf(Queries.Rows).Should().Equal("a@10", "late@5", "b@70", "c@130");
        _rig.Store.RowsOf(Queries.Others).Should().Equal("late@5");
        _rig.Store.Rejects.Should().ContainSingle();
        Rows().Should().Equal("a@10", "b@70", "c@130");
    }

    [Fact]
    public async Task Eras_without_records_are_replaced_by_what_timers_make_of_them()
    {
        await LiveAsync();

        var result = await ReprocessAsync(lane => lane.Into(Kept, Observable.Interval(TimeSpan.FromMinutes(1), lane.Clock).Select(_ => $"tick {Beat.SecondOf(lane.Clock.Now):000}").Merge(lane.Beats().Where(_ => false).Select(_ => ""))), -120, 120);

        Rows().Should().Equal("d@130", "e@131", "f@190", "g@250", "tick -060", "tick 000", "tick 060", "tick 120");
        result.Eras.Select(e => e.Rows.Deleted).Should().Equal(0, 0, 2, 1);
    }

    [Fact]
    public async Task An_era_that_fails_keeps_its_rows_the_others_are_done_and_the_rest_can_be_done_later()
    {
        await LiveAsync();
        Action<Lane> failing = lane => lane.Into(Kept, lane.Beats().Select(b => b.Value.Name == "d" ? throw new InvalidOperationException("no d") : b.Value.ToString().ToUpperInvariant()));
        var told = new Told();

        var failure = (await FluentActions.Awaiting(() => ReprocessAsync(failing, 0, 240, progress: told)).Should().ThrowAsync<ReprocessException>()).Which;

        failure.Message.Should().Contain("1 of 4 eras failed").And.Contain("2024-01-01T00:02:00").And.Contain("no d").And.Contain("SkipReplaced");
        failure.Result.Eras.Select(e => e.Outcome).Should().Equal(EraOutcome.Replaced, EraOutcome.Replaced, EraOutcome.Failed, EraOutcome.Replaced);
        Rows().Should().Equal("A@10", "B@20", "C@70", "d@130", "e@131", "F@190", "g@250");
        told.Eras.Should().BeEquivalentTo(failure.Result.Eras);

        var rest = await ReprocessAsync(Shouted, 0, 240, new() { SkipReplaced = true });

        rest.Eras.Select(e => e.Outcome).Should().Equal(EraOutcome.Skipped, EraOutcome.Skipped, EraOutcome.Replaced, EraOutcome.Skipped);
        Rows().Should().Equal("A@10", "B@20", "C@70", "D@130", "E@131", "F@190", "g@250");
    }

    [Fact]
    public async Task An_era_that_the_store_fails_is_tried_again()
    {
        await LiveAsync();
        var faults = 0;
        _rig.Store.BeforeEraCommit = era => Beat.SecondOf(era.Start) == 60 && faults++ == 0 ? throw new IOException("The connection was lost.") : Task.CompletedTask;

        var result = await ReprocessAsync(Shouted, 0, 240);

        faults.Should().Be(2);
        result.Eras.Should().OnlyContain(e => e.Outcome == EraOutcome.Replaced);
        Rows().Should().Equal("A@10", "B@20", "C@70", "D@130", "E@131", "F@190", "g@250");
    }

    [Fact]
    public async Task After_some_failures_no_further_era_is_begun()
    {
        await LiveAsync();
        _rig.Store.BeforeEraCommit = _ => throw new IOException("The connection was lost.");

        var failure = (await FluentActions.Awaiting(() => ReprocessAsync(Shouted, 0, 240, new() { MostFailures = 2 })).Should().ThrowAsync<ReprocessException>()).Which;

        failure.Result.Eras.Count(e => e.Outcome == EraOutcome.Failed).Should().Be(2);
        failure.Result.Eras.Count(e => e.Outcome == EraOutcome.NotBegun).Should().Be(2);
        Rows().Should().Equal("a@10", "b@20", "c@70", "d@130", "e@131", "f@190", "g@250");
    }

    [Fact]
    public async Task What_is_stopped_in_the_middle_leaves_whole_eras()
    {
        await LiveAsync();
        using var stop = new CancellationTokenSource();
        _rig.Store.BeforeEraCommit = era =>
        {
            if (Beat.SecondOf(era.Start) == 120) stop.Cancel();
            return Task.CompletedTask;
        };

        await FluentActions.Awaiting(() => ReprocessAsync(Shouted, 0, 240, stop: stop)).Should().ThrowAsync<OperationCanceledException>();

        Rows().Should().Equal("A@10", "B@20", "C@70", "d@130", "e@131", "f@190", "g@250");
        _rig.Log.OpenReaders.Should().Be(0);
    }

    [Fact]
    public async Task Two_that_replace_the_same_eras_wait_for_each_other()
    {
        await LiveAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ReprocessAsync(Shouted, 0, 240, new() { Degree = 2 })));

        Rows().Should().Equal("A@10", "B@20", "C@70", "D@130", "E@131", "F@190", "g@250");
    }

    [Fact]
    public async Task Ranges_that_are_not_of_eras_or_not_finished_are_refused()
    {
        await FluentActions.Awaiting(() => ReprocessAsync(Shouted, 0, 60)).Should().ThrowAsync<LedgerMismatchException>().WithMessage("*'rig' has not finished an era yet*");
        await LiveAsync();

        await FluentActions.Awaiting(() => ReprocessAsync(Shouted, 0, 90)).Should().ThrowAsync<ArgumentException>().WithMessage("*2024-01-01T00:01:30*nearest before is 2024-01-01T00:01:00*");
        await FluentActions.Awaiting(() => ReprocessAsync(Shouted, 60, 60)).Should().ThrowAsync<ArgumentException>();
        await FluentActions.Awaiting(() => ReprocessAsync(Shouted, 240, 600)).Should().ThrowAsync<LedgerMismatchException>().WithMessage("*finished the eras before 2024-01-01T00:05:00*");
        await FluentActions.Awaiting(() => ReprocessAsync(Queries.Copy(), 0, 60)).Should().ThrowAsync<InvalidOperationException>().WithMessage("*table rows*era column*ReprocessOptions.Tables*");
        await FluentActions.Awaiting(() => ReprocessAsync(Shouted, 0, 60, new() { Tables = _ => "kept" })).Should().ThrowAsync<ArgumentException>().WithMessage("*live table*");
        await FluentActions.Awaiting(() => ReprocessAsync(lane => lane.Into(Queries.Rows, lane.Topic("a", Beat.Decoder).Select(b => "")), 0, 60)).Should().ThrowAsync<InvalidOperationException>().WithMessage("*no event time*");
        Rows().Should().Equal("a@10", "b@20", "c@70", "d@130", "e@131", "f@190", "g@250");
    }

    [Fact]
    public async Task Eras_whose_messages_the_log_may_have_lost_are_refused_unless_that_is_accepted()
    {
        await LiveAsync();
        _rig.Log.Trim("a", 0, 1);

        await FluentActions.Awaiting(() => ReprocessAsync(Shouted, 0, 240)).Should().ThrowAsync<LedgerMismatchException>().WithMessage("*begins at offset 1*AllowLostMessages*");
        await ReprocessAsync(Shouted, 0, 240, new() { AllowLostMessages = true });

        Rows().Should().Equal("B@20", "C@70", "D@130", "E@131", "F@190", "g@250");
    }

    private async Task LiveAsync()
    {
        _rig.Send(0, "a@10", "d@130", "late@40", "e@131", "g@250");
        _rig.Send(1, "b@20", "c@70", "f@190", "late@100");
        await _rig.RunToEndAsync(Copied, RunUntil.EndOfLogClosed);
        Rows().Should().Equal("a@10", "b@20", "c@70", "d@130", "e@131", "f@190", "g@250");
    }

    private Task<ReprocessResult> ReprocessAsync(
        Action<Lane> query, double from, double to, ReprocessOptions? options = null, IProgress<ReprocessedEra>? progress = null, CancellationTokenSource? stop = null)
        => Soon.Within(_rig.Define(query).ReprocessAsync(_rig.Log, _rig.Store, Beat.Origin.AddSeconds(from), Beat.Origin.AddSeconds(to), options, progress, stop: stop?.Token ?? default));

    private IEnumerable<string> Rows() => _rig.Store.Rows.Where(r => r.Table == "kept").OrderBy(r => r.Text!.Contains("tick", StringComparison.Ordinal)).ThenBy(r => r.Origin.At).Select(r => r.Text!);

    private static void Copied(Lane lane) => lane.Into(Kept, lane.Beats().Select(b => b.Value.ToString()));

    private static void Shouted(Lane lane) => lane.Into(Kept, lane.Beats().Select(b => b.Value.ToString().ToUpperInvariant()));

    private sealed class Told : IProgress<ReprocessedEra>
    {
        public ConcurrentQueue<ReprocessedEra> Eras { get; } = new();

        public void Report(ReprocessedEra value) => Eras.Enqueue(value);
    }
}
