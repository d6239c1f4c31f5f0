using System.Globalization;
using System.Reactive.Linq;
using KafkaOracle.Reactive.Testing;
using KafkaOracle.Reactive.Tests.Lanes;
using Division = KafkaOracle.Reactive.Lanes;

namespace KafkaOracle.Reactive.Tests.Pipelines;

/// <summary>Runs with a lane for each partition, which processes share as a group.</summary>
public sealed class PerPartitionTests : IAsyncDisposable
{
    private const int Partitions = 4;

    private readonly RunRig _rig = new(Partitions);
    private int _sent;

    public PerPartitionTests() => _rig.Options.Lanes = Division.PerPartition;

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Each_partition_has_a_lane_with_an_event_time_of_its_own()
    {
        _rig.Send(0, "a@10", "b@20");
        _rig.Send(2, "c@4000", "d@4100");                                 // another era
        var run = await StartAsync();
        await CommittedAsync();

        _rig.Rows.Should().BeEquivalentTo("a@10", "c@4000");
        run.Status.Lanes.Select(l => (l.Partition, l.State)).Should().Equal(Enumerable.Range(0, Partitions).Select(p => ((int?)p, RunState.Running)));
        run.Status.Lanes.Select(l => l.Watermark).Should().Equal(Beat.Origin.AddSeconds(20), null, Beat.Origin.AddSeconds(4100), null);
        (run.Status.State, run.Status.Watermark, run.Status.Messages.Accepted).Should().Be((RunState.Running, Beat.Origin.AddSeconds(20), 4));
        _rig.Store.Ledger.Select(r => r.Epoch).Distinct().Should().HaveCount(2);
    }

    [Fact]
    public async Task Processes_share_the_lanes_and_take_over_those_of_one_that_is_gone()
    {
        var first = await StartAsync();
        await SendEverywhereAsync();
        var second = await StartAsync();
        await Soon.Until(() => PartitionsOf(first) == "0 2" && PartitionsOf(second) == "1 3");
        await SendEverywhereAsync();

        await Soon.Within(first.DisposeAsync().AsTask());

        await Soon.Until(() => PartitionsOf(second) == "0 1 2 3");
        await SendEverywhereAsync();
        var third = await StartAsync();
        await SendEverywhereAsync();
        await Soon.Within(second.DrainAsync());
        await SendEverywhereAsync();
        await Soon.Within(third.DrainAsync());
        await AssertAllOnceAsync();
    }

    [Fact]
    public async Task A_process_taken_for_dead_that_goes_on_writes_nothing_or_is_gone_on_after()
    {
        var (zombie, other) = (await StartAsync(), await StartAsync());
        await SendEverywhereAsync();

        var tell = _rig.Log.Expel("rig");
        await Soon.Until(() => PartitionsOf(other) == "0 1 2 3");
        PartitionsOf(zombie).Should().Be("0 2");
        for (var i = 0; i < 3; i++) await SendEverywhereAsync();          // both read partitions 0 and 2, and commit against each other
        tell();
        await Soon.Until(() => PartitionsOf(zombie) == "1 3" && PartitionsOf(other) == "0 2");
        await SendEverywhereAsync();

        zombie.Status.State.Should().BeOneOf(RunState.Running, RunState.Restoring);
        await Soon.Within(zombie.DrainAsync());
        await Soon.Within(other.DrainAsync());
        await AssertAllOnceAsync();
    }

    [Fact]
    public async Task A_partition_that_is_added_gets_a_lane()
    {
        var run = await StartAsync();
        await SendEverywhereAsync();

        _rig.Log.CreateTopic("a", Partitions + 1);

        await Soon.Until(() => PartitionsOf(run) == "0 1 2 3 4");
        _rig.Send(4, "new@5", "new@6");
        await WhileTimePassesAsync(Soon.Until(() => _rig.Rows.Contains("new@5")));
    }

    [Fact]
    public async Task A_lane_that_cannot_commit_in_time_is_dropped_and_its_rows_are_the_new_owners()
    {
        using var deadline = new CancellationTokenSource();
        _rig.Log.RevokeDeadline = deadline.Token;
        var held = new TaskCompletionSource();
        var first = await StartAsync();
        _rig.Store.BeforeCommit = epoch => epoch.Ledger[0].Row.Partition.Partition == 1 && !held.Task.IsCompleted ? held.Task : Task.CompletedTask;
        Send();
        await _rig.ReadAsync();

        var second = _rig.Start();
        await Soon.Until(() => PartitionsOf(first) == "0 2");             // revoked, and not done yet
        PartitionsOf(second).Should().BeEmpty();
        await deadline.CancelAsync();

        await Soon.Until(() => PartitionsOf(second) == "1 3");
        held.SetResult();
        await CommittedAsync();
        await Soon.Within(first.DrainAsync());
        await Soon.Within(second.DrainAsync());
        await AssertAllOnceAsync();
    }

    [Fact]
    public async Task A_bounded_run_ends_when_all_partitions_are_read_whoever_did_it()
    {
        for (var i = 0; i < 5; i++) Send();
        _rig.Options.Until = RunUntil.EndOfLog;
        var (first, second) = (_rig.Start(), _rig.Start());

        await WhileTimePassesAsync(Task.WhenAll(first.Completion, second.Completion));

        _rig.Store.Ledger.Should().HaveCount(Partitions).And.OnlyContain(r => r.NextOffset == 10);
        await AssertAllOnceAsync();
    }

    [Fact]
    public async Task Pauses_and_drains_all_lanes()
    {
        var run = await StartAsync();
        await run.PauseAsync();
        for (var p = 0; p < Partitions; p++) _rig.Send(p, "a@1", "b@2");
        await Soon.Until(() => run.Status.State == RunState.Paused);
        run.Status.Messages.Read.Should().Be(0);

        await run.ResumeAsync();
        await CommittedAsync();

        await Soon.Within(run.DrainAsync());
        run.Status.State.Should().Be(RunState.Completed);
        (run.Status.Messages.Read, run.Status.Rows["rows"]).Should().Be((8, 4));
        _rig.Log.OpenReaders.Should().Be(0);
    }

    [Fact]
    public async Task A_run_that_is_drained_while_it_starts_ends_at_once()
    {
        _rig.Log.BeforePartitions = stop => Task.Delay(Timeout.Infinite, stop);
        var run = _rig.Start();

        await Soon.Within(run.DrainAsync());

        run.Status.State.Should().Be(RunState.Completed);
    }

    [Fact]
    public async Task The_fault_of_a_lane_names_it_and_the_others_commit()
    {
        _rig.Options.MaxFailedRecords = 0;
        _rig.Send(0, "fine@1", "fine@2");
        var run = _rig.Start(lane => lane.Into(Queries.Rows, lane.Beats().Select(b => b.Value.Name == "bad" ? throw new InvalidOperationException("no") : b.Value.ToString())));
        await Soon.Until(() => run.Status.Lanes.Count(l => l.State == RunState.Running) == Partitions && _rig.Log.IsReadToEnd);

        _rig.Send(3, "bad@1", "fine@2");

        var fault = await RunRig.FailureAsync<LaneFailedException>(run);
        fault.Message.Should().Contain("partition 3").And.Contain("'rig'").And.Contain("a[3]@0");
        fault.InnerException.Should().BeOfType<QueryException>();
        _rig.Rows.Should().Equal("fine@1");
    }

    [Fact]
    public async Task Topics_with_different_numbers_of_partitions_are_refused()
    {
        _rig.Log.CreateTopic("b", 3);
        var run = _rig.Start(lane => lane.Into(Queries.Rows, lane.Beats().Merge(lane.Beats(topic: "b")).Select(b => b.Value.ToString())));

        var fault = await RunRig.FailureAsync<InvalidOperationException>(run);

        fault.Message.Should().Contain("a 4, b 3").And.Contain("Lanes.Single");
    }

    [Fact]
    public async Task A_lane_joins_the_partitions_of_its_number_of_all_topics()
    {
        _rig.Log.CreateTopic("b", Partitions);
        for (var p = 0; p < Partitions; p++)
        {
            _rig.Send(p, $"k{p}@10", "x@100");
            foreach (var text in new[] { $"k{p}@15", "y@100" }) _rig.Log.Append("b", p, Beat.Parse(text).At, null, text);
        }

        await _rig.RunToEndAsync(lane => lane.Into(Queries.Rows, lane.Beats().JoinWithin(lane.Beats(topic: "b"), l => l.Value.Name, r => r.Value.Name,
            TimeSpan.Zero, TimeSpan.FromSeconds(10), (l, r) => $"{l.Value.Name} {r.Value.Second}", lane.Clock)), RunUntil.EndOfLogClosed);

        _rig.Rows.Should().BeEquivalentTo("k0 15", "k1 15", "k2 15", "k3 15");
    }

    [Fact]
    public async Task Lanes_are_divided_and_merged_between_eras_and_not_within_one()
    {
        _rig.Options.Lanes = Division.Single;
        for (var p = 0; p < Partitions; p++) _rig.Send(p, $"a{p}@10", $"b{p}@20");
        await _rig.RunToEndAsync();

        _rig.Options.Lanes = Division.PerPartition;
        (await RunRig.FailureAsync<LaneFailedException>(_rig.Start())).InnerException.Should().BeOfType<LedgerMismatchException>().Which.Message.Should().Contain("FinishEraAsync").And.Contain("lanes=partition");

        _rig.Options.Lanes = Division.Single;
        var finishing = _rig.Start().FinishEraAsync();
        for (var p = 0; p < Partitions; p++) _rig.Send(p, $"c{p}@65", $"d{p}@70");
        await Soon.Within(finishing);
        _rig.Options.Lanes = Division.PerPartition;
        await _rig.RunToEndAsync();
        _rig.Options.Lanes = Division.Single;
        (await RunRig.FailureAsync<LedgerMismatchException>(_rig.Start())).Message.Should().Contain("FinishEraAsync");

        _rig.Options.Lanes = Division.PerPartition;
        var finished = _rig.Start().FinishEraAsync();
        for (var p = 0; p < Partitions; p++) _rig.Send(p, $"e{p}@130", $"f{p}@140");
        await Soon.Within(finished);
        _rig.Options.Lanes = Division.Single;
        await _rig.RunToEndAsync(until: RunUntil.EndOfLogClosed);

        _rig.Rows.Should().BeEquivalentTo(from p in Enumerable.Range(0, Partitions) from b in new[] { "a{0}@10", "b{0}@20", "c{0}@65", "d{0}@70", "e{0}@130", "f{0}@140" } select string.Format(CultureInfo.InvariantCulture, b, p));
    }

    [Fact]
    public async Task Each_lane_computes_the_era_under_way_anew_and_replaces_its_own_rows()
    {
        _rig.Send(0, "a@10", "b@20", "c@70");
        _rig.Send(1, "d@65", "e@70", "f@80");
        _rig.Send(2, "g@15");
        await _rig.RunToEndAsync(Kept(""));
        _rig.Rows.Should().BeEquivalentTo("a@10", "b@20", "d@65", "e@70");

        (_rig.Options.Version, _rig.Options.OnChange) = ("2", VersionChange.RerunEra);
        _rig.Send(0, "h@80");
        await _rig.RunToEndAsync(Kept("!"), RunUntil.EndOfLogClosed);

        _rig.Rows.Should().BeEquivalentTo("a@10", "b@20", "c@70!", "h@80!", "d@65!", "e@70!", "f@80!", "g@15!");
        _rig.Store.Rows.Select(r => r.Origin.Lane).Distinct().Should().BeEquivalentTo(new int?[] { 0, 1, 2 });
    }

    [Fact]
    public async Task Lanes_that_are_merged_compute_anew_the_era_that_they_are_in_together()
    {
        for (var p = 0; p < Partitions; p++) _rig.Send(p, $"a{p}@10", $"b{p}@20");
        await _rig.RunToEndAsync(Kept(""));

        (_rig.Options.Lanes, _rig.Options.Version, _rig.Options.OnChange) = (Division.Single, "2", VersionChange.RerunEra);
        await _rig.RunToEndAsync(Kept("!"), RunUntil.EndOfLogClosed);

        _rig.Rows.Should().BeEquivalentTo(from p in Enumerable.Range(0, Partitions) from b in new[] { $"a{p}@10!", $"b{p}@20!" } select b);
        _rig.Store.Rows.Should().OnlyContain(r => r.Origin.Lane == null);
    }

    [Fact]
    public async Task Lanes_whose_rows_could_not_be_told_apart_do_not_replace_them()
    {
        _rig.Send(0, "a@10", "b@20");
        _rig.Send(1, "c@10", "d@20");
        Action<Lane> eraOnly = lane => lane.Into(WithoutLane, lane.Beats().Select(b => b.Value.ToString()));
        await _rig.RunToEndAsync(eraOnly);

        (_rig.Options.Version, _rig.Options.OnChange) = ("2", VersionChange.RerunEra);
        (await RunRig.FailureAsync<LaneFailedException>(_rig.Start(eraOnly))).InnerException.Should().BeOfType<LedgerMismatchException>()
            .Which.Message.Should().Contain("has committed 1 rows of it to table era only").And.Contain("table era only does not say which lane its rows come from").And.Contain("EraColumn(lane:");
        _rig.Rows.Should().BeEquivalentTo("a@10", "c@10");
    }

    [Fact]
    public async Task Lanes_do_not_compute_anew_what_a_single_one_has_committed()
    {
        _rig.Options.Lanes = Division.Single;
        for (var p = 0; p < Partitions; p++) _rig.Send(p, $"a{p}@10", $"b{p}@20");
        await _rig.RunToEndAsync(Kept(""));

        (_rig.Options.Lanes, _rig.Options.Version, _rig.Options.OnChange) = (Division.PerPartition, "2", VersionChange.RerunEra);
        (await RunRig.FailureAsync<LaneFailedException>(_rig.Start(Kept("!")))).InnerException.Should().BeOfType<LedgerMismatchException>()
            .Which.Message.Should().Contain("in a single lane").And.Contain("FinishEraAsync");
        _rig.Rows.Should().HaveCount(4).And.NotContain(r => r.EndsWith('!'));
    }

    private static readonly MemoryTable<string> KeptRows = new MemoryTable<string>("kept").EraColumn(lane: true), WithoutLane = new MemoryTable<string>("era only").EraColumn();

    private static Action<Lane> Kept(string mark) => lane => lane.Into(KeptRows, lane.Beats().Select(b => b.Value + mark));

    /// <summary>A run, when all lanes that it was given have their readers.</summary>
    private async Task<PipelineRun> StartAsync()
    {
        var run = _rig.Start();
        await Soon.Until(() => PartitionsOf(run).Length > 0 && run.Status.Lanes.All(l => l.State == RunState.Running));
        return run;
    }

    /// <summary>Messages to each partition, of which all but the last are decided.</summary>
    private void Send()
    {
        for (var p = 0; p < Partitions; p++) _rig.Send(p, $"p{p}@{_sent * 2}", $"p{p}@{(_sent * 2) + 1}");
        _sent++;
    }

    private async Task SendEverywhereAsync()
    {
        Send();
        await CommittedAsync();
    }

    /// <summary>Until all that is there is committed, while the machine's clock goes on.</summary>
    private Task CommittedAsync()
        => WhileTimePassesAsync(Soon.Until(() =>
        {
            var ledger = _rig.Store.Ledger.ToDictionary(r => r.Partition.Partition, r => r.NextOffset);
            return _rig.Log.IsReadToEnd && Enumerable.Range(0, Partitions).All(p => ledger.GetValueOrDefault(p) == _rig.Log.End("a", p));
        }));

    private async Task WhileTimePassesAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            _rig.Time.Advance(_rig.Options.EpochInterval);
            await Task.WhenAny(task, Task.Delay(1, TestContext.Current.CancellationToken));
        }
        await task;
    }

    private static string PartitionsOf(PipelineRun run) => string.Join(' ', run.Status.Lanes.Select(l => l.Partition));

    private async Task AssertAllOnceAsync()
    {
        _rig.Options.Until = RunUntil.EndOfLogClosed;
        await WhileTimePassesAsync(Soon.Within(_rig.Start().Completion));
        for (var p = 0; p < Partitions; p++)
            _rig.Rows.Where(r => r!.StartsWith($"p{p}@", StringComparison.Ordinal)).Should().Equal(Enumerable.Range(0, _sent * 2).Select(i => $"p{p}@{i}"));
    }
}
